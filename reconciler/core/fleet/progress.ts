/**
 * How a record changes while a run works on its agent: the lease that keeps others out, the steps,
 * and what became of the attempt. Pure: who writes it adds the time.
 */
import { type Failure, failureReasons } from '../failure.ts';
import { cut } from '../text/cut.ts';
import { countedFailures } from './attempt.ts';
import { isKindThat } from './change-kinds.ts';
import { phaseAt, withPhase } from './phase.ts';
import type { AgentRecord, Attempt, Lease, Step } from './recorded.ts';
import { runOf, writtenRun } from './run.ts';

const attemptsKept = 20;
/** As many as a policy can allow. */
const usedKept = 11;
const timingsKept = 12;

/** The condition of an agent whose next try is not due yet. */
export const retryingCondition = 'Retrying';

/** What waited for its next try waits no more: beside a lease that word says that its run is over. */
export function leased(
  record: AgentRecord,
  lease: Pick<Lease, 'run' | 'runAttempt' | 'change' | 'nonce' | 'approval'>,
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

/** A step that is entered again is shown with its last time. */
function timed(
  timings: AgentRecord['timings'],
  step: Step,
  at: string,
): NonNullable<AgentRecord['timings']> {
  return [...(timings ?? []).filter((one) => one.step !== step), { step, at }].slice(-timingsKept);
}

/** The work is done: the lease goes, and the attempt is remembered. */
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

/** It ended because something else was asked for: no attempt is used up, nothing is undone. */
export function superseded(record: AgentRecord, failure: Failure, at: string): AgentRecord {
  const message = cut(failure.message, 600);
  return released(record, { outcome: 'superseded', reason: failure.reason, message }, at);
}

/**
 * A lease that is found with its run over: the run died, or could not find out what it did. That was
 * a try too; were it not counted, an agent that kills its run every time would be tried forever.
 *
 * It ended with the last step that it entered: when it is looked at must not move its next try.
 *
 * @param shared whether its run left leases on other agents too: then it was not about this one
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

/** Its lease ended as one whose run is over, where a later word on it says so. */
export function withoutDeadLease(record: AgentRecord): AgentRecord {
  const isDead = record.conditions.some(({ type }) => type === retryingCondition);
  return isDead ? crashed(record, false) : record;
}

type Ending = Pick<Attempt, 'outcome' | 'reason' | 'errorClass' | 'scope' | 'message'>;

function released(record: AgentRecord, ending: Ending, at: string): AgentRecord {
  // Most records have none, and there are many: only what changes is copied.
  if (record.lease === undefined) return record;
  const { lease, ...rest } = record;
  const location = record.chosen?.location;
  const attempt: Attempt = {
    change: lease.change,
    revision: record.chosen?.revision ?? 1,
    ...writtenRun(runOf(lease)),
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
 * The last ones; of those before them the ones that use up the tries of the last revision, or a cause
 * shared by the fleet would give them back; and the last that was to end a server and did not say that
 * it did: the limits count it for a day, in which much can fail.
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
