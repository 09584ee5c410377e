/** A client that sends any bytes, as slowly as a test asks. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { until } from '../../support/until.ts';

export type RawClient = {
  /** Resolves once the operating system has the bytes, not the server. */
  write(text: string): Promise<void>;
  /** Resolves with the first complete answer. */
  answer(): Promise<RawAnswer>;
  /** Resolves once the connection has ended, from either side, with all that was received. */
  readonly closed: Promise<string>;
  /** Ends the connection without a closing handshake. */
  leave(): void;
};
type RawAnswer = { readonly status: number; readonly body: string };

export async function openClient(url: string): Promise<RawClient> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let received = '';
  socket.setEncoding('utf8').on('data', (text) => {
    received += text;
  });
  socket.on('error', () => {});
  // However it ended: one that was cut off while it wrote has failed for its own part.
  const closed = new Promise<string>((resolve) => {
    socket.once('close', () => resolve(received));
  });
  await once(socket, 'connect');
  return {
    closed,
    write: (text) => new Promise((resolve) => socket.write(text, () => resolve())),
    async answer() {
      let answer: RawAnswer | null = null;
      const hasCome = () => {
        answer = firstAnswer(received);
        if (answer === null && socket.destroyed)
          throw new Error(`no answer: ${JSON.stringify(received)}`);
        return answer !== null;
      };
      const news = () => Promise.race([once(socket, 'data').catch(() => {}), closed]);
      await until('an answer has come', hasCome, news);
      return answer ?? { status: 0, body: '' };
    },
    leave: () => void socket.destroy(),
  };
}

function firstAnswer(received: string): RawAnswer | null {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const head = received.slice(0, end);
  const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
  const body = received.slice(end + 4);
  if (body.length < length) return null;
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]), body: body.slice(0, length) };
}

/** Everything of a request but the end of its body. */
export function halfOf(line: string, headers: Readonly<Record<string, string>> = {}): string {
  const all = { host: 'localhost', 'content-type': 'application/json', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return [`${line} HTTP/1.1`, ...lines, 'content-length: 1000', '', '{"id":'].join('\r\n');
}
