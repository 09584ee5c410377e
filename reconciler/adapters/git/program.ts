/**
 * The git program on a bare repository of our own. Always asynchronous; neither the machine's nor
 * the user's settings take part, and it never asks anybody for a password.
 */
import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import { Failure } from '../../core/failure.ts';

export type Git = {
  readonly gitDir: string;
  /** the whole environment of its processes */
  readonly env: Readonly<Record<string, string>>;
  /** stdout; throws `UnexpectedAnswer` where git exits with anything but 0 */
  run(args: readonly string[], input?: string | Buffer): Promise<Buffer>;
  /** whether git exits with 0 */
  succeeds(args: readonly string[]): Promise<boolean>;
};

/** What reaches git of our own environment: where programs are, and how to reach the network. */
const inherited = [
  'PATH',
  'TMPDIR',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'GIT_SSL_CAINFO',
];

/**
 * @param authorization value of the header of that name for requests to `origin`, or null. It goes
 *   by the environment, so that it is in no argument list, no file and no URL.
 */
export function createGit(options: {
  readonly gitDir: string;
  readonly origin: string;
  readonly authorization: string | null;
}): Git {
  const { gitDir } = options;
  const env = { ...baseEnvironment(), GIT_DIR: gitDir, ...settingsOf(options) };

  async function exec(args: readonly string[], input: string | Buffer): Promise<Exit> {
    const child = spawn('git', [...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    // A git that does not read its input closes the pipe: its exit code tells, not this.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    const closed = new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? 128));
    });
    try {
      const [code, stdout, stderr] = await Promise.all([
        closed,
        buffer(child.stdout),
        buffer(child.stderr),
      ]);
      return { code, stdout, stderr: stderr.toString() };
    } catch (cause) {
      throw new Failure('ToolMissing', 'git cannot be run', { cause });
    }
  }

  return {
    gitDir,
    env,
    async run(args, input = '') {
      const { code, stdout, stderr } = await exec(args, input);
      if (code === 0) return stdout;
      throw new Failure('UnexpectedAnswer', `git ${args[0]} exited with ${code}: ${stderr.trim()}`);
    },
    async succeeds(args) {
      return (await exec(args, '')).code === 0;
    },
  };
}

type Exit = { readonly code: number; readonly stdout: Buffer; readonly stderr: string };

function baseEnvironment(): Record<string, string> {
  const env: Record<string, string> = {
    HOME: '/nonexistent',
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: 'http:https',
    // A connection that moves nothing for half a minute is dead.
    GIT_HTTP_LOW_SPEED_LIMIT: '1',
    GIT_HTTP_LOW_SPEED_TIME: '30',
  };
  for (const name of inherited) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

function settingsOf(options: {
  origin: string;
  authorization: string | null;
}): Record<string, string> {
  const settings: [name: string, value: string][] = [
    // Housekeeping in the background would outlive us and write into a removed folder.
    ['gc.autoDetach', 'false'],
    ['maintenance.autoDetach', 'false'],
    ['core.quotePath', 'false'],
  ];
  if (options.authorization !== null) {
    const name = `http.${options.origin}/.extraHeader`;
    settings.push([name, `Authorization: ${options.authorization}`]);
  }
  const env: Record<string, string> = { GIT_CONFIG_COUNT: String(settings.length) };
  for (const [index, [name, value]] of settings.entries()) {
    env[`GIT_CONFIG_KEY_${index}`] = name;
    env[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return env;
}
