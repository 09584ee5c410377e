/**
 * The git server over git's smart HTTP protocol, one request for each operation: lists branches,
 * fetches a pack, and pushes as a compare-and-swap. A push names the tip that it was built on, so
 * the server detects a lost race. https://git-scm.com/docs/protocol-v2
 */
import { Failure, type FailureReason, isFailure } from '../../core/failure.ts';
import { type Access, loggedIn } from './access.ts';
import { delimiter, flush, linesIn, nonsense, packet, packetsIn } from './packets.ts';

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
  /** Tips of the branches whose names start with one of the prefixes. */
  branches(...prefixes: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** The commit that would merge a pull request into its base; null where the Forge made none. */
  mergeOf(number: number): Promise<string | null>;
  /** A thin pack of the objects that `want` reaches and `have` does not. */
  packOf(want: string, have: string): Promise<Buffer>;
  /** null if the server accepted the update, else the server's reason */
  update(update: RefUpdate): Promise<string | null>;
};

export function createRemote(access: Access): Remote {
  return {
    async branches(...prefixes) {
      const asked = prefixes.map((prefix) => `ref-prefix refs/heads/${prefix}`);
      const answer = await upload(access, 'ls-refs', asked);
      return refsIn(linesIn(answer), 'refs/heads/');
    },
    async mergeOf(number) {
      const ref = `refs/pull/${number}/merge`;
      const lines = linesIn(await upload(access, 'ls-refs', [`ref-prefix ${ref}`]));
      return refsIn(lines, 'refs/').get(ref.slice('refs/'.length)) ?? null;
    },
    async packOf(want, have) {
      const asked = ['thin-pack', 'no-progress', 'ofs-delta', `want ${want}`, `have ${have}`];
      return packIn(await upload(access, 'fetch', [...asked, 'done']));
    },
    async update(update) {
      return refusalIn(await post(access, 'git-receive-pack', updateBody(update)));
    },
  };
}

/**
 * Throws `Unauthorized` if the server refuses this header, and nothing else: git reports the cause
 * of its failure only as text, and the caller has its own failure.
 */
export async function assertAccepted(access: Access, authorization: string | null): Promise<void> {
  const body = commandBody('ls-refs', ['ref-prefix refs/heads/main']);
  try {
    await send(access, 'git-upload-pack', { authorization, body });
  } catch (thrown) {
    if (isFailure(thrown, 'Unauthorized')) throw thrown;
  }
}

function upload(access: Access, command: string, lines: readonly string[]): Promise<Buffer> {
  return post(access, 'git-upload-pack', commandBody(command, lines));
}

/** One command of protocol 2: it needs no greeting before it. */
function commandBody(command: string, lines: readonly string[]): Buffer {
  return Buffer.concat([
    packet(`command=${command}\n`),
    packet('agent=git/aura\n'),
    delimiter,
    ...lines.map((line) => packet(`${line}\n`)),
    flush,
  ]);
}

function refsIn(lines: readonly string[], start: string): ReadonlyMap<string, string> {
  return new Map(
    lines.map((line) => {
      const [, oid, ref] = /^([0-9a-f]{40}) (\S+)/.exec(line) ?? [];
      if (oid === undefined || ref?.startsWith(start) !== true) throw nonsense();
      return [ref.slice(start.length), oid] as const;
    }),
  );
}

/** After the line `packfile`, each packet's first byte is its band: 1 is the pack, 3 an error. */
function packIn(body: Buffer): Buffer {
  const packets = packetsIn(body);
  const head = packets.findIndex((one) => one.toString() === 'packfile\n');
  if (head < 0 || packets.at(-1) !== 'flush') throw nonsense();
  const pieces: Buffer[] = [];
  for (const one of packets.slice(head + 1, -1)) {
    if (typeof one === 'string' || one[0] === 3) throw nonsense();
    if (one[0] === 1) pieces.push(one.subarray(1));
  }
  return Buffer.concat(pieces);
}

function updateBody({ branch, from, to, pack }: RefUpdate): Buffer {
  const capabilities = 'report-status agent=git/aura object-format=sha1';
  const command = packet(`${from} ${to} refs/heads/${branch}\0${capabilities}\n`);
  return Buffer.concat([command, flush, ...(pack === null ? [] : [pack])]);
}

/** `unpack ok`, then `ok REF` or `ng REF REASON`, each in a packet of its own. */
function refusalIn(body: Buffer): string | null {
  const [unpacked, verdict] = linesIn(body);
  if (unpacked === 'unpack ok' && verdict?.startsWith('ok ') === true) return null;
  if (verdict?.startsWith('ng ') === true) return verdict.slice(3);
  throw new Failure('UnexpectedAnswer', 'the git server did not report the result of a push');
}

type Service = 'git-upload-pack' | 'git-receive-pack';

function post(access: Access, service: Service, body: Buffer): Promise<Buffer> {
  return loggedIn(access.login, (authorization) => send(access, service, { authorization, body }));
}

type Headers = Readonly<Record<string, string>>;

function headersOf(service: Service, authorization: string | null): Headers {
  const type = `application/x-${service}`;
  return {
    'user-agent': 'git/aura',
    'content-type': `${type}-request`,
    accept: `${type}-result`,
    ...(service === 'git-upload-pack' ? { 'git-protocol': 'version=2' } : {}),
    ...(authorization === null ? {} : { authorization }),
  };
}

type Sent = { readonly authorization: string | null; readonly body: Buffer };

async function send(
  { url, limits }: Access,
  service: Service,
  { authorization, body }: Sent,
): Promise<Buffer> {
  const request = { method: 'POST', headers: headersOf(service, authorization), body };
  // Limits the whole exchange, even if the server sends a byte at a time.
  const signal = AbortSignal.timeout(limits.exchangeMs);
  const answer = await exchange(`${url}/${service}`, { ...request, signal });
  if (answer.status !== 200) throw failureOfStatus(answer.status);
  return answer.body;
}

type Answer = { readonly status: number; readonly body: Buffer };

async function exchange(url: string, request: RequestInit): Promise<Answer> {
  try {
    // A token does not follow a redirect: an operator has to look at a repository that moved.
    const response = await fetch(url, { ...request, redirect: 'manual' });
    return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
  } catch (cause) {
    throw new Failure('NetworkUnreachable', 'the git server does not answer', { cause });
  }
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
