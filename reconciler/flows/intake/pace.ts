/**
 * How often Stripe is asked: at most so many times in any second, whatever comes. A limit that is kept
 * here delays an answer; one that Stripe has to enforce costs many.
 */
import { stripeReadsPerSecond } from '../shared/stripe-account.ts';

const spanMs = 1000;

export function createPace() {
  /** when the last ones went, oldest first; never more than the rate */
  let went: number[] = [];
  let rate: number = stripeReadsPerSecond.test;
  let restUntilMs = 0;

  function freeAtMs(): number {
    const oldest = went.length < rate ? undefined : went[went.length - rate];
    return Math.max(restUntilMs, oldest === undefined ? 0 : oldest + spanMs);
  }

  return {
    /** Whether one may go now; it is counted where it may. */
    take(nowMs: number): boolean {
      if (freeAtMs() > nowMs) return false;
      went = [...went.slice(-(rate - 1)), nowMs].slice(-rate);
      return true;
    },
    /** How many may go now and leave half of what is allowed to those that come next. */
    spare(nowMs: number): number {
      if (restUntilMs > nowMs) return 0;
      const lately = went.slice(-rate).filter((ms) => ms > nowMs - spanMs).length;
      return Math.max(0, Math.floor(rate / 2) - lately);
    },
    /** How long until the next one may go. */
    waitMs: (nowMs: number): number => Math.max(0, freeAtMs() - nowMs),
    /** None goes before then. */
    rest(untilMs: number): void {
      restUntilMs = Math.max(restUntilMs, untilMs);
    },
    setRate(perSecond: number): void {
      rate = perSecond;
    },
  };
}
