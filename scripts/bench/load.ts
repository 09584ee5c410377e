/**
 * As many requests as a server answers over a number of kept connections, one at a time on each.
 * It speaks HTTP/1.1 itself, because a client's library would cost more than the server.
 */
import { connect } from 'node:net';

export type Loaded = {
  readonly perSecond: number;
  readonly p99Ms: number;
  /** answers by status; a connection that failed counts as `0` */
  readonly answers: Readonly<Record<string, number>>;
  readonly bytes: number;
};

type Load = {
  /** whole requests, sent in turn */
  readonly requests: readonly Buffer[];
  readonly connections: number;
  readonly seconds: number;
};

export async function load(url: string, { requests, connections, seconds }: Load): Promise<Loaded> {
  const ms: number[] = [];
  const answers: Record<string, number> = {};
  const beganMs = performance.now();
  const endMs = beganMs + seconds * 1000;
  let [next, bytes] = [0, 0];
  const one = () => {
    const request = requests[next % requests.length] ?? Buffer.of();
    next += 1;
    return request;
  };
  const heard = (status: string, tookMs: number, length: number) => {
    answers[status] = (answers[status] ?? 0) + 1;
    ms.push(tookMs);
    bytes += length;
  };
  const all = Array.from({ length: connections }, () => askUntil(url, { endMs, one, heard }));
  await Promise.all(all);
  const tookSeconds = (performance.now() - beganMs) / 1000;
  ms.sort((a, b) => a - b);
  const p99Ms = Math.round((ms[Math.floor(ms.length * 0.99)] ?? 0) * 10) / 10;
  return { perSecond: Math.round(ms.length / tookSeconds), p99Ms, answers, bytes };
}

type Asking = {
  readonly endMs: number;
  one(): Buffer;
  heard(status: string, tookMs: number, bytes: number): void;
};

function askUntil(url: string, { endMs, one, heard }: Asking): Promise<void> {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    let sentMs = 0;
    let said = '';
    const send = () => {
      if (performance.now() >= endMs) return socket.end();
      sentMs = performance.now();
      said = '';
      socket.write(one());
    };
    socket.setEncoding('latin1');
    socket.on('connect', send);
    socket.on('data', (text: string) => {
      said += text;
      const head = said.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(said)?.[1] ?? 0);
      if (said.length < head + 4 + length) return;
      heard(said.slice(9, 12), performance.now() - sentMs, said.length);
      send();
    });
    socket.on('error', () => heard('0', performance.now() - sentMs, 0));
    socket.on('close', () => resolve());
  });
}
