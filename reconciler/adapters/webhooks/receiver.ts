/**
 * Posts events to one endpoint. Anything but a 2xx is a refusal, a redirect too: its target was not
 * configured. The answer is read only to its end or to a limit, and never used.
 */
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import type { Clock } from '../../ports/clock.ts';
import type { Delivery, Receiver } from '../../ports/receiver.ts';
import { waitAskedFor } from '../http/times.ts';
import { addressOf, type Resolve, resolveByName } from './address.ts';
import { signatureHeaders } from './signature.ts';

type ReceiverOptions = {
  readonly name: string;
  readonly url: string;
  /** the first is the newest; events are signed with each */
  readonly secrets: readonly string[];
  /** whether the endpoint may be on this machine, and then without TLS */
  readonly loopback: boolean;
  readonly clock: Pick<Clock, 'now'>;
  readonly resolve?: Resolve;
  readonly timeoutMs?: number;
};

const timeoutMsUsual = 10_000;
const answerBytesMax = 16 * 1024;

export function createReceiver(options: ReceiverOptions): Receiver {
  const { name, url, secrets, clock } = options;
  const { loopback, resolve = resolveByName, timeoutMs = timeoutMsUsual } = options;
  const target = new URL(url);

  async function post({ id, body }: { id: string; body: string }, signal: AbortSignal) {
    const found = await addressOf(target, { resolve, loopback });
    if (found.kind === 'refused') return down(found.why);
    signal.throwIfAborted();
    const atSeconds = Math.floor(clock.now() / 1000);
    const headers = {
      host: target.host,
      'user-agent': 'aura',
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      ...signatureHeaders({ id, body, atSeconds, secrets }),
    };
    return deliveryOf(await exchange(target, { address: found.address, headers, body, signal }));
  }

  return {
    name,
    async deliver(event) {
      const signal = AbortSignal.timeout(timeoutMs);
      // A name that is slow to resolve counts too.
      const late = new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
      try {
        return await Promise.race([post(event, signal), late]);
      } catch (thrown) {
        return down(signal.aborted ? 'it did not answer in time' : `no answer (${codeOf(thrown)})`);
      }
    },
  };
}

type Exchange = {
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
};

/** Connects to the checked address; the certificate has to be that of the name. */
function exchange(
  { protocol, hostname, port, pathname, search }: URL,
  { address, headers, body, signal }: Exchange,
): Promise<IncomingMessage> {
  const secure = protocol === 'https:';
  const named = isIP(hostname) === 0 && !hostname.startsWith('[');
  const options: RequestOptions & { readonly servername?: string } = {
    method: 'POST',
    host: address,
    port: port === '' ? (secure ? 443 : 80) : Number(port),
    path: `${pathname}${search}`,
    headers,
    agent: false,
    signal,
    ...(secure && named ? { servername: hostname } : {}),
  };
  return new Promise((resolve, reject) => {
    const request = (secure ? httpsRequest : httpRequest)(options, (answer) => {
      discard(answer);
      resolve(answer);
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** So that a polite server ends as usual, and another one sends no more than a little. */
function discard(answer: IncomingMessage): void {
  let left = answerBytesMax;
  answer.on('data', (piece: Buffer) => {
    left -= piece.length;
    if (left < 0) answer.destroy();
  });
  // The status is all that counts.
  answer.on('error', () => {});
}

function deliveryOf({ statusCode: status = 0, headers }: IncomingMessage): Delivery {
  if (status >= 200 && status < 300) return { kind: 'accepted' };
  if (status === 410) return { kind: 'gone' };
  const { retryAfterSeconds } = waitAskedFor(status, headers);
  const isDown = status === 429 || status >= 500;
  const why = status >= 300 && status < 400 ? `it redirects (${status})` : `it answers ${status}`;
  const retryAfterMs = retryAfterSeconds === undefined ? null : retryAfterSeconds * 1000;
  return { kind: 'refused', why, isDown, retryAfterMs };
}

function down(why: string): Delivery {
  return { kind: 'refused', why, isDown: true, retryAfterMs: null };
}

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown';
}
