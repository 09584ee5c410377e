/**
 * Runs git on a local bare repository, asynchronously. It ignores the settings of the machine and
 * of the user, and never asks for a password.
 */
import { Failure, isFailure } from '../../core/failure.ts';
import { runChild } from '../child-process.ts';
import { type Access, loggedIn } from './access.ts';
import { assertAccepted } from './remote.ts';

export type Git = {
  readonly gitDir: string;
  /** the whole environment of git processes that use no network */
  readonly env: Readonly<Record<string, string>>;
  /**
   * Resolves with stdout; throws `UnexpectedAnswer` if git exits with another code than 0, and
   * `ToolStuck` if it does not exit.
   */
  run(args: readonly string[], input?: string | Buffer): Promise<Buffer>;
  /**
   * Runs `git fetch` with the current login. Throws `Unauthorized` if the server refuses it,
   * `NetworkUnreachable` if the fetch does not end, else what {@link run} throws.
   *
   * @param size how much may come: all of history, or what is new
   */
  fetch(
    options: readonly string[],
    refspecs: readonly string[],
    size: 'all' | 'some',
  ): Promise<void>;
  /** whether git exits with 0 */
  succeeds(args: readonly string[]): Promise<boolean>;
};

/** What git inherits of our environment: where programs are, and how to reach the network. */
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

export function createGit(gitDir: string, access: Access): Git {
  const { url, login, limits } = access;
  const base = { ...baseEnvironment(), GIT_DIR: gitDir };
  const env = { ...base, ...asEnvironment(settings) };
  const { origin } = new URL(url);

  const exec = async (
    args: readonly string[],
    { input = '', under = env, limitMs = limits.localMs }: Run = {},
  ) => {
    const { graceMs } = limits;
    const child = { command: 'git', args, env: under, input, limitMs, graceMs } as const;
    const end = await runChild({ ...child, asks: 'SIGTERM' });
    // A process that was stopped has no result, and must not count as one that failed.
    if (end.overdue || end.code === null)
      throw new Failure('ToolStuck', `git ${args[0]} did not end and was stopped`);
    return { ...end, code: end.code };
  };

  async function run(args: readonly string[], options?: Run): Promise<Buffer> {
    const { code, stdout, stderr } = await exec(args, options);
    if (code === 0) return stdout;
    const said = stderr.toString().trim();
    throw new Failure('UnexpectedAnswer', `git ${args[0]} exited with ${code}: ${said}`);
  }

  return {
    gitDir,
    env,
    run: (args, input = '') => run(args, { input }),
    fetch: (options, refspecs, size) =>
      loggedIn(login, async (authorization) => {
        const under = {
          ...base,
          ...asEnvironment([...settings, ...loginOf(origin, authorization)]),
        };
        const args = [
          'fetch',
          '--quiet',
          '--no-tags',
          '--no-write-fetch-head',
          ...options,
          url,
          ...refspecs,
        ];
        const limitMs = size === 'all' ? limits.fetchAllMs : limits.fetchSomeMs;
        try {
          await run(args, { under, limitMs });
        } catch (thrown) {
          if (isFailure(thrown, 'ToolStuck')) throw unreachable(thrown);
          await assertAccepted(access, authorization);
          throw thrown;
        }
      }),
    async succeeds(args) {
      return (await exec(args)).code === 0;
    },
  };
}

type Environment = Readonly<Record<string, string>>;
type Run = {
  readonly input?: string | Buffer;
  readonly under?: Environment;
  readonly limitMs?: number;
};

function unreachable(cause: Failure): Failure {
  const message = 'the git server sends too slowly: the fetch did not end and was stopped';
  return new Failure('NetworkUnreachable', message, { cause });
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

/** Passes settings in the environment, so that a login is in no argument list, file or URL. */
function asEnvironment(all: readonly Setting[]): Record<string, string> {
  const env: Record<string, string> = { GIT_CONFIG_COUNT: String(all.length) };
  for (const [index, [name, value]] of all.entries()) {
    env[`GIT_CONFIG_KEY_${index}`] = name;
    env[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return env;
}
