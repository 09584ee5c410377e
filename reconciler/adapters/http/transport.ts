/**
 * Sends one request with node's own client, which costs half of what fetch does in a listing of
 * thousands of pages, and follows no redirect. Connections are kept for repeatable requests. A POST
 * uses a new one: after a kept one closes, it is unknown whether the request arrived.
 */
import {
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

type Sending = {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string | null;
  readonly timeoutMs: number;
};
/** Rejects with an Error whose `code` names how the connection failed; `timeout` is ours. */
type Transport = (sending: Sending) => Promise<{
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** null if it is incomplete */
  readonly body: Buffer | null;
}>;

/** More than a listing requests at the same time, so that no page waits for a connection. */
const connectionsMax = 16;

export function createTransport(): Transport {
  const kept = { keepAlive: true, maxSockets: connectionsMax };
  const agents = { http: new HttpAgent(kept), https: new HttpsAgent(kept) };
  return (sending) =>
    new Promise((resolve, reject) => {
      const { url, method, headers, body, timeoutMs } = sending;
      const secure = url.startsWith('https:');
      const request = (secure ? httpsRequest : httpRequest)(
        url,
        {
          method,
          agent: method === 'POST' ? false : secure ? agents.https : agents.http,
          headers: {
            ...Object.fromEntries(headers),
            ...(body === null ? {} : { 'content-length': Buffer.byteLength(body) }),
          },
        },
        (response) => {
          bodyOf(response).then((body) => {
            clearTimeout(timer);
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
          });
        },
      );
      // Limits the whole exchange, even if the server keeps sending.
      const timer = setTimeout(() => {
        request.destroy(Object.assign(new Error('no answer'), { code: 'timeout' }));
      }, timeoutMs);
      request.once('error', (error) => {
        clearTimeout(timer);
        reject(error);
      });
      request.end(body);
    });
}

/** null if it is incomplete */
function bodyOf(response: IncomingMessage): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    response.on('data', (piece: Buffer) => pieces.push(piece));
    response.once('end', () => resolve(response.complete ? Buffer.concat(pieces) : null));
    response.once('error', () => resolve(null));
    response.once('close', () => resolve(null));
  });
}
