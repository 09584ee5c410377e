/**
 * A server that processes connect to, so that a test can follow each: its start, its messages, its
 * end. A killed process sends no message, but its connection ends.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';

export type Visitors = {
  readonly port: number;
  /** Resolves with the next connection. */
  next(): Promise<Visitor>;
  close(): Promise<void>;
};
type Visitor = {
  /** the first line that it sends */
  line(): Promise<string>;
  gone(): Promise<void>;
};

export async function createVisitors(): Promise<Visitors> {
  const came: Socket[] = [];
  const waiting: ((socket: Socket) => void)[] = [];
  const server = createServer((socket) => {
    // A killed process may reset it.
    socket.on('error', () => {});
    const first = waiting.shift();
    if (first === undefined) came.push(socket);
    else first(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async next() {
      const there = came.shift();
      return visitorOf(there ?? (await new Promise<Socket>((resolve) => waiting.push(resolve))));
    },
    async close() {
      server.close();
      await once(server, 'close');
    },
  };
}

function visitorOf(socket: Socket): Visitor {
  let text = '';
  const lines: string[] = [];
  const waiting: ((line: string) => void)[] = [];
  socket.setEncoding('utf8').on('data', (piece: string) => {
    const parts = (text + piece).split('\n');
    text = parts.pop() ?? '';
    for (const line of parts) {
      const first = waiting.shift();
      if (first === undefined) lines.push(line);
      else first(line);
    }
  });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return {
    async line() {
      const there = lines.shift();
      return there ?? new Promise<string>((resolve) => waiting.push(resolve));
    },
    gone: () => closed,
  };
}
