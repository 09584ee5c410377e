/** What an open breaker holds back, until when, and how that is said. */
import type { Breaker } from '../fleet/attempt.ts';
import type { Change } from '../fleet/situation.ts';

type Maker = Change & { kind: 'create' | 'replace' };

/** How long after a trial was due no agent has had anything to try: the cause is too old to go by. */
const untriedMs = 3_600_000;

/**
 * While a breaker is open nothing is made; once its trial is due, the oldest create goes alone. A
 * replacement is no trial: the server that it ends would be the price of finding out. Where nothing
 * else is there to be tried for an hour it goes on, as it would wait for a trial that no agent makes.
 *
 * @param trial whether it is taken in this plan, and whether there is a create or resume that could be
 * it
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

/** ms at which something may go on that an open breaker holds back. */
export function breakerMoments(breaker: Breaker): readonly number[] {
  return [freeAt(breaker, 'create'), freeAt(breaker, 'replace')];
}

export function breakerMessage(breaker: Breaker): string {
  const where = breaker.location === null ? '' : ` in ${breaker.location}`;
  return `${breaker.reason}${where}, ${breaker.failures} times since ${new Date(breaker.sinceMs).toISOString()}; next trial at ${new Date(breaker.trialMs).toISOString()}`;
}
