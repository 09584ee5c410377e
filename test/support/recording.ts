/**
 * A forwarder on loopback that records its traffic, so that requests can be checked as they were
 * really sent. Of an authorisation it records the scheme and never the secret.
 */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as requestOf,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export type Exchange = {
  readonly method: string;
  /** from its first slash, without the query */
  readonly path: string;
  /** without its question mark */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly status: number;
  readonly answer: string;
};

export type Recording = {
  readonly url: string;
  /** The traffic since the last call, in the order of the answers. */
  take(): readonly Exchange[];
  close(): Promise<void>;
};

/** Replaces the answer for the client; the recorded answer is the original. */
type Alter = (exchange: Exchange) => string;

/** @param lost headers of answers that are dropped */
export async function startRecording(
  target: string,
  alter: Alter = ({ answer }) => answer,
  lost: readonly string[] = [],
): Promise<Recording> {
  let kept: Exchange[] = [];
  const server = createServer((request, response) => {
    forward(target, request)
      .then(({ exchange, headers }) => {
        kept.push(exchange);
        const left = Object.entries(headers).filter(([name]) => !lost.includes(name));
        const answer = { status: exchange.status, headers: Object.fromEntries(left) };
        answerWith(response, { ...answer, body: alter(exchange) });
      })
      // A request without an answer there gets none here.
      .catch(() => response.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    take() {
      const taken = kept;
      kept = [];
      return taken;
    },
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      return closed;
    },
  };
}

type Forwarded = { readonly exchange: Exchange; readonly headers: IncomingHttpHeaders };

async function forward(target: string, request: IncomingMessage): Promise<Forwarded> {
  const body = await text(request);
  const url = new URL(request.url ?? '/', target);
  const answered = await ask(url, request, body);
  const exchange: Exchange = {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.search.slice(1),
    headers: withoutSecrets(request.headers),
    body,
    status: answered.statusCode ?? 0,
    answer: await text(answered),
  };
  return { exchange, headers: answered.headers };
}

/** The host stays the one that was asked, so that links in answers lead through here again. */
function ask(
  url: URL,
  { method, headers }: IncomingMessage,
  body: string,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = requestOf(url, { method, headers }, resolve);
    sent.on('error', reject);
    sent.end(body);
  });
}

function answerWith(
  response: ServerResponse,
  answer: {
    readonly status: number;
    readonly headers: IncomingHttpHeaders;
    readonly body: string;
  },
): void {
  const { 'transfer-encoding': _, 'content-length': length, ...headers } = answer.headers;
  const sized = length === undefined ? {} : { 'content-length': Buffer.byteLength(answer.body) };
  response.writeHead(answer.status, { ...headers, ...sized }).end(answer.body);
}

function withoutSecrets(headers: IncomingHttpHeaders): Record<string, string> {
  const named = Object.entries(headers).map(([name, value]): [string, string] => {
    const said = String(value);
    return [name, name === 'authorization' ? (said.split(' ')[0] ?? '') : said];
  });
  return Object.fromEntries(named.filter(([name]) => name !== 'cookie'));
}
