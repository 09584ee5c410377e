/**
 * Decides whether a run is to be followed by another one at once: where something that it did ended
 * in a way that a next run can decide on now.
 *
 * | what this run's change ended with                             | followed by          |
 * |---------------------------------------------------------------|----------------------|
 * | superseded, and its file is another one by now                | what that file asks  |
 * | a create or resume that failed early or for good, server left | rollback             |
 * | a create or resume that was the last of its attempts          | rollback, or give up |
 * | a create or resume whose outcome is unknown                   | a look               |
 *
 * Everything else is due later, and a plan's `nextDueAt` says when. None of these goes in
 * circles: each needs a new commit or uses up an attempt, and a rollback that fails is not followed.
 */
import type { Policy } from '../agent/policy.ts';
import { attemptState, lastFailure, spoilsServer } from '../fleet/attempt.ts';
import { isKindThat } from '../fleet/change-kinds.ts';
import type { AgentRecord, Attempt } from '../fleet/recorded.ts';
import { isLaterAttempt, isSameRun, type RunRef, runOf, type WrittenRun } from '../fleet/run.ts';
import { timeMs } from '../text/time.ts';

export type Aftermath = {
  readonly record: AgentRecord;
  /** the run that has just ended, and when it planned */
  readonly run: RunRef;
  readonly plannedMs: number;
  readonly policy: Policy;
  readonly nowMs: number;
};

/** Whether this run left something of the agent undone, in this attempt of it or in one before. */
export function isUndone({ record, run, plannedMs }: Aftermath): boolean {
  if (record.lease !== undefined) return isBy(run, record.lease);
  const last = record.attempts.at(-1);
  if (last === undefined || !isBy(run, last) || last.outcome === 'succeeded') return false;
  return timeMs(last.ended) >= plannedMs;
}

function isBy(run: RunRef, written: WrittenRun): boolean {
  return isSameRun(run, runOf(written)) || isLaterAttempt(run, runOf(written));
}

/**
 * What a next run is to do about it now; null where nothing, or nothing yet.
 *
 * @param fileChanged whether the agent's file is another one than the one that was planned on
 */
export function followUpOf(aftermath: Aftermath, fileChanged: boolean): string | null {
  const { record } = aftermath;
  if (!isUndone(aftermath)) return null;
  if (record.lease !== undefined)
    return isKindThat(record.lease.change, 'bringsUp')
      ? 'what became of its server is unknown'
      : null;
  const last = record.attempts.at(-1);
  if (last?.outcome === 'superseded')
    return fileChanged && last.reason !== 'Stopped' ? 'its file changed meanwhile' : null;
  if (last?.outcome !== 'failed' || !isKindThat(last.change, 'bringsUp')) return null;
  return afterFailure(aftermath, last);
}

function afterFailure(aftermath: Aftermath, last: Attempt): string | null {
  const { record } = aftermath;
  const { revision } = last;
  if (attemptState(record, revision, aftermath).kind === 'spent')
    return `its last attempt failed: ${last.reason}`;
  if (record.server === undefined) return null;
  const failure = lastFailure(record, revision);
  return failure !== null && spoilsServer(failure)
    ? `its server is to be taken back: ${last.reason} at step ${last.step}`
    : null;
}
