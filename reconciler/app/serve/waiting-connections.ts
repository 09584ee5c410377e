/**
 * Limits connections without a complete request: silent ones, incomplete requests, and those that
 * idle between two. They cost little, but one client could use all that are allowed. So if one
 * address, or all together, have too many, those that have waited longest are ended, idle ones
 * last. A client that sends its request at once is complete before that.
 */
import { isIPv6, type Socket } from 'node:net';
import type { Log } from '../../ports/log.ts';
import type { ServerLimits } from './limits.ts';
import { createSparingLog } from './sparing-log.ts';

type Waiting = {
  readonly address: string;
  readonly sinceMs: number;
  /** whether a complete request on it was answered before */
  readonly proven: boolean;
  /** bytes that were read of it when it began to wait */
  readonly bytes: number;
  /** its headers have arrived, and its body has not */
  begun: boolean;
};
/** null: all of them */
type Address = string | null;
export type WaitingOptions = {
  readonly limits: ServerLimits;
  readonly log: Log;
  /** wall time, not the cloud's time */
  readonly now?: () => number;
};

export type WaitingConnections = {
  /** @param proven whether a complete request on it was answered before */
  wait(socket: Socket, proven: boolean): void;
  forget(socket: Socket): void;
  /** The headers of its next request have arrived. */
  begun(socket: Socket): void;
  /** Ends those without the headers of a request. */
  endSilent(): void;
};

export function createWaiting({ limits, log, now = Date.now }: WaitingOptions): WaitingConnections {
  const list = createList();
  const crowded = new Set<Address>();
  const say = createSparingLog(
    { clock: { now }, log },
    'connections are ended: too many wait without a complete request',
  );
  let relieving = false;

  function isCrowded(address: Address): boolean {
    const max = address === null ? limits.waitingMax : limits.waitingPerAddressMax;
    return list.count(address) > max;
  }

  function relieve(): void {
    relieving = false;
    for (const address of crowded) {
      for (let left = list.count(null); left > 0 && isCrowded(address); left -= 1)
        if (!endLongest(address)) break;
    }
    crowded.clear();
  }

  /**
   * The next request of an idle connection may be in transit: idle ones are ended only for the
   * limit of all addresses. Returns false if there is none to end.
   */
  function endLongest(address: Address): boolean {
    let idle: Socket | null = null;
    for (const [socket, entry] of list.waiting) {
      if (address !== null && entry.address !== address) continue;
      if (now() - entry.sinceMs < limits.waitingLeastMs) break;
      if (!isIdle(socket, entry)) return end(socket);
      idle ??= socket;
    }
    return idle !== null && address === null && end(idle);
  }

  function end(socket: Socket): true {
    say({ waiting: list.count(null) });
    list.forget(socket);
    socket.destroy();
    return true;
  }

  return {
    wait(socket, proven) {
      if (list.waiting.has(socket) || socket.destroyed) return;
      const address = networkOf(socket.remoteAddress ?? '');
      const bytes = socket.bytesRead;
      list.add(socket, { address, sinceMs: now(), proven, bytes, begun: false });
      for (const one of [address, null]) if (isCrowded(one)) crowded.add(one);
      if (crowded.size === 0 || relieving) return;
      relieving = true;
      // After all received bytes are read: a delay of ours must not end a connection.
      setImmediate(relieve);
    },
    forget: list.forget,
    begun(socket) {
      const entry = list.waiting.get(socket);
      if (entry !== undefined) entry.begun = true;
    },
    endSilent() {
      for (const [socket, { begun }] of [...list.waiting]) if (!begun) socket.destroy();
    },
  };
}

/** Connections that wait, the longest first, and their number for each address. */
function createList() {
  const waiting = new Map<Socket, Waiting>();
  const ofAddress = new Map<string, number>();
  const countOf = (address: string) => ofAddress.get(address) ?? 0;
  return {
    waiting,
    count: (address: Address) => (address === null ? waiting.size : countOf(address)),
    add(socket: Socket, entry: Waiting): void {
      waiting.set(socket, entry);
      ofAddress.set(entry.address, countOf(entry.address) + 1);
    },
    forget(socket: Socket): void {
      const entry = waiting.get(socket);
      if (entry === undefined) return;
      waiting.delete(socket);
      const left = countOf(entry.address) - 1;
      if (left > 0) ofAddress.set(entry.address, left);
      else ofAddress.delete(entry.address);
    },
  };
}

/** The last request was answered, and no byte of the next one has arrived. */
function isIdle(socket: Socket, { proven, begun, bytes }: Waiting): boolean {
  return proven && !begun && socket.bytesRead === bytes;
}

/** An IPv6 address counts as its /64 network, which one client can own. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
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
