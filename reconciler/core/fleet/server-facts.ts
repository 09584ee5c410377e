/**
 * What a record keeps of the agent's server: what its create seeded, its identity, and how it
 * ended. Pure: the caller passes the time.
 */
import { timeMs } from '../text/time.ts';
import { isKindThat, type KindThat } from './change-kinds.ts';
import type { ObservedServer } from './observed.ts';
import type { AgentRecord, Attempt } from './recorded.ts';

const destroyedKept = 50;

export type DestroyKind = AgentRecord['destroyed'][number]['kind'];

const createsKept = 5;
type Seeded = NonNullable<AgentRecord['creates']>[number];

/** Written before the create, because its server may appear even if the call fails. */
export function withCreate(record: AgentRecord, seeded: Seeded): AgentRecord {
  const others = (record.creates ?? []).filter(({ nonce }) => nonce !== seeded.nonce);
  return { ...record, creates: [...others, seeded].slice(-createsKept) };
}

/** The record without the facts of its server. */
export function withoutServerFacts(record: AgentRecord): AgentRecord {
  const {
    server: _server,
    hostKey: _hostKey,
    nextHostKey: _nextHostKey,
    configured: _configured,
    tailnet: _tailnet,
    ...rest
  } = record;
  return { ...rest, everRunning: false };
}

/** The record for a new server, without facts of an earlier one. */
export function beginning(
  record: AgentRecord,
  chosen: NonNullable<AgentRecord['chosen']>,
  hostKey: string,
): AgentRecord {
  const { gone: _gone, timings: _timings, ...rest } = withoutServerFacts(record);
  return { ...rest, chosen, hostKey };
}

/**
 * A server's entry in its record. Only Hetzner's status `off` is recorded as off: a server in a
 * transient state may run, and a server recorded as off would not be powered off.
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
 * The record with the facts of a server. If the record names another server, that one is proven
 * gone and its facts are removed; until then they are kept, because a listing may hide a server.
 */
export function withServer(
  before: AgentRecord,
  server: ObservedServer,
  { nonce, at }: { readonly nonce: string; readonly at: string },
): AgentRecord {
  const record = withoutAnother(before, server, at);
  const seeded = record.creates?.find((one) => one.nonce === nonce);
  const { hostKey: _pinned, nextHostKey: _next, gone: _back, ...rest } = record;
  // Another server's host key would block every connection to this one.
  const known = seeded ?? (isOfServer(record, server, nonce) ? record : {});
  return {
    ...rest,
    ...hostKeysIn(known),
    ...(seeded === undefined ? {} : { chosen: seeded.chosen }),
    server: recordedServer(server, nonce),
  };
}

type HostKeys = Pick<AgentRecord, 'hostKey' | 'nextHostKey'>;

function hostKeysIn({ hostKey, nextHostKey }: HostKeys): HostKeys {
  return {
    ...(hostKey === undefined ? {} : { hostKey }),
    ...(nextHostKey === undefined ? {} : { nextHostKey }),
  };
}

/**
 * The record with the key that the server made itself, which is accepted from then on beside the
 * present one: a run may die before sshd shows it, and right after.
 */
export function withNextHostKey(record: AgentRecord, nextHostKey: string): AgentRecord {
  return withKeys(record, (keys) => ({ ...hostKeysIn(keys), nextHostKey }));
}

/** A connection has shown the server's own key: from then on no other one is accepted. */
export function withHostKeyReplaced(record: AgentRecord): AgentRecord {
  return withKeys(record, ({ nextHostKey: hostKey, ...keys }) =>
    hostKeysIn(hostKey === undefined ? keys : { hostKey }),
  );
}

/** Also in what its create seeded: the server may be lost from the record and be found again. */
function withKeys(record: AgentRecord, change: (keys: HostKeys) => HostKeys): AgentRecord {
  const { hostKey: _hostKey, nextHostKey: _nextHostKey, ...rest } = record;
  const keys = change(record);
  const { creates, server } = record;
  if (creates === undefined) return { ...rest, ...keys };
  const updated = creates.map((one) => {
    const { nextHostKey: _next, ...seeded } = one;
    return one.nonce === server?.nonce ? { ...seeded, ...keys } : one;
  });
  return { ...rest, ...keys, creates: updated };
}

function withoutAnother(record: AgentRecord, { id }: ObservedServer, at: string): AgentRecord {
  if (record.server === undefined || record.server.id === id) return record;
  return withoutServerFacts(withLostServer(record, at));
}

/**
 * Whether the recorded server is considered lost: the last change, apart from a giveUp, is a failed
 * create. The server stays recorded until the new one exists.
 */
export function serverIsLost({ server, lease, attempts }: AgentRecord): boolean {
  const last = attempts.findLast(({ change }) => change !== 'giveUp');
  const isLost = last?.change === 'create' && last.outcome === 'failed';
  return server !== undefined && lease === undefined && isLost;
}

/** Whether an end of this server as one that may have run is recorded. */
export function wasEndedAfterItRan({ destroyed }: AgentRecord, id: string): boolean {
  return destroyed.some(({ server, kind }) => server === id && kind !== 'rollback');
}

/** Whether the recorded server facts, such as the host key, belong to this server. */
function isOfServer({ server, lease }: AgentRecord, { id }: ObservedServer, nonce: string) {
  if (server !== undefined) return server.id === id;
  return lease?.nonce === nonce && lease.change !== 'adopt';
}

export function withPower(record: AgentRecord, power: 'on' | 'off', at: string): AgentRecord {
  if (record.server === undefined) return record;
  return { ...record, server: { ...record.server, power, disrupted: at } };
}

/**
 * Records that a server is gone, and how, for the limits. Each server has one entry, that of its
 * last end: a server that was considered gone while listings hid it may have to be ended again.
 */
export function withoutServer(
  record: AgentRecord,
  destroyed: AgentRecord['destroyed'][number],
): AgentRecord {
  const isRecorded = record.server?.id === destroyed.server;
  const rest = withoutServerFacts(isRecorded ? record : withLostServer(record, destroyed.at));
  // Bursts are recognized by the time of the request for as long as the end counts.
  const seen = record.ending?.change === destroyed.kind ? record.ending.seen : undefined;
  const said = seen === undefined ? destroyed : { asked: seen, ...destroyed };
  return {
    ...rest,
    destroyed: [...rest.destroyed.filter(({ server }) => server !== destroyed.server), said].slice(
      -destroyedKept,
    ),
  };
}

/** The server was found gone: an end that is recorded already stays. */
export function withoutGoneServer(
  record: AgentRecord,
  found: AgentRecord['destroyed'][number],
): AgentRecord {
  const said = record.destroyed.find(({ server }) => server === found.server);
  return withoutServer(record, said ?? found);
}

/**
 * Attempts at the recorded server that did not succeed, since the last one that proves that it
 * existed, oldest first. A failed create is not at this server; nor is a rollback if this server
 * ran, because then it was of a server that the create made.
 */
function failedOnServer({ attempts, server, everRunning }: AgentRecord): readonly Attempt[] {
  // Nearly no record has an end among its attempts; skip the others early.
  if (server === undefined || !attempts.some(({ change }) => isKindThat(change, 'ends'))) return [];
  const madeMs = timeMs(server.created);
  const onServer = attempts.filter(
    ({ change, outcome, ended }) =>
      change !== 'giveUp' &&
      (change !== 'create' || outcome === 'succeeded') &&
      (change !== 'rollback' || !everRunning) &&
      // An attempt that ended before this server was created was at another one.
      timeMs(ended) >= madeMs,
  );
  const proof = onServer.findLastIndex(
    ({ change, outcome }) => outcome === 'succeeded' && provesServer(change),
  );
  return onServer.slice(proof + 1).filter(({ outcome }) => outcome !== 'succeeded');
}

/**
 * Whether the success of such a change proves that the server existed; a repair may only have read.
 */
function provesServer(change: Attempt['change']): boolean {
  return isKindThat(change, 'bringsUp') || isKindThat(change, 'disturbs');
}

/** The kind of an end that a run began without recording its result; null without one. */
export function unsaidEnd(record: AgentRecord): DestroyKind | null {
  const { lease } = record;
  if (lease !== undefined && isKindThat(lease.change, 'ends')) return lease.change;
  const tried = failedOnServer(record).map(({ change }) => change);
  return tried.findLast((change) => isKindThat(change, 'ends')) ?? null;
}

/**
 * The last attempt to end the server that did not record whether the server is gone. A run that
 * crashed counts at any step, because it may have got further than it recorded. null if there is
 * none, or if it was approved.
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
 * The recorded server is proven gone. If a run may have ended it without recording that, the end is
 * recorded and counts for the limits.
 */
export function withLostServer(record: AgentRecord, at: string): AgentRecord {
  const { lease: _ours, ...earlier } = record;
  const kind = unsaidEnd(earlier);
  if (record.server === undefined || kind === null) return record;
  return withoutServer(record, { at, server: record.server.id, kind });
}
