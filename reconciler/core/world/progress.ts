/**
 * How a record changes while a run works on its agent: the claim that keeps others out, the steps,
 * what became of the attempt, and the facts about the server. Pure: who writes it adds the time.
 */
import { type Failure, failureReasons } from '../failure.ts';
import type { ObservedServer } from './observed.ts';
import type { AgentRecord, Attempt, Claim, Phase, Step } from './recorded.ts';
import { runOf, writtenRun } from './run.ts';

const attemptsKept = 20;
const destroyedKept = 50;
const timingsKept = 12;

export type ClaimKind = Claim['change'];
export type DestroyKind = AgentRecord['destroyed'][number]['kind'];

/** Work on a server that is being brought up shows its steps to the customer. */
const bringsUp: ReadonlySet<ClaimKind> = new Set(['create', 'resume']);

/** The condition of an agent whose next try is not due yet. */
export const retryingCondition = 'Retrying';

/** What waited for its next try waits no more: beside a claim that word says that its run is over. */
export function claimed(
  record: AgentRecord,
  claim: Pick<Claim, 'run' | 'runAttempt' | 'change' | 'nonce' | 'approval'>,
  nowMs: number,
  leaseMs: number,
): AgentRecord {
  const since = new Date(nowMs).toISOString();
  const until = new Date(nowMs + leaseMs).toISOString();
  const conditions = record.conditions.filter(({ type }) => type !== retryingCondition);
  const own = { ...claim, since, until, step: 'claim' as const };
  const next = { ...record, conditions, claim: own };
  return atStep(next, 'claim', since);
}

const createsKept = 5;
export type Seeded = NonNullable<AgentRecord['creates']>[number];

/** What a create seeds is written before the create: its server may appear whatever the answer was. */
export function withCreate(record: AgentRecord, seeded: Seeded): AgentRecord {
  const others = (record.creates ?? []).filter(({ nonce }) => nonce !== seeded.nonce);
  return { ...record, creates: [...others, seeded].slice(-createsKept) };
}

/** A new server begins with nothing of an earlier one's. */
export function beginning(
  record: AgentRecord,
  chosen: NonNullable<AgentRecord['chosen']>,
  hostKey: string,
): AgentRecord {
  const {
    server: _server,
    configured: _configured,
    tailnet: _tailnet,
    gone: _gone,
    timings: _timings,
    ...rest
  } = record;
  return { ...rest, chosen, hostKey, everRunning: false };
}

export function atStep(record: AgentRecord, step: Step, at: string): AgentRecord {
  const { claim } = record;
  if (claim === undefined) return record;
  const phase = phaseAt(claim.change, step, record.phase);
  return {
    ...record,
    phase,
    ...(phase === record.phase && record.phaseSince !== undefined ? {} : { phaseSince: at }),
    claim: { ...claim, step, stepSince: at },
    ...(bringsUp.has(claim.change) ? { timings: timed(record.timings, step, at) } : {}),
  };
}

function phaseAt(change: ClaimKind, step: Step, before: Phase): Phase {
  if (change === 'retire') return 'retiring';
  if (change === 'power' || change === 'rollback' || change === 'giveUp') return before;
  if (!bringsUp.has(change)) return 'updating';
  if (step === 'configure') return 'configuring';
  if (step === 'join' || step === 'verify') return 'joining';
  return 'creating';
}

/** A step that is entered again is shown with its last time. */
function timed(
  timings: AgentRecord['timings'],
  step: Step,
  at: string,
): NonNullable<AgentRecord['timings']> {
  return [...(timings ?? []).filter((one) => one.step !== step), { step, at }].slice(-timingsKept);
}

export function withServer(
  record: AgentRecord,
  server: ObservedServer,
  nonce: string,
): AgentRecord {
  const seeded = record.creates?.find((one) => one.nonce === nonce);
  const { hostKey: pinned, gone: _back, configured, tailnet, ...rest } = record;
  // What was done on another server was not done on this one.
  const isAnother = record.server !== undefined && record.server.id !== server.id;
  // The key of another server would keep everyone out of this one.
  const hostKey = seeded?.hostKey ?? (isOfServer(record, server, nonce) ? pinned : undefined);
  return {
    ...rest,
    ...(configured === undefined || isAnother ? {} : { configured }),
    ...(tailnet === undefined || isAnother ? {} : { tailnet }),
    ...(hostKey === undefined ? {} : { hostKey }),
    ...(seeded === undefined ? {} : { chosen: seeded.chosen }),
    server: {
      id: server.id,
      nonce,
      created: server.created,
      ...(server.ipv4 === null ? {} : { ipv4: server.ipv4 }),
      ...(server.ipv6 === null ? {} : { ipv6: server.ipv6 }),
      power: server.status === 'off' ? 'off' : 'on',
    },
  };
}

/** Whether what is recorded of a server, its host key above all, is this one's. */
function isOfServer({ server, claim }: AgentRecord, { id }: ObservedServer, nonce: string) {
  if (server !== undefined) return server.id === id;
  return claim?.nonce === nonce && claim.change !== 'adopt';
}

export function withPower(record: AgentRecord, power: 'on' | 'off', at: string): AgentRecord {
  if (record.server === undefined) return record;
  return { ...record, server: { ...record.server, power, disrupted: at } };
}

/** The server is gone, and how: what the limits count. Said once for each server. */
export function withoutServer(
  record: AgentRecord,
  destroyed: AgentRecord['destroyed'][number],
): AgentRecord {
  const {
    server: _server,
    hostKey: _hostKey,
    configured: _configured,
    tailnet: _tailnet,
    ...rest
  } = record;
  const known = record.destroyed.some((one) => one.server === destroyed.server);
  return {
    ...rest,
    everRunning: false,
    destroyed: known ? record.destroyed : [...record.destroyed, destroyed].slice(-destroyedKept),
  };
}

const endings: Readonly<Partial<Record<ClaimKind, DestroyKind>>> = {
  retire: 'retire',
  replace: 'replace',
  rollback: 'rollback',
};

/** How its server was about to be ended by a run that did not come to say whether it did; null else. */
export function unsaidEnd(record: AgentRecord): DestroyKind | null {
  const last = record.attempts.at(-1);
  const unsaid = last?.outcome === 'succeeded' ? undefined : last?.change;
  const change = record.claim?.change ?? unsaid;
  return change === undefined ? null : (endings[change] ?? null);
}

/**
 * A recorded server is proven gone: by itself, or by a run that could not say so any more. The
 * latter counts for the limits.
 */
export function withLostServer(record: AgentRecord, at: string): AgentRecord {
  const { claim: _ours, ...earlier } = record;
  const kind = unsaidEnd(earlier);
  if (record.server === undefined || kind === null) return record;
  return withoutServer(record, { at, server: record.server.id, kind });
}

/** The work is done: the claim goes, and the attempt is remembered. */
export function succeeded(record: AgentRecord, at: string): AgentRecord {
  const { claim } = record;
  if (claim === undefined) return record;
  const next = released(record, { outcome: 'succeeded' }, at);
  if (!bringsUp.has(claim.change)) return next;
  return {
    ...next,
    phase: 'running',
    phaseSince: at,
    everRunning: true,
    timings: timed(record.timings, 'done', at),
  };
}

export function failed(record: AgentRecord, failure: Failure, at: string): AgentRecord {
  const { reason, fate, scope } = failure;
  const message = failure.message.slice(0, 600);
  return released(record, { outcome: 'failed', reason, fate, scope, message }, at);
}

/** It ended because something else was asked for: no attempt is used up, nothing is undone. */
export function superseded(record: AgentRecord, failure: Failure, at: string): AgentRecord {
  const message = failure.message.slice(0, 600);
  return released(record, { outcome: 'superseded', reason: failure.reason, message }, at);
}

/**
 * A claim that is found with its run over: the run died, or could not find out what it did. That was
 * a try too; were it not counted, an agent that kills its run every time would be tried for ever.
 *
 * It ended with the last step that it entered: when it is looked at must not move its next try.
 *
 * @param shared whether its run left claims on other agents too: then it was not about this one
 */
export function crashed(record: AgentRecord, shared: boolean): AgentRecord {
  const { claim } = record;
  if (claim === undefined) return record;
  const message = 'its run ended without saying what became of it';
  const { fate } = failureReasons.Crashed;
  const scope = shared ? 'fleet' : 'agent';
  const ending = { outcome: 'failed', reason: 'Crashed', fate, scope, message } as const;
  return released(record, ending, claim.stepSince ?? claim.since);
}

/** Its claim ended as one whose run is over, where a later word on it says so. */
export function withoutDeadClaim(record: AgentRecord): AgentRecord {
  const isDead = record.conditions.some(({ type }) => type === retryingCondition);
  return isDead ? crashed(record, false) : record;
}

type Ending = Pick<Attempt, 'outcome' | 'reason' | 'fate' | 'scope' | 'message'>;

function released(record: AgentRecord, ending: Ending, at: string): AgentRecord {
  // Most records have none, and there are many: only what changes is copied.
  if (record.claim === undefined) return record;
  const { claim, ...rest } = record;
  const location = record.chosen?.location;
  const attempt: Attempt = {
    change: claim.change,
    revision: record.chosen?.revision ?? 1,
    ...writtenRun(runOf(claim)),
    started: claim.since,
    ended: at,
    step: claim.step,
    ...ending,
    ...(location === undefined ? {} : { location }),
  };
  return { ...rest, attempts: [...record.attempts, attempt].slice(-attemptsKept) };
}
