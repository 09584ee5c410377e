/**
 * Serves the Forge's git repositories on loopback by git's own `http-backend`, with the smart
 * protocol, v2, partial clones and refused stale pushes.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import type { Faults } from './faults.ts';
import { type GitRepository, gitEnvironment, type RefChange } from './git-repository.ts';
import type { Ledger } from './ledger.ts';
import { type RawAnswer, startRawServer } from './raw-server.ts';

type GitServer = {
  /** The clone URL of a repository, `owner/name`. */
  repositoryUrl(name: string): string;
  readonly url: string;
  close(): Promise<void>;
};

/**
 * @param options.repositories by `owner/name`; their folders are `ROOT/owner/name.git`.
 * @param options.authorise whether a request is allowed; without it all are.
 */
export async function startGitServer(options: {
  readonly root: string;
  readonly repositories: ReadonlyMap<string, GitRepository>;
  readonly ledger: Ledger;
  readonly faults: Faults;
  authorise?(request: IncomingMessage, writes: boolean): boolean;
  /** The account for the repository's hooks; `git` by default. */
  loginOf?(request: IncomingMessage): string | null;
  onPush?(repository: string, changes: readonly RefChange[]): void;
}): Promise<GitServer> {
  const { root, repositories, authorise = () => true, onPush } = options;
  for (const [name, repository] of repositories) {
    if (onPush !== undefined) repository.onChange((changes) => onPush(name, changes));
  }

  async function answer(request: IncomingMessage): Promise<RawAnswer> {
    const address = addressOf(request);
    const repository = repositories.get(address.repository);
    if (!authorise(request, address.service === 'git-receive-pack')) {
      request.resume();
      return {
        ...plain(401, 'Authentication required'),
        headers: { 'content-type': 'text/plain', 'www-authenticate': 'Basic realm="GitHub"' },
      };
    }
    if (repository === undefined) {
      request.resume();
      return plain(404, 'Repository not found.');
    }
    const pushes = request.method === 'POST' && address.service === 'git-receive-pack';
    const login = options.loginOf?.(request) ?? 'git';
    return runBackend({ root, login }, request, async () => {
      if (pushes) await repository.noticeChanges();
    });
  }

  const server = await startRawServer({
    api: 'git',
    ledger: options.ledger,
    faults: options.faults,
    route: (request) => addressOf(request).route,
    answer,
    errorAnswer: (status) => plain(status, 'the server has a fault'),
  });
  return {
    url: server.url,
    repositoryUrl: (name) => `${server.url}/${name}.git`,
    close: server.close,
  };
}

function plain(status: number, text: string): RawAnswer {
  return { status, headers: { 'content-type': 'text/plain' }, body: `${text}\n` };
}

type Address = {
  readonly repository: string;
  readonly service: string | null;
  readonly route: string;
};

function addressOf(request: IncomingMessage): Address {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const parts = /^\/([\w.-]+\/[\w.-]+?)(?:\.git)?\/(.*)$/.exec(url.pathname);
  const rest = parts?.[2] ?? '';
  const service = rest === 'info/refs' ? url.searchParams.get('service') : rest;
  const route = rest === 'info/refs' ? `/:repository/info/refs ${service}` : `/:repository/${rest}`;
  const known = /^\/:repository\/(info\/refs git-\w+-pack|git-\w+-pack)$/.test(route);
  return {
    repository: parts?.[1] ?? '',
    service,
    route: known ? route : '(no such route)',
  };
}

/** Resolves with the headers; the body streams. `done` runs when git has exited, before the end. */
async function runBackend(
  { root, login }: { root: string; login: string },
  request: IncomingMessage,
  done: () => Promise<void>,
): Promise<RawAnswer> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const { repository } = addressOf(request);
  const rest = url.pathname.replace(/^\/[\w.-]+\/[\w.-]+?(?:\.git)?\//, '');
  const header = (name: string) => {
    const value = request.headers[name];
    return typeof value === 'string' ? value : '';
  };
  const child = spawn('git', ['http-backend'], {
    cwd: dirname(root),
    // Its own process group, so that the processes it starts end with it.
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      ...gitEnvironment,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: `/${join(`${repository}.git`, rest)}`,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: header('content-type'),
      ...(header('content-length') === '' ? {} : { CONTENT_LENGTH: header('content-length') }),
      HTTP_CONTENT_ENCODING: header('content-encoding'),
      GIT_PROTOCOL: header('git-protocol'),
      REMOTE_ADDR: '127.0.0.1',
      REMOTE_USER: login,
    },
  });
  const exited = once(child, 'close');
  child.stdin.on('error', () => {});
  request.pipe(child.stdin);
  // A backend that gets less than was announced busy-waits for the rest.
  const leave = () => {
    if (!request.readableEnded && child.pid !== undefined) endGroup(child.pid);
  };
  if (request.closed) leave();
  request.once('close', leave);
  const head = await readHead(child.stdout);
  return { ...head, body: untilExit(child.stdout, { head: head.rest, exited, done }) };
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has already exited.
  }
}

type Head = Pick<RawAnswer, 'status' | 'headers'> & { readonly rest: Buffer };

async function readHead(stdout: Readable): Promise<Head> {
  let seen = Buffer.alloc(0);
  for await (const piece of stdout.iterator({ destroyOnReturn: false })) {
    seen = Buffer.concat([seen, piece]);
    const end = seen.indexOf('\r\n\r\n');
    if (end < 0) continue;
    const headers: Record<string, string> = {};
    for (const line of seen.subarray(0, end).toString().split('\r\n')) {
      const colon = line.indexOf(':');
      headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
    }
    const { status = '200 OK', ...others } = headers;
    return { status: Number(status.slice(0, 3)), headers: others, rest: seen.subarray(end + 4) };
  }
  throw new Error('git http-backend returned no headers');
}

function untilExit(
  stdout: Readable,
  { head, exited, done }: { head: Buffer; exited: Promise<unknown>; done: () => Promise<void> },
): Readable {
  async function* pieces(): AsyncGenerator<Buffer> {
    if (head.length > 0) yield head;
    for await (const piece of stdout) yield piece;
    await exited;
    await done();
  }
  return Readable.from(pieces(), { objectMode: false });
}
