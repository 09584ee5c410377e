/**
 * How a record changes while a run works on its agent: the lease, the steps and the result of the
 * attempt. Pure: the caller passes the time.
 */
import { type Failure, failureReasons } from '../failure.ts';
import { cut } from '../text/cut.ts';
import { countedFailures } from './attempt.ts';
import { isKindThat } from './change-kinds.ts';
import { phaseAt, withPhase } from './phase.ts';
import type { AgentRecord, Attempt, Lease, Step } from './recorded.ts';

const attemptsKept = 20;
/** As many as a policy can allow. */
const usedKept = 11;
const timingsKept = 12;

/** The condition of an agent whose next try is not due yet. */
export const retryingCondition = 'Retrying';

/**
 * Adds a lease and removes the condition Retrying, which beside a lease means that its run is over.
 */
export function leased(
  record: AgentRecord,
  lease: Pick<Lease, 'run' | 'runAttempt' | 'change' | 'plan' | 'nonce' | 'approval'>,
  nowMs: number,
  leaseMs: number,
): AgentRecord {
  const since = new Date(nowMs).toISOString();
  const until = new Date(nowMs + leaseMs).toISOString();
  const conditions = record.conditions.filter(({ type }) => type !== retryingCondition);
  const own = { ...lease, since, until, step: 'lease' as const };
  const next = { ...record, conditions, lease: own };
  return atStep(next, 'lease', since);
}

export function atStep(record: AgentRecord, step: Step, at: string): AgentRecord {
  const { lease } = record;
  if (lease === undefined) return record;
  return {
    ...withPhase(record, phaseAt(lease.change, step, record.phase), at),
    lease: { ...lease, step, stepSince: at },
    ...(isKindThat(lease.change, 'bringsUp') ? { timings: timed(record.timings, step, at) } : {}),
  };
}

/** A step that is entered again keeps only its last time. */
function timed(
  timings: AgentRecord['timings'],
  step: Step,
  at: string,
): NonNullable<AgentRecord['timings']> {
  return [...(timings ?? []).filter((one) => one.step !== step), { step, at }].slice(-timingsKept);
}

/** The change succeeded: the lease is released and the attempt recorded. */
export function succeeded(record: AgentRecord, at: string): AgentRecord {
  const { lease } = record;
  if (lease === undefined) return record;
  const next = released(record, { outcome: 'succeeded' }, at);
  if (!isKindThat(lease.change, 'bringsUp')) return next;
  return {
    ...withPhase(next, 'running', at),
    everRunning: true,
    timings: timed(record.timings, 'done', at),
  };
}

export function failed(record: AgentRecord, failure: Failure, at: string): AgentRecord {
  const { reason, errorClass, scope } = failure;
  const message = cut(failure.message, 600);
  return released(record, { outcome: 'failed', reason, errorClass, scope, message }, at);
}

/** The change ended because the request changed: no attempt is used up, nothing is undone. */
export function superseded(record: AgentRecord, failure: Failure, at: string): AgentRecord {
  const message = cut(failure.message, 600);
  return released(record, { outcome: 'superseded', reason: failure.reason, message }, at);
}

/**
 * Ends a lease whose run is over without an outcome: the run died, or could not find out what it
 * did. It counts as an attempt, because the agent may be what crashes the run.
 *
 * The attempt ends at its last step, whenever the lease is found.
 *
 * @param shared whether the run left leases on other agents too: then this agent is not the cause
 */
export function crashed(record: AgentRecord, shared: boolean): AgentRecord {
  const { lease } = record;
  if (lease === undefined) return record;
  const message = 'its run ended without reporting an outcome';
  const { errorClass } = failureReasons.Crashed;
  const scope = shared ? 'fleet' : 'agent';
  const ending = { outcome: 'failed', reason: 'Crashed', errorClass, scope, message } as const;
  return released(record, ending, lease.stepSince ?? lease.since);
}

/**
 * The record with its lease ended, if the condition Retrying shows that the lease's run is over.
 */
export function withoutDeadLease(record: AgentRecord): AgentRecord {
  const isDead = record.conditions.some(({ type }) => type === retryingCondition);
  return isDead ? crashed(record, false) : record;
}

type Ending = Pick<Attempt, 'outcome' | 'reason' | 'errorClass' | 'scope' | 'message'>;

function released(record: AgentRecord, ending: Ending, at: string): AgentRecord {
  // Most records have no lease: they are not copied.
  if (record.lease === undefined) return record;
  const { lease, ...rest } = record;
  const location = record.chosen?.location;
  const attempt: Attempt = {
    change: lease.change,
    revision: record.chosen?.revision ?? 1,
    run: lease.run,
    runAttempt: lease.runAttempt,
    started: lease.since,
    ended: at,
    step: lease.step,
    ...ending,
    ...(location === undefined ? {} : { location }),
    ...(lease.approval === undefined ? {} : { approval: lease.approval }),
  };
  return { ...rest, attempts: kept([...record.attempts, attempt]) };
}

/**
 * Keeps the last attempts. Of earlier ones it keeps those that used up tries of the last revision,
 * which many fleet-wide failures would otherwise push out, and the last one that may have ended a
 * server without a record, which the limits count for a day.
 */
function kept(attempts: AgentRecord['attempts']): AgentRecord['attempts'] {
  if (attempts.length <= attemptsKept) return attempts;
  const end = attempts.findLast(
    ({ change, outcome }) => isKindThat(change, 'needsApproval') && outcome !== 'succeeded',
  );
  const counted = new Set([...usedTries(attempts).slice(-usedKept), end]);
  const older = attempts.slice(0, -attemptsKept).filter((one) => counted.has(one));
  return [...older, ...attempts.slice(-attemptsKept)];
}

/** Failures that count, of the revision that was tried last. */
function usedTries(attempts: AgentRecord['attempts']): readonly Attempt[] {
  const last = attempts.findLast(({ change }) => isKindThat(change, 'countsAsAttempt'));
  return last === undefined ? [] : countedFailures({ attempts }, last.revision);
}
