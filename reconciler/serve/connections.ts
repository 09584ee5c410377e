/**
 * Connections that have no whole request under way: silent ones, half-sent requests, and those that
 * idle between two. They cost little, and one client can hold as many as there may be; so those that
 * have waited longest are ended where their address, or all addresses together, have too many. What a
 * client sends at once is whole long before that.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIPv6, type Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Log } from '../ports.ts';
import type { ServerLimits } from './limits.ts';
import { createSparingLog } from './sparing-log.ts';

type Waiting = {
  readonly address: string;
  readonly sinceMs: number;
  /** its headers have arrived, and its body has not */
  begun: boolean;
};
type Options = {
  readonly limits: ServerLimits;
  readonly log: Log;
  /** wall time: how long clients wait is not about the world's clock */
  readonly now?: () => number;
};

export type Connections = {
  /** Ends those on which no request has begun to arrive. */
  endSilent(): void;
};

export function limitConnections(app: FastifyInstance, options: Options): Connections {
  const { waiting, wait, forget } = createWaiting(options);
  const underWay = new Map<Socket, number>();

  function begin({ socket }: IncomingMessage, response: ServerResponse): void {
    underWay.set(socket, (underWay.get(socket) ?? 0) + 1);
    forget(socket);
    response.once('close', () => {
      const left = (underWay.get(socket) ?? 1) - 1;
      if (left > 0) underWay.set(socket, left);
      else {
        underWay.delete(socket);
        wait(socket);
      }
    });
  }

  app.server.maxConnections = options.limits.connectionsMax;
  app.server.on('connection', (socket) => {
    wait(socket);
    socket.once('close', () => forget(socket));
  });
  app.server.on('request', (request, response) => {
    if (!hasBody(request)) return begin(request, response);
    const entry = waiting.get(request.socket);
    if (entry !== undefined) entry.begun = true;
  });
  app.addHook('preValidation', async ({ raw }, reply) => {
    if (hasBody(raw)) begin(raw, reply.raw);
  });
  return {
    endSilent() {
      for (const [socket, { begun }] of [...waiting]) if (!begun) socket.destroy();
    },
  };
}

/** The connections that wait, the longest waiting first; too many of them are ended. */
function createWaiting({ limits, log, now = Date.now }: Options) {
  const waiting = new Map<Socket, Waiting>();
  const ofAddress = new Map<string, number>();
  const say = createSparingLog(
    { clock: { now }, log },
    'connections are ended: too many wait without a whole request',
  );

  function wait(socket: Socket): void {
    if (waiting.has(socket) || socket.destroyed) return;
    const address = networkOf(socket.remoteAddress ?? '');
    const held = (ofAddress.get(address) ?? 0) + 1;
    waiting.set(socket, { address, sinceMs: now(), begun: false });
    ofAddress.set(address, held);
    if (held > limits.waitingPerAddressMax) endLongest(address);
    if (waiting.size > limits.waitingMax) endLongest(null);
  }

  function forget(socket: Socket): void {
    const entry = waiting.get(socket);
    if (entry === undefined) return;
    waiting.delete(socket);
    const left = (ofAddress.get(entry.address) ?? 1) - 1;
    if (left === 0) ofAddress.delete(entry.address);
    else ofAddress.set(entry.address, left);
  }

  /** @param address null for the connection that has waited longest of all */
  function endLongest(address: string | null): void {
    for (const [socket, entry] of waiting) {
      if (address !== null && entry.address !== address) continue;
      if (now() - entry.sinceMs < limits.waitingLeastMs) return;
      say({ waiting: waiting.size, addresses: ofAddress.size });
      forget(socket);
      socket.destroy();
      return;
    }
  }

  return { waiting, wait, forget };
}

export function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0');
}

/** The holder of one IPv6 address has 2^64 of them. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').split('::', 2);
  const groups = (text: string) => text.split(':').filter((group) => group !== '');
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const all = [...before, ...Array.from({ length: zeros }, () => '0'), ...after];
  return `${all.slice(0, 4).join(':')}::/64`;
}
