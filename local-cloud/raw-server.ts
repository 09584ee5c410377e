/**
 * Serves other programs (git's CGI program, the S3 server) on loopback, with the local cloud's
 * ledger and faults. Bodies stream unless a fault needs the whole body.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { type Fault, type Faults, lostAnswerMs } from './faults.ts';
import type { Ledger } from './ledger.ts';

export type RawAnswer = {
  readonly status: number;
  readonly headers: Record<string, string | string[]>;
  readonly body: Readable | string;
};

type RawServer = { readonly url: string; close(): Promise<void> };

export async function startRawServer(options: {
  readonly api: 'git' | 's3';
  readonly ledger: Ledger;
  readonly faults: Faults;
  /** The request's pattern for the ledger. */
  route(request: IncomingMessage): string;
  answer(request: IncomingMessage): Promise<RawAnswer>;
  /** The body of a fault of kind `status`. */
  errorAnswer(status: number): RawAnswer;
}): Promise<RawServer> {
  const { api, ledger, faults } = options;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    ledger.count(api, `${request.method ?? 'GET'} ${options.route(request)}`);
    const asked = { api, method: request.method ?? 'GET', url: request.url ?? '/' };
    const fault = faults.take(asked, (kind) => kind !== 'empty' && kind !== 'stale');
    if (fault?.kind === 'cut') return void request.socket.destroy();
    const holds = fault?.kind === 'delay' && fault.handledFirst === true;
    if (fault?.kind === 'delay' && !holds) await quiet(request, fault.ms ?? 0);
    if (fault?.kind === 'status') {
      request.resume();
      return send(options.errorAnswer(fault.status ?? 500), response);
    }
    const answer = await options.answer(request);
    if (fault?.kind === 'timeoutAfter' || fault?.kind === 'truncate') {
      return spoil(fault, { request, response, answer });
    }
    if (!holds) return send(answer, response);
    const body = await wholeOf(answer);
    await quiet(request, fault.ms ?? 0);
    response.writeHead(answer.status, answer.headers);
    response.end(body);
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((thrown: unknown) => {
      if (request.socket.destroyed || response.destroyed) return;
      process.stderr.write(`${api}: ${thrown instanceof Error ? thrown.stack : String(thrown)}\n`);
      if (response.headersSent) request.socket.destroy();
      else void send(options.errorAnswer(500), response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function send(answer: RawAnswer, response: ServerResponse): Promise<void> {
  response.writeHead(answer.status, answer.headers);
  if (typeof answer.body === 'string') response.end(answer.body);
  else await pipeline(answer.body, response);
}

async function wholeOf({ body }: RawAnswer): Promise<Buffer> {
  return typeof body === 'string' ? Buffer.from(body) : buffer(body);
}

/** The effect has happened in full before the answer is lost or broken off. */
async function spoil(
  fault: Fault,
  exchange: { request: IncomingMessage; response: ServerResponse; answer: RawAnswer },
): Promise<void> {
  const { request, response, answer } = exchange;
  const whole = await wholeOf(answer);
  if (fault.kind === 'truncate') {
    const { 'transfer-encoding': _, ...headers } = answer.headers;
    response.writeHead(answer.status, { ...headers, 'content-length': String(whole.length) });
    const half = whole.subarray(0, Math.floor(whole.length / 2));
    await new Promise<void>((resolve) => response.write(half, () => resolve()));
  } else {
    await quiet(request, fault.ms ?? lostAnswerMs);
  }
  request.socket.destroy();
}

function quiet(request: IncomingMessage, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      request.socket.off('close', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    request.socket.once('close', done);
  });
}
