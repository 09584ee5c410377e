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

/** An accepted connection. Changed in place, because each request on it does so. */
export type Connection = {
  readonly socket: Socket;
  readonly group: AddressGroup;
  /** complete requests on it that are not answered yet */
  underWay: number;
  isWaiting: boolean;
  /** when it began to wait, and the bytes that were read of it until then */
  sinceMs: number;
  bytes: number;
  /** whether a complete request on it was answered before */
  proven: boolean;
  /** the headers of its next request have arrived, and the body has not */
  begun: boolean;
  /** its neighbours among those that wait */
  before: Connection | null;
  after: Connection | null;
};
/** All connections, or those of one address: how many of them wait. */
type Group = { waiting: number };
type AddressGroup = Group & { readonly address: string; open: number };

export type WaitingOptions = {
  readonly limits: ServerLimits;
  readonly log: Log;
  /** wall time, not the cloud's time */
  readonly now?: () => number;
};

export type WaitingConnections = {
  /** A connection was accepted; it waits for its first request. */
  accept(socket: Socket): Connection;
  /** @param proven whether a complete request on it was answered before */
  wait(connection: Connection, proven: boolean): void;
  /** It has a request in progress. */
  forget(connection: Connection): void;
  /** It was closed. */
  leave(connection: Connection): void;
  /** Ends those without the headers of a request. */
  endSilent(): void;
};

export function createWaiting(options: WaitingOptions): WaitingConnections {
  const { now = Date.now } = options;
  const list = createList();
  const groups = createGroups();
  const noteCrowd = createRelief(list, options);

  function wait(connection: Connection, proven: boolean): void {
    const { socket, group } = connection;
    if (connection.isWaiting || socket.destroyed) return;
    connection.sinceMs = now();
    connection.proven = proven;
    connection.bytes = socket.bytesRead;
    connection.begun = false;
    list.add(connection);
    noteCrowd(group);
    noteCrowd(list.all);
  }

  return {
    wait,
    accept(socket) {
      const connection = newConnection(socket, groups.join(networkOf(socket.remoteAddress ?? '')));
      wait(connection, false);
      return connection;
    },
    forget: list.remove,
    leave(connection) {
      list.remove(connection);
      groups.leave(connection.group);
    },
    endSilent() {
      for (let one = list.longest(); one !== null; one = one.after)
        if (!one.begun) one.socket.destroy();
    },
  };
}

/** The returned function notes that one more waits, and ends others if those are too many. */
function createRelief(list: List, { limits, log, now = Date.now }: WaitingOptions) {
  const { all } = list;
  const crowded = new Set<Group>();
  const say = createSparingLog(
    { clock: { now }, log },
    'connections are ended: too many wait without a complete request',
  );
  let relieving = false;

  function isCrowded(group: Group): boolean {
    return group.waiting > (group === all ? limits.waitingMax : limits.waitingPerAddressMax);
  }

  function relieve(): void {
    relieving = false;
    for (const group of crowded) {
      for (let left = all.waiting; left > 0 && isCrowded(group); left -= 1)
        if (!endLongest(group)) break;
    }
    crowded.clear();
  }

  /**
   * The next request of an idle connection may be in transit: idle ones are ended only for the
   * limit of all addresses. Returns false if there is none to end.
   */
  function endLongest(group: Group): boolean {
    let idle: Connection | null = null;
    for (let one = list.longest(); one !== null; one = one.after) {
      if (group !== all && one.group !== group) continue;
      if (now() - one.sinceMs < limits.waitingLeastMs) break;
      if (!isIdle(one)) return end(one);
      idle ??= one;
    }
    return idle !== null && group === all && end(idle);
  }

  function end(connection: Connection): true {
    say({ waiting: all.waiting });
    list.remove(connection);
    connection.socket.destroy();
    return true;
  }

  return (group: Group): void => {
    if (!isCrowded(group)) return;
    crowded.add(group);
    if (relieving) return;
    relieving = true;
    // After all received bytes are read: a delay of ours must not end a connection.
    setImmediate(relieve);
  };
}

function newConnection(socket: Socket, group: AddressGroup): Connection {
  return {
    socket,
    group,
    underWay: 0,
    isWaiting: false,
    sinceMs: 0,
    bytes: 0,
    proven: false,
    begun: false,
    before: null,
    after: null,
  };
}

/** The last request was answered, and no byte of the next one has arrived. */
function isIdle({ socket, proven, begun, bytes }: Connection): boolean {
  return proven && !begun && socket.bytesRead === bytes;
}

/** The groups by address, of those that have a connection. */
function createGroups() {
  const groups = new Map<string, AddressGroup>();
  return {
    join(address: string): AddressGroup {
      const group = groups.get(address) ?? { address, open: 0, waiting: 0 };
      groups.set(address, group);
      group.open += 1;
      return group;
    },
    leave(group: AddressGroup): void {
      group.open -= 1;
      if (group.open === 0) groups.delete(group.address);
    },
  };
}

type List = ReturnType<typeof createList>;

/** Connections that wait, the longest first: linked, so that each request changes a few fields. */
function createList() {
  const all: Group = { waiting: 0 };
  let first: Connection | null = null;
  let last: Connection | null = null;

  function add(connection: Connection): void {
    connection.isWaiting = true;
    connection.before = last;
    connection.after = null;
    if (last === null) first = connection;
    else last.after = connection;
    last = connection;
    all.waiting += 1;
    connection.group.waiting += 1;
  }

  function remove(connection: Connection): void {
    if (!connection.isWaiting) return;
    const { before, after } = connection;
    if (before === null) first = after;
    else before.after = after;
    if (after === null) last = before;
    else after.before = before;
    connection.isWaiting = false;
    connection.before = null;
    connection.after = null;
    all.waiting -= 1;
    connection.group.waiting -= 1;
  }

  return { all, add, remove, longest: () => first };
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
