/**
 * Decides which changes an open circuit breaker defers and until when, and describes the breaker.
 */
import type { Breaker } from '../fleet/attempt.ts';
import type { Change } from '../fleet/situation.ts';

type Maker = Change & { kind: 'create' | 'replace' };

/** A replacement without a create to be the trial waits this long after a trial was due. */
const untriedMs = 3_600_000;

/**
 * While a breaker is open no server is created; once its trial is due, the oldest create runs
 * alone. A replacement is never the trial, because a failed one costs a running server. It proceeds
 * an hour after the trial was due if no create or resume could be the trial.
 *
 * @param trial whether this plan has a trial already, and whether a create or resume could be one
 */
export function breakerOver(
  change: Maker,
  breakers: readonly Breaker[],
  nowMs: number,
  trial: { readonly isTaken: boolean; readonly isTried: boolean },
) {
  const waits = trial.isTaken || (change.kind === 'replace' && trial.isTried);
  const open = breakers.find(
    (breaker) =>
      (breaker.location === null || breaker.location === change.choice.location) &&
      (waits || nowMs < freeAt(breaker, change.kind)),
  );
  if (open === undefined) return null;
  const message = breakerMessage(open);
  if (change.kind === 'create') return { limit: 'breaker' as const, message };
  const free = new Date(freeAt(open, 'replace')).toISOString();
  return {
    limit: 'breaker' as const,
    message: `${message}; a replacement waits for a create that succeeds, or until ${free}`,
  };
}

function freeAt({ trialMs }: Breaker, kind: Maker['kind']): number {
  return kind === 'create' ? trialMs : trialMs + untriedMs;
}

/** Times, ms, at which changes that an open breaker defers may proceed. */
export function breakerMoments(breaker: Breaker): readonly number[] {
  return [freeAt(breaker, 'create'), freeAt(breaker, 'replace')];
}

export function breakerMessage(breaker: Breaker): string {
  const where = breaker.location === null ? '' : ` in ${breaker.location}`;
  return `${breaker.reason}${where}, ${breaker.failures} times since ${new Date(breaker.sinceMs).toISOString()}; next trial at ${new Date(breaker.trialMs).toISOString()}`;
}
