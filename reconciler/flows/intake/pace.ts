/**
 * Limits requests to Stripe in any second. Our own limit delays an answer; exceeding Stripe's costs
 * many.
 */
import { stripeReadsPerSecond } from '../shared/stripe-account.ts';

const spanMs = 1000;

export function createPace() {
  /** times of the last requests, oldest first, at most `rate` */
  let went: number[] = [];
  let rate: number = stripeReadsPerSecond.test;
  let restUntilMs = 0;

  function freeAtMs(): number {
    const oldest = went.length < rate ? undefined : went[went.length - rate];
    return Math.max(restUntilMs, oldest === undefined ? 0 : oldest + spanMs);
  }

  return {
    /** Whether a request may be sent now; counts it if so. */
    take(nowMs: number): boolean {
      if (freeAtMs() > nowMs) return false;
      went = [...went.slice(-(rate - 1)), nowMs].slice(-rate);
      return true;
    },
    /** How many may be sent now within half of the rate. */
    spare(nowMs: number): number {
      if (restUntilMs > nowMs) return 0;
      const lately = went.slice(-rate).filter((ms) => ms > nowMs - spanMs).length;
      return Math.max(0, Math.floor(rate / 2) - lately);
    },
    /** How long until the next request may be sent. */
    waitMs: (nowMs: number): number => Math.max(0, freeAtMs() - nowMs),
    /** Sends none before then. */
    rest(untilMs: number): void {
      restUntilMs = Math.max(restUntilMs, untilMs);
    },
    setRate(perSecond: number): void {
      rate = perSecond;
    },
  };
}
