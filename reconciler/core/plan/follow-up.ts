/**
 * Decides whether another run must follow at once, to act on the results of this one.
 *
 * | this run's change ended as                                    | next run             |
 * |---------------------------------------------------------------|----------------------|
 * | superseded, and its file has changed                          | as the file requests |
 * | a create or resume that failed early or permanently, a server | rollback             |
 * | is left                                                       |                      |
 * | a create or resume that was the last of its attempts          | rollback, or give up |
 * | a create or resume whose outcome is unknown                   | a new reading        |
 * | a resize of a server that is on                               | configure            |
 *
 * Everything else is due later, at a plan's `nextDueAt`. These follow-ups cannot loop: each needs a
 * new commit or uses up an attempt, and a failed rollback or a configure is not followed.
 */
import type { Policy } from '../agent/policy.ts';
import { attemptState, lastFailure, spoilsServer } from '../fleet/attempt.ts';
import { isKindThat } from '../fleet/change-kinds.ts';
import type { AgentRecord, Attempt } from '../fleet/recorded.ts';
import { isLaterAttempt, isSameRun, type RunRef, runOf, type WrittenRun } from '../fleet/run.ts';
import { timeMs } from '../text/time.ts';

export type Aftermath = {
  readonly record: AgentRecord;
  /** the run that has just ended; `plannedMs` is when it planned */
  readonly run: RunRef;
  readonly plannedMs: number;
  readonly policy: Policy;
  readonly nowMs: number;
};

/** Whether this run, or an earlier attempt of it, left work on the agent undone. */
export function isUndone({ record, run, plannedMs }: Aftermath): boolean {
  if (record.lease !== undefined) return isBy(run, record.lease);
  const last = record.attempts.at(-1);
  if (last === undefined || !isBy(run, last)) return false;
  if (last.outcome === 'succeeded' && !isToConfigure(record, last)) return false;
  return timeMs(last.ended) >= plannedMs;
}

/** The limits of memory on its host follow its new size. */
function isToConfigure({ server }: AgentRecord, { change }: Attempt): boolean {
  return change === 'resize' && server?.power === 'on';
}

function isBy(run: RunRef, written: WrittenRun): boolean {
  return isSameRun(run, runOf(written)) || isLaterAttempt(run, runOf(written));
}

/**
 * Why another run must follow; null if none must, or not yet.
 *
 * @param fileChanged whether the agent's file differs from the one that was planned on
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
  if (last?.outcome === 'succeeded') return 'its host is to be configured to its new size';
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
    ? `its server must be rolled back: ${last.reason} at step ${last.step}`
    : null;
}
