/**
 * What a record keeps of the agent's server: what its create seeded, which one it is, and how it ended.
 * Pure: who writes it adds the time.
 */
import { timeMs } from '../text/time.ts';
import { isKindThat, type KindThat } from './change-kinds.ts';
import type { ObservedServer } from './observed.ts';
import type { AgentRecord } from './recorded.ts';

const destroyedKept = 50;

export type DestroyKind = AgentRecord['destroyed'][number]['kind'];
type Attempt = AgentRecord['attempts'][number];

const createsKept = 5;
type Seeded = NonNullable<AgentRecord['creates']>[number];

/** What a create seeds is written before the create: its server may appear whatever the answer was. */
export function withCreate(record: AgentRecord, seeded: Seeded): AgentRecord {
  const others = (record.creates ?? []).filter(({ nonce }) => nonce !== seeded.nonce);
  return { ...record, creates: [...others, seeded].slice(-createsKept) };
}

/** What a record says of its server, and so of no other one. */
export function withoutServerFacts(record: AgentRecord): AgentRecord {
  const {
    server: _server,
    hostKey: _hostKey,
    configured: _configured,
    tailnet: _tailnet,
    ...rest
  } = record;
  return { ...rest, everRunning: false };
}

/** A new server begins with nothing of an earlier one's. */
export function beginning(
  record: AgentRecord,
  chosen: NonNullable<AgentRecord['chosen']>,
  hostKey: string,
): AgentRecord {
  const { gone: _gone, timings: _timings, ...rest } = withoutServerFacts(record);
  return { ...rest, chosen, hostKey };
}

/**
 * What a record says of a server that is there. Off is what Hetzner calls off: a server between two
 * states may run, and what is recorded as off is not switched off where a reading does not show it.
 */
export function recordedServer(
  { id, created, status, ipv4 }: ObservedServer,
  nonce: string,
): NonNullable<AgentRecord['server']> {
  return {
    id,
    nonce,
    created,
    ...(ipv4 === null ? {} : { ipv4 }),
    power: status === 'off' ? 'off' : 'on',
  };
}

/**
 * The facts of a server. Where the record names another one, that one is proven gone, and nothing of
 * it stays: until here it was remembered, since what looks gone may only be hidden for a while.
 */
export function withServer(
  before: AgentRecord,
  server: ObservedServer,
  { nonce, at }: { readonly nonce: string; readonly at: string },
): AgentRecord {
  const record = withoutAnother(before, server, at);
  const seeded = record.creates?.find((one) => one.nonce === nonce);
  const { hostKey: pinned, gone: _back, ...rest } = record;
  // The key of another server would keep everyone out of this one.
  const hostKey = seeded?.hostKey ?? (isOfServer(record, server, nonce) ? pinned : undefined);
  return {
    ...rest,
    ...(hostKey === undefined ? {} : { hostKey }),
    ...(seeded === undefined ? {} : { chosen: seeded.chosen }),
    server: recordedServer(server, nonce),
  };
}

function withoutAnother(record: AgentRecord, { id }: ObservedServer, at: string): AgentRecord {
  if (record.server === undefined || record.server.id === id) return record;
  return withoutServerFacts(withLostServer(record, at));
}

/**
 * Whether the server that is recorded was taken for gone by the last change, a create that failed,
 * whether or not it was given up since. It stays recorded until the new one is there.
 */
export function serverIsLost({ server, lease, attempts }: AgentRecord): boolean {
  const last = attempts.findLast(({ change }) => change !== 'giveUp');
  const isLost = last?.change === 'create' && last.outcome === 'failed';
  return server !== undefined && lease === undefined && isLost;
}

/** A server that was ended as one that ran, and still exists: it is none that never ran. */
export function wasEndedAfterItRan({ destroyed }: AgentRecord, id: string): boolean {
  return destroyed.some(({ server, kind }) => server === id && kind !== 'rollback');
}

/** Whether what is recorded of a server, its host key above all, is this one's. */
function isOfServer({ server, lease }: AgentRecord, { id }: ObservedServer, nonce: string) {
  if (server !== undefined) return server.id === id;
  return lease?.nonce === nonce && lease.change !== 'adopt';
}

export function withPower(record: AgentRecord, power: 'on' | 'off', at: string): AgentRecord {
  if (record.server === undefined) return record;
  return { ...record, server: { ...record.server, power, disrupted: at } };
}

/**
 * The server is gone, and how: what the limits count. Said once for each server, of its last end: one
 * that was taken for gone while nothing showed it may have to be ended again.
 */
export function withoutServer(
  record: AgentRecord,
  destroyed: AgentRecord['destroyed'][number],
): AgentRecord {
  const isRecorded = record.server?.id === destroyed.server;
  const rest = withoutServerFacts(isRecorded ? record : withLostServer(record, destroyed.at));
  // What came to be ended together is recognised by it for as long as the end counts.
  const seen = record.ending?.change === destroyed.kind ? record.ending.seen : undefined;
  const said = seen === undefined ? destroyed : { asked: seen, ...destroyed };
  return {
    ...rest,
    destroyed: [...rest.destroyed.filter(({ server }) => server !== destroyed.server), said].slice(
      -destroyedKept,
    ),
  };
}

/** The server was found gone: an end of it that was said before was its end, and stays said. */
export function withoutGoneServer(
  record: AgentRecord,
  found: AgentRecord['destroyed'][number],
): AgentRecord {
  const said = record.destroyed.find(({ server }) => server === found.server);
  return withoutServer(record, said ?? found);
}

/**
 * Attempts at the recorded server that did not succeed, since one that proves that it was there, oldest
 * first. Not at it were a create since that failed, nor the rollback of what that made, where the
 * recorded one ran: that is never rolled back.
 */
function failedOnServer({ attempts, server, everRunning }: AgentRecord): readonly Attempt[] {
  // Nearly no record has an end among its attempts, and there are many records.
  if (server === undefined || !attempts.some(({ change }) => isKindThat(change, 'ends'))) return [];
  const madeMs = timeMs(server.created);
  const onServer = attempts.filter(
    ({ change, outcome, ended }) =>
      change !== 'giveUp' &&
      (change !== 'create' || outcome === 'succeeded') &&
      (change !== 'rollback' || !everRunning) &&
      // What ended before this server was made was about another one.
      timeMs(ended) >= madeMs,
  );
  const proof = onServer.findLastIndex(
    ({ change, outcome }) => outcome === 'succeeded' && provesServer(change),
  );
  return onServer.slice(proof + 1).filter(({ outcome }) => outcome !== 'succeeded');
}

/** Where it succeeded the server was there. A repair may only have read. */
function provesServer(change: Attempt['change']): boolean {
  return isKindThat(change, 'bringsUp') || isKindThat(change, 'disturbs');
}

/** How its server was about to be ended by a run that did not come to say whether it did; null else. */
export function unsaidEnd(record: AgentRecord): DestroyKind | null {
  const { lease } = record;
  if (lease !== undefined && isKindThat(lease.change, 'ends')) return lease.change;
  const tried = failedOnServer(record).map(({ change }) => change);
  return tried.findLast((change) => isKindThat(change, 'ends')) ?? null;
}

/**
 * The last attempt that was at the server's end and did not come to say whether the server is gone: it
 * may be, whatever was tried since. A run that died may have been further than it wrote. null where
 * there was none, or a person had approved of it.
 */
export function lastUnsaidEnd(
  record: AgentRecord,
): { readonly change: KindThat<'needsApproval'>; readonly ms: number } | null {
  const last = failedOnServer(record).findLast(
    ({ change, step, reason, approval }) =>
      isKindThat(change, 'needsApproval') &&
      (step === 'server' || reason === 'Crashed') &&
      approval === undefined,
  );
  if (last === undefined || !isKindThat(last.change, 'needsApproval')) return null;
  return { change: last.change, ms: timeMs(last.ended) };
}

/**
 * A recorded server is proven gone: by itself, or by a run that could not say so any more. The
 * latter counts for the limits.
 */
export function withLostServer(record: AgentRecord, at: string): AgentRecord {
  const { lease: _ours, ...earlier } = record;
  const kind = unsaidEnd(earlier);
  if (record.server === undefined || kind === null) return record;
  return withoutServer(record, { at, server: record.server.id, kind });
}
