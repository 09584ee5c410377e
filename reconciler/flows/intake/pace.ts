/**
 * How often Stripe may be asked: at most so many times in any second, whatever comes. A limit that
 * is kept by us costs nobody an answer; one that Stripe has to enforce costs many.
 */
import type { Policy } from '../../core/agent/policy.ts';

export type Pace = {
  /** Whether one may go now; it is counted where it may. */
  take(nowMs: number): boolean;
  /** How many may go now and leave half of what is allowed for whoever comes next. */
  spare(nowMs: number): number;
  /** How long until the next one may go. */
  waitMs(nowMs: number): number;
  /** Nobody goes before then: Stripe says that we are too fast all the same. */
  rest(untilMs: number): void;
  setRate(perSecond: number): void;
};

const spanMs = 1000;

export function createPace(): Pace {
  /** when the last ones went, oldest first; never more than the rate */
  let went: number[] = [];
  let rate: number = stripeReadsPerSecond.test;
  let restUntilMs = 0;

  function freeAtMs(): number {
    const oldest = went.length < rate ? undefined : went[went.length - rate];
    return Math.max(restUntilMs, oldest === undefined ? 0 : oldest + spanMs);
  }

  return {
    take(nowMs) {
      if (freeAtMs() > nowMs) return false;
      went = [...went.slice(-(rate - 1)), nowMs].slice(-rate);
      return true;
    },
    spare(nowMs) {
      if (restUntilMs > nowMs) return 0;
      const lately = went.slice(-rate).filter((ms) => ms > nowMs - spanMs).length;
      return Math.max(0, Math.floor(rate / 2) - lately);
    },
    waitMs: (nowMs) => Math.max(0, freeAtMs() - nowMs),
    rest(untilMs) {
      restUntilMs = Math.max(restUntilMs, untilMs);
    },
    setRate(perSecond) {
      rate = perSecond;
    },
  };
}

/** https://docs.stripe.com/rate-limits */
const stripeReadsPerSecond = { live: 100, test: 25 } as const;

export function readsPerSecond({ livemode, readsPerSecond: told }: Policy['stripe']): number {
  return told ?? (livemode ? stripeReadsPerSecond.live : stripeReadsPerSecond.test);
}
