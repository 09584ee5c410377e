/**
 * Decides whether and when an agent may be tried again, and which shared causes open a breaker.
 *
 * Attempts = 1 + the number of the policy's delays. Each delay counts from the end of the failed
 * attempt; a success or a new revision resets them. A cause of scope `fleet` uses up no attempt: it
 * opens a breaker, which allows one trial when its time has come.
 *
 * | leases left by a run that is over | attempts | the next try                               |
 * |-----------------------------------|----------|--------------------------------------------|
 * | one                               | 1 used   | after its delay; at once if the job is     |
 * |                                   |          | rerun                                      |
 * | several: the run was the cause    | none     | at once, and no breaker opens              |
 */
import type { Policy } from '../agent/policy.ts';
import { type FailureReason, failureReasons, opensBreaker } from '../failure.ts';
import { durationMs } from '../text/duration.ts';
import { dayMs, timeMs } from '../text/time.ts';
import { isKindThat } from './change-kinds.ts';
import type { AgentRecord, Attempt, Step } from './recorded.ts';
import { isLaterAttempt, isSameRun, type RunRef, runOf, type WrittenRun } from './run.ts';
import { compareText, type World } from './world.ts';

export type AttemptState =
  /** another try may start now */
  | { readonly kind: 'ready'; readonly used: number }
  /** another try is due at `dueMs` */
  | { readonly kind: 'waiting'; readonly used: number; readonly dueMs: number }
  /** all attempts are used up, or the last failure needs a person */
  | {
      readonly kind: 'spent';
      readonly used: number;
      readonly last: Attempt;
      /** when a server that ran is tried again; it is never given up */
      readonly againMs: number;
    };

/** A rerun of the job whose earlier attempt died does not wait for the delay. */
export function attemptState(
  record: AgentRecord | null,
  revision: number,
  { policy, nowMs, run }: Pick<World, 'policy' | 'nowMs' | 'run'>,
): AttemptState {
  const delays = policy.retries.delays;
  const failed = countedFailures(record, revision);
  const last = failed.at(-1);
  const used = failed.length;
  if (last === undefined) return { kind: 'ready', used };
  const delay = delays[used - 1];
  const afterMs = (waitMs: number) => timeMs(last.ended) + waitMs;
  if (last.errorClass === 'stalled' || delay === undefined) {
    const againMs = afterMs(Math.max(0, ...delays.map(durationMs)));
    return { kind: 'spent', used, last, againMs };
  }
  const runAgain = run !== null && last.reason === 'Crashed' && isLaterAttempt(run, runOf(last));
  const dueMs = afterMs(durationMs(delay));
  if (nowMs < dueMs && !runAgain) return { kind: 'waiting', used, dueMs };
  return { kind: 'ready', used };
}

/** Failures of this revision since its last success, without those of scope `fleet`. */
export function countedFailures(
  record: Pick<AgentRecord, 'attempts'> | null,
  revision: number,
): readonly Attempt[] {
  if (record === null) return [];
  const tries = record.attempts.filter(
    (attempt) => isKindThat(attempt.change, 'countsAsAttempt') && attempt.revision === revision,
  );
  return failuresSinceSuccess(tries).filter(({ scope }) => scope !== 'fleet');
}

function failuresSinceSuccess(tries: readonly Attempt[]): readonly Attempt[] {
  const lastSuccess = tries.findLastIndex(({ outcome }) => outcome === 'succeeded');
  return tries.slice(lastSuccess + 1).filter(({ outcome }) => outcome === 'failed');
}

export type Retry = { readonly dueMs: number; readonly failures: number; readonly last: Attempt };

/**
 * When a change that does not count as an attempt may be retried after it failed; null if at once.
 * The next run retries the first failure, further ones wait for the policy's delays, and a stalled
 * one for the last delay. Such changes are never given up.
 */
export function retryOf(record: AgentRecord | null, kind: string, policy: Policy): Retry | null {
  const same = (record?.attempts ?? []).filter((attempt) => attempt.change === kind);
  const failed = failuresSinceSuccess(same);
  const last = failed.at(-1);
  const { delays } = policy.retries;
  const place = last?.errorClass === 'stalled' ? delays.length - 1 : failed.length - 2;
  const delay = delays[Math.min(place, delays.length - 1)];
  if (last === undefined || delay === undefined) return null;
  return { dueMs: timeMs(last.ended) + durationMs(delay), failures: failed.length, last };
}

/** How the last attempt of this revision failed. */
export type LastFailure = {
  readonly step: Step;
  readonly stalled: boolean;
  /** the cause is this agent's: neither shared by the fleet, nor the end of its run */
  readonly own: boolean;
  readonly reason: string;
};

const makingSteps: ReadonlySet<Step> = new Set(['lease', 'vm', 'boot']);

/**
 * Whether a server that never ran is rolled back after this failure instead of being brought up:
 * the failure is permanent, or of the agent's own and before the server was up. A shared cause or a
 * run that died is no evidence against the server.
 */
export function spoilsServer({ step, stalled, own }: LastFailure): boolean {
  return stalled || (own && makingSteps.has(step));
}

export function lastFailure(record: AgentRecord, revision: number): LastFailure | null {
  const last = record.attempts.findLast(
    (attempt) => isKindThat(attempt.change, 'countsAsAttempt') && attempt.revision === revision,
  );
  if (last === undefined || last.outcome === 'succeeded') return null;
  return {
    step: last.step,
    stalled: last.errorClass === 'stalled' && last.scope !== 'fleet',
    own: last.outcome === 'failed' && last.scope !== 'fleet' && last.reason !== 'Crashed',
    // A superseded attempt did not fail and may continue.
    reason: last.outcome === 'superseded' ? 'Superseded' : (last.reason ?? 'unknown'),
  };
}

/**
 * Whether a run that is over left leases on several agents. Leases that were taken over since count
 * too, so that the result stays the same while they are taken over one by one.
 */
export function diedWithSeveral(run: RunRef, records: readonly AgentRecord[]): boolean {
  const isIts = (written: WrittenRun) => isSameRun(runOf(written), run);
  let agents = 0;
  for (const { lease, attempts } of records) {
    const isLeft = lease !== undefined && isIts(lease);
    if (isLeft || attempts.some((one) => one.reason === 'Crashed' && isIts(one))) agents += 1;
    if (agents > 1) return true;
  }
  return false;
}

/** A shared cause that defers attempts; `location` is null if it concerns all locations. */
export type Breaker = {
  readonly reason: FailureReason;
  readonly location: string | null;
  readonly failures: number;
  readonly sinceMs: number;
  readonly trialMs: number;
};

const breakerMemoryMs = dayMs;

/** Open breakers, sorted; computed from recent attempts, without stored state. */
export function openBreakers(
  records: readonly AgentRecord[],
  policy: Policy,
  nowMs: number,
): readonly Breaker[] {
  const tries = records
    .flatMap((record) => record.attempts)
    .filter(
      (attempt) =>
        isKindThat(attempt.change, 'countsAsAttempt') &&
        nowMs - timeMs(attempt.ended) < breakerMemoryMs,
    )
    .sort((a, b) => timeMs(a.ended) - timeMs(b.ended));
  const open = new Map<string, Breaker>();
  for (const attempt of tries) {
    if (attempt.outcome === 'succeeded') closeAfterSuccess(open, attempt);
    if (attempt.outcome === 'failed' && attempt.scope === 'fleet')
      countFailure(open, attempt, policy);
  }
  return [...open.values()]
    .filter((breaker) => breaker.failures >= policy.retries.breakerFailures)
    .sort((a, b) =>
      compareText(`${a.reason}/${a.location ?? ''}`, `${b.reason}/${b.location ?? ''}`),
    );
}

/** A success closes the breakers of its own location and of all locations. */
function closeAfterSuccess(open: Map<string, Breaker>, attempt: Attempt): void {
  for (const [key, breaker] of open) {
    if (breaker.location === null || breaker.location === attempt.location) open.delete(key);
  }
}

function countFailure(open: Map<string, Breaker>, attempt: Attempt, policy: Policy): void {
  const reason = attempt.reason as FailureReason;
  if (!(reason in failureReasons) || !opensBreaker(reason)) return;
  const location = reason === 'ResourceUnavailable' ? (attempt.location ?? null) : null;
  const key = `${reason}/${location ?? ''}`;
  const before = open.get(key);
  const endedMs = timeMs(attempt.ended);
  open.set(key, {
    reason,
    location,
    failures: (before?.failures ?? 0) + 1,
    sinceMs: before?.sinceMs ?? endedMs,
    trialMs: endedMs + durationMs(policy.retries.breakerTrialAfter),
  });
}
