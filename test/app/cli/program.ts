/** Runs the command line as a shell would: in its own process, without our environment. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

type Ended = {
  readonly code: number | NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
};
type Environment = Readonly<Record<string, string>>;

type Started = {
  /** resolves with the first line on stdout */
  readonly firstLine: Promise<string>;
  readonly ended: Promise<Ended>;
  /** resolves once stderr holds the text */
  said(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
};

const entry = fileURLToPath(new URL('../../../reconciler/app/cli/aura.ts', import.meta.url));

/** @param options.via a program, with its first arguments, that becomes aura */
export function startAura(
  args: readonly string[],
  env: Environment = {},
  options: { readonly cwd?: string | undefined; readonly via?: readonly string[] } = {},
): Started {
  const [command = '', ...all] = [...(options.via ?? []), process.execPath, entry, ...args];
  const child = spawn(command, all, {
    cwd: options.cwd,
    env: { ...kept(), NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const first = Promise.withResolvers<string>();
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    const end = stdout.indexOf('\n');
    if (end >= 0) first.resolve(stdout.slice(0, end));
  });
  const waiting: { readonly text: string; readonly heard: PromiseWithResolvers<void> }[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const one of waiting) if (stderr.includes(one.text)) one.heard.resolve();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const ending = new Error(`it ended before that; it said: ${stderr}`);
      first.reject(ending);
      for (const { heard } of waiting) heard.reject(ending);
      resolve({ code: code ?? signal ?? 'SIGKILL', stdout, stderr });
    });
  });
  // Without a wait for a line its absence is no failure.
  first.promise.catch(() => {});
  return {
    firstLine: first.promise,
    ended,
    said(text) {
      const heard = Promise.withResolvers<void>();
      waiting.push({ text, heard });
      if (stderr.includes(text)) heard.resolve();
      return heard.promise;
    },
    kill: (signal) => void child.kill(signal),
  };
}

/** Paths of programs are no account data. */
function kept(): Environment {
  const names = ['PATH', 'AURA_TOOLS'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

export function aura(args: readonly string[], env: Environment = {}, cwd?: string): Promise<Ended> {
  return startAura(args, env, { cwd }).ended;
}

/** The one document that `--json` prints. */
export async function auraJson(
  args: readonly string[],
  env: Environment = {},
): Promise<{ readonly code: Ended['code']; readonly document: Record<string, unknown> }> {
  const { code, stdout, stderr } = await aura([...args, '--json'], env);
  try {
    const document: unknown = JSON.parse(stdout);
    if (typeof document === 'object' && document !== null)
      return { code, document: { ...document } };
  } catch {
    // reported below
  }
  throw new Error(`no document of ${args.join(' ')}: ${code}\n${stdout}\n${stderr}`);
}
