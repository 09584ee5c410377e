/**
 * Clients that never finish: half of a post to the webhook, of a large one to an unknown path, of
 * headers. Each sends a byte each second, and connects again once it was closed.
 */
import { connect, type Socket } from 'node:net';

type DripFigures = { readonly opened: number; readonly ended: number };
type Drips = { stop(): DripFigures };

const dripEveryMs = 1000;
const againMs = 200;

const beginnings: readonly string[] = [
  head('POST /webhooks/stripe', 'content-type: application/json', 'content-length: 200000'),
  head('POST /nothing', 'content-type: application/json', 'content-length: 1048576'),
  'POST /webhooks/stripe HTTP/1.1\r\nhost: localhost\r\nx-slow: ',
];

export function startDrips(url: string, count: number): Drips {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const later = new Set<NodeJS.Timeout>();
  let opened = 0;
  let ended = 0;
  let stopped = false;

  function open(kind: number): void {
    if (stopped) return;
    opened += 1;
    const socket = connect(Number(port), hostname);
    sockets.add(socket);
    // The answer is ignored.
    socket.resume();
    socket.on('error', () => {});
    socket.once('connect', () => socket.write(beginnings[kind % beginnings.length] ?? ''));
    socket.once('close', () => {
      sockets.delete(socket);
      if (stopped) return;
      ended += 1;
      const timer = setTimeout(() => {
        later.delete(timer);
        open(kind);
      }, againMs);
      later.add(timer);
    });
  }

  for (let kind = 0; kind < count; kind += 1) open(kind);
  const timer = setInterval(() => {
    for (const socket of sockets) if (socket.writable) socket.write('x');
  }, dripEveryMs);
  return {
    stop() {
      stopped = true;
      clearInterval(timer);
      for (const one of later) clearTimeout(one);
      for (const socket of sockets) socket.destroy();
      return { opened, ended };
    },
  };
}

/** A large part of the body, so that buffered data shows in memory. */
function head(line: string, ...headers: readonly string[]): string {
  const lines = [`${line} HTTP/1.1`, 'host: localhost', ...headers];
  return `${lines.join('\r\n')}\r\n\r\n{"padding":"${'x'.repeat(100_000)}`;
}
