/**
 * Counts pushes and computes how long events wait for further ones. The Forge asks for few pushes a
 * minute and allows bursts, so the last ten minutes count. Under sustained load each push waits
 * longer and contains more events. Exceeding the budget is logged; no push is refused.
 */
import type { Log } from '../../ports/log.ts';

const spanMinutes = 10;
const windowMsMax = 2000;
/** Below this share of the budget no push waits. */
const calmShare = 0.5;

export function createPushBudget({ log }: { readonly log: Log }) {
  let pushes: number[] = [];
  let total = 0;
  let exceeded = false;

  function lately(nowMs: number): number {
    const from = nowMs - spanMinutes * 60_000;
    pushes = pushes.filter((ms) => ms > from);
    return pushes.length;
  }

  /** Logged once each time that the budget is exceeded. */
  function watch(count: number, budget: number): void {
    if (count > budget && !exceeded) {
      const fields = { pushes: count, budget, minutes: spanMinutes };
      log.error(fields, 'more pushes than the budget allows; nothing is refused');
    }
    exceeded = count > budget;
  }

  return {
    count(nowMs: number): void {
      pushes.push(nowMs);
      total += 1;
    },
    /** How long a push waits for more events. `perMinute`: null where the policy is unreadable. */
    windowMs(nowMs: number, perMinute: number | null): number {
      if (perMinute === null) return 0;
      const budget = perMinute * spanMinutes;
      const count = lately(nowMs);
      watch(count, budget);
      return windowFor(count / budget);
    },
    figures: () => ({ pushes: total, pushBudgetExceeded: exceeded }),
  };
}

/** From zero at half of the budget to two seconds at the full budget. */
export function windowFor(share: number): number {
  const beyond = Math.max(0, share - calmShare) / (1 - calmShare);
  return Math.min(windowMsMax, Math.round(beyond * windowMsMax));
}
