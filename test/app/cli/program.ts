/** Runs the command line as a shell would: in its own process, without our environment. */
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { assertPrinted } from '../../support/printed.ts';

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
  /** resolves once stdout holds the text */
  wrote(text: string): Promise<void>;
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
  const stdout = heardOf(child.stdout);
  const stderr = heardOf(child.stderr);
  child.stdout.on('data', () => {
    const end = stdout.text().indexOf('\n');
    if (end >= 0) first.resolve(stdout.text().slice(0, end));
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const ending = new Error(`it ended before that; it said: ${stderr.text()}`);
      first.reject(ending);
      for (const stream of [stdout, stderr]) stream.end(ending);
      const said = { stdout: stdout.text(), stderr: stderr.text() };
      resolve({ code: code ?? signal ?? 'SIGKILL', ...said });
    });
  });
  // Without a wait for a line its absence is no failure.
  first.promise.catch(() => {});
  return {
    firstLine: first.promise,
    ended,
    said: stderr.has,
    wrote: stdout.has,
    kill: (signal) => void child.kill(signal),
  };
}

function heardOf(stream: Readable) {
  let heard = '';
  const waiting: { readonly text: string; readonly came: PromiseWithResolvers<void> }[] = [];
  stream.setEncoding('utf8').on('data', (part: string) => {
    heard += part;
    for (const { text, came } of waiting) if (heard.includes(text)) came.resolve();
  });
  return {
    text: () => heard,
    /** resolves once the stream has brought the text */
    has(text: string): Promise<void> {
      const came = Promise.withResolvers<void>();
      waiting.push({ text, came });
      if (heard.includes(text)) came.resolve();
      return came.promise;
    },
    end(error: Error) {
      for (const { came } of waiting) came.reject(error);
    },
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

/** The one document that `--json` prints, which is as its schema says, where the verb has one. */
export async function auraJson(
  args: readonly string[],
  env: Environment = {},
): Promise<{ readonly code: Ended['code']; readonly document: Record<string, unknown> }> {
  const { code, stdout, stderr } = await aura([...args, '--json'], env);
  let found: Record<string, unknown> | null = null;
  try {
    const document: unknown = JSON.parse(stdout);
    if (typeof document === 'object' && document !== null) found = { ...document };
  } catch {
    // reported below
  }
  if (found !== null) {
    assertPrinted(args[0] ?? '', found);
    return { code, document: found };
  }
  throw new Error(`no document of ${args.join(' ')}: ${code}\n${stdout}\n${stderr}`);
}
