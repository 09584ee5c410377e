/** What an open breaker holds back, and how that is said. */
import type { Breaker } from '../world/attempt.ts';
import type { Change } from '../world/situation.ts';

/**
 * While a breaker is open nothing is made; once its trial is due, the oldest create goes alone. A
 * replacement is no trial: the server that it ends would be the price of finding out.
 */
export function breakerOver(
  change: Change & { kind: 'create' | 'replace' },
  breakers: readonly Breaker[],
  nowMs: number,
  trialTaken: boolean,
) {
  const open = breakers.find(
    (breaker) => breaker.location === null || breaker.location === change.choice.location,
  );
  if (open === undefined) return null;
  if (nowMs >= open.trialMs && !trialTaken) return null;
  return { limit: 'breaker' as const, message: breakerMessage(open) };
}

export function breakerMessage(breaker: Breaker): string {
  const where = breaker.location === null ? '' : ` in ${breaker.location}`;
  return `${breaker.reason}${where}, ${breaker.failures} times since ${new Date(breaker.sinceMs).toISOString()}; next trial at ${new Date(breaker.trialMs).toISOString()}`;
}
