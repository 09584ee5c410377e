/**
 * The repository's server over git's smart HTTP protocol: which branches there are, and one push as
 * a compare-and-swap. A push names the tip that it was built on, so that a lost race is the server's
 * answer and not ours to find out by walking history.
 */
import git, { type HttpClient } from 'isomorphic-git';
import { asFailure, Failure, type FailureReason } from '../../core/failure.ts';

export const noOid = '0'.repeat(40);

export type RefUpdate = {
  readonly branch: string;
  /** the tip it was built on, {@link noOid} for a branch that must not exist */
  readonly from: string;
  /** {@link noOid} deletes the branch */
  readonly to: string;
  readonly pack: Uint8Array | null;
};

export type Remote = {
  /** Tips of the branches whose names start so. */
  branches(prefix: string): Promise<ReadonlyMap<string, string>>;
  /** null where the server did it, else the server's reason in its own words */
  update(update: RefUpdate): Promise<string | null>;
};

/** How the server is reached; no user or password is in the URL. */
export type Access = { readonly url: string; readonly authorization: string | null };

const patienceMs = 30_000;

export function createRemote(options: Access): Remote {
  const headers: Record<string, string> = {
    'user-agent': 'git/aura',
    ...(options.authorization === null ? {} : { authorization: options.authorization }),
  };

  return {
    async branches(prefix) {
      try {
        const refs = await git.listServerRefs({
          http: httpClient,
          url: options.url,
          headers,
          prefix: `refs/heads/${prefix}`,
        });
        return new Map(refs.map(({ ref, oid }) => [ref.slice('refs/heads/'.length), oid]));
      } catch (thrown) {
        throw failureOf(thrown);
      }
    },
    async update(update) {
      const type = 'application/x-git-receive-pack';
      const answer = await request({
        url: `${options.url}/git-receive-pack`,
        method: 'POST',
        headers: { ...headers, 'content-type': `${type}-request`, accept: `${type}-result` },
        body: updateBody(update),
      });
      if (answer.status !== 200) throw failureOfStatus(answer.status);
      return refusalIn(answer.body);
    },
  };
}

function updateBody({ branch, from, to, pack }: RefUpdate): Uint8Array {
  const capabilities = 'report-status agent=aura object-format=sha1';
  const command = `${from} ${to} refs/heads/${branch}\0${capabilities}\n`;
  const length = Buffer.byteLength(command) + 4;
  const head = Buffer.from(`${length.toString(16).padStart(4, '0')}${command}0000`);
  return pack === null ? head : Buffer.concat([head, pack]);
}

/** `unpack ok`, then `ok REF` or `ng REF REASON`, each in a packet of its own. */
function refusalIn(body: Buffer): string | null {
  const lines: string[] = [];
  let offset = 0;
  while (offset + 4 <= body.length) {
    const size = Number.parseInt(body.subarray(offset, offset + 4).toString('latin1'), 16);
    if (!Number.isInteger(size)) break;
    if (size >= 4)
      lines.push(
        body
          .subarray(offset + 4, offset + size)
          .toString()
          .trimEnd(),
      );
    offset += Math.max(size, 4);
  }
  const [unpacked, ...verdicts] = lines;
  const verdict = verdicts[0];
  if (unpacked === 'unpack ok' && verdict?.startsWith('ok ') === true) return null;
  if (verdict?.startsWith('ng ') === true) return verdict.slice(3);
  throw new Failure('UnexpectedAnswer', 'the git server did not say what became of a push');
}

const httpClient: HttpClient = {
  async request({ url, method = 'GET', headers = {}, body }) {
    const sent = await collected(body);
    const answer = await request({ url, method, headers, body: sent });
    return {
      url,
      method,
      headers: answer.headers,
      statusCode: answer.status,
      statusMessage: String(answer.status),
      body: oneChunk(answer.body),
    };
  },
};

async function collected(body: unknown): Promise<Uint8Array | null> {
  if (body === undefined || body === null) return null;
  const pieces: Uint8Array[] = [];
  for await (const piece of body as AsyncIterable<Uint8Array>) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function* oneChunk(bytes: Uint8Array): AsyncIterableIterator<Uint8Array> {
  yield bytes;
}

type Answer = {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
};

async function request(options: {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
}): Promise<Answer> {
  try {
    const response = await fetch(options.url, {
      method: options.method,
      headers: { ...options.headers },
      body: options.body === null ? null : Buffer.from(options.body),
      signal: AbortSignal.timeout(patienceMs),
    });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    };
  } catch (cause) {
    throw new Failure('NetworkUnreachable', 'the git server does not answer', { cause });
  }
}

function failureOf(thrown: unknown): Failure {
  if (thrown instanceof git.Errors.HttpError) return failureOfStatus(thrown.data.statusCode);
  if (thrown instanceof Failure) return thrown;
  // What is left are answers that the protocol does not know.
  const { message } = asFailure(thrown);
  return new Failure('UnexpectedAnswer', `the git server's answer makes no sense: ${message}`, {
    cause: thrown,
  });
}

const reasonOfStatus: Readonly<Record<number, FailureReason>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  429: 'RateLimited',
};

function failureOfStatus(status: number): Failure {
  const reason = reasonOfStatus[status] ?? (status >= 500 ? 'ProviderOutage' : 'UnexpectedAnswer');
  return new Failure(reason, `the git server answers ${status}`, { httpStatus: status });
}
