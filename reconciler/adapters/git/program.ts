/**
 * The git program on a bare repository of our own. Always asynchronous; neither the machine's nor
 * the user's settings take part, and it never asks anybody for a password.
 */
import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import { Failure } from '../../core/failure.ts';
import { type Access, loggedIn } from './access.ts';
import { assertAccepted } from './remote.ts';

export type Git = {
  readonly gitDir: string;
  /** the whole environment of its processes that stay on this machine */
  readonly env: Readonly<Record<string, string>>;
  /** stdout; throws `UnexpectedAnswer` where git exits with anything but 0 */
  run(args: readonly string[], input?: string | Buffer): Promise<Buffer>;
  /**
   * `git fetch` of the server, logged in as we are now. Throws `Unauthorized` where the server
   * refuses that, else what {@link run} throws.
   */
  fetch(options: readonly string[], refspecs: readonly string[]): Promise<void>;
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

export function createGit(gitDir: string, { url, login }: Access): Git {
  const base = { ...baseEnvironment(), GIT_DIR: gitDir };
  const env = { ...base, ...asEnvironment(settings) };
  const { origin } = new URL(url);

  async function run(
    args: readonly string[],
    input: string | Buffer = '',
    under: Environment = env,
  ): Promise<Buffer> {
    const { code, stdout, stderr } = await exec(args, input, under);
    if (code === 0) return stdout;
    throw new Failure('UnexpectedAnswer', `git ${args[0]} exited with ${code}: ${stderr.trim()}`);
  }

  return {
    gitDir,
    env,
    run: (args, input) => run(args, input),
    fetch: (options, refspecs) =>
      loggedIn(login, async (authorization) => {
        const under = {
          ...base,
          ...asEnvironment([...settings, ...loginOf(origin, authorization)]),
        };
        try {
          await run(['fetch', '--quiet', '--no-tags', ...options, url, ...refspecs], '', under);
        } catch (thrown) {
          await assertAccepted(url, authorization);
          throw thrown;
        }
      }),
    async succeeds(args) {
      return (await exec(args, '', env)).code === 0;
    },
  };
}

type Exit = { readonly code: number; readonly stdout: Buffer; readonly stderr: string };
type Environment = Readonly<Record<string, string>>;

async function exec(
  args: readonly string[],
  input: string | Buffer,
  env: Environment,
): Promise<Exit> {
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

function baseEnvironment(): Record<string, string> {
  const env: Record<string, string> = {
    HOME: '/nonexistent',
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    // A file may be called `:x` or `*`.
    GIT_LITERAL_PATHSPECS: '1',
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

type Setting = readonly [name: string, value: string];

const settings: readonly Setting[] = [
  // Housekeeping in the background would outlive us and write into a removed folder.
  ['gc.autoDetach', 'false'],
  ['maintenance.autoDetach', 'false'],
  ['core.quotePath', 'false'],
];

function loginOf(origin: string, authorization: string | null): readonly Setting[] {
  if (authorization === null) return [];
  return [[`http.${origin}/.extraHeader`, `Authorization: ${authorization}`]];
}

/** By the environment, so that a login is in no argument list, no file and no URL. */
function asEnvironment(all: readonly Setting[]): Record<string, string> {
  const env: Record<string, string> = { GIT_CONFIG_COUNT: String(all.length) };
  for (const [index, [name, value]] of all.entries()) {
    env[`GIT_CONFIG_KEY_${index}`] = name;
    env[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return env;
}
