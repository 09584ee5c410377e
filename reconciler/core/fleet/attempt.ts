/**
 * Decides whether an agent may be tried again, and when; and which causes, shared by several
 * agents, delay the tries of all for a while.
 *
 * Attempts = 1 + the policy's delays, each delay counted from the end of the failed one, all reset
 * by a success and by a new revision. A cause of scope `fleet` uses up no attempt: it opens a
 * breaker instead, which lets one trial through when its time has come.
 *
 * | leases found with their run over  | attempts | the next try                               |
 * |-----------------------------------|----------|--------------------------------------------|
 * | one of that run and attempt       | 1 used   | after its delay; at once where that job is |
 * |                                   |          | run again                                  |
 * | several: the run failed, not they | none     | at once, and no breaker opens              |
 */
import type { Policy } from '../agent/policy.ts';
import { type FailureReason, failureReasons, opensBreaker } from '../failure.ts';
import { durationMs } from '../text/duration.ts';
import { timeMs } from '../text/time.ts';
import { isKindThat } from './change-kinds.ts';
import type { AgentRecord, Attempt, Step } from './recorded.ts';
import { isLaterAttempt, isSameRun, type RunRef, runOf, type WrittenRun } from './run.ts';
import { compareText, type World } from './world.ts';

export type AttemptState =
  /** another try may start now */
  | { readonly kind: 'ready'; readonly used: number }
  /** another try is due at `dueMs` */
  | { readonly kind: 'waiting'; readonly used: number; readonly dueMs: number }
  /** all are used up, or the last failure needs a person */
  | {
      readonly kind: 'spent';
      readonly used: number;
      readonly last: Attempt;
      /** when a server that ran, which is never given up, is tried again */
      readonly againMs: number;
    };

/** @param asked by whom and when: a job that is run again does not wait for what its run died of */
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

/** Failures of this revision since its last success that were the agent's own. */
export function countedFailures(
  record: Pick<AgentRecord, 'attempts'> | null,
  revision: number,
): readonly Attempt[] {
  if (record === null) return [];
  const tries = record.attempts.filter(
    (attempt) => isKindThat(attempt.change, 'countsAsAttempt') && attempt.revision === revision,
  );
  const lastSuccess = tries.findLastIndex((attempt) => attempt.outcome === 'succeeded');
  return tries
    .slice(lastSuccess + 1)
    .filter((attempt) => attempt.outcome === 'failed' && attempt.scope !== 'fleet');
}

export type Retry = { readonly dueMs: number; readonly failures: number; readonly last: Attempt };

/**
 * When a change other than a try may be made again after it failed; null where it may at once. The
 * first failure is tried again by the next run, further ones wait as the policy says, and what a
 * person has to repair waits longest. None of these is ever given up.
 */
export function retryOf(record: AgentRecord | null, kind: string, policy: Policy): Retry | null {
  const same = (record?.attempts ?? []).filter((attempt) => attempt.change === kind);
  const lastSuccess = same.findLastIndex((attempt) => attempt.outcome === 'succeeded');
  const failed = same.slice(lastSuccess + 1).filter((attempt) => attempt.outcome === 'failed');
  const last = failed.at(-1);
  const { delays } = policy.retries;
  const place = last?.errorClass === 'stalled' ? delays.length - 1 : failed.length - 2;
  const delay = delays[Math.min(place, delays.length - 1)];
  if (last === undefined || delay === undefined) return null;
  return { dueMs: timeMs(last.ended) + durationMs(delay), failures: failed.length, last };
}

/** Where the last attempt of this revision failed. */
export type LastFailure = {
  readonly step: Step;
  readonly stalled: boolean;
  /** the cause is this agent's: neither shared by the fleet, nor the end of its run */
  readonly own: boolean;
  readonly reason: string;
};

const makingSteps: ReadonlySet<Step> = new Set(['lease', 'vm', 'boot']);

/**
 * Whether a server that never ran is taken back after this failure, instead of being brought up: it
 * failed for good, or by a cause of its own before there was a machine to work on. A cause that is
 * shared, and a run that died, say nothing about the server.
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
    // A try that was superseded undid nothing and failed at nothing: it may simply go on.
    reason: last.outcome === 'superseded' ? 'Superseded' : (last.reason ?? 'unknown'),
  };
}

/**
 * Whether a run that is over died with several agents: those that it left leased, and those whose
 * lease was taken over since, so that the answer stays while they are taken over one by one.
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

/** A cause that holds up tries. `location` is null where it concerns them all. */
export type Breaker = {
  readonly reason: FailureReason;
  readonly location: string | null;
  readonly failures: number;
  readonly sinceMs: number;
  readonly trialMs: number;
};

const breakerMemoryMs = 24 * 3_600_000;

/** Open breakers, sorted; computed from recent attempts, so that no state of its own can go stale. */
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

/** A server that came up proves the way is free, for its own location and for shared causes. */
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
