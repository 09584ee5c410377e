/**
 * Sends requests to Stripe at the allowed pace, in the order in which they were added, each at most
 * once at a time.
 */
import { asFailure, type Failure } from '../../core/failure.ts';
import type { Clock } from '../../ports/clock.ts';
import { createPace } from './pace.ts';

export type Ask = {
  /** Throws what Stripe answered. */
  run(): Promise<void>;
  failed(failure: Failure): void;
};
export type Asks = ReturnType<typeof createAsks>;

/** The pause after Stripe refused a request of this account for its rate. */
const restMs = 1000;
const tooFastMax = 100;

export function createAsks(clock: Clock) {
  const pace = createPace();
  const waiting = new Set<Ask>();
  const underWay = new Set<Ask>();
  const listeners: (() => void)[] = [];
  let timerIsSet = false;
  let count = 0;
  let tooFastInARow = 0;
  const mayBegin = (ask: Ask) => !underWay.has(ask);

  /** Begins what may begin, and sets a timer for the rest. */
  function begin(): void {
    for (const ask of waiting) {
      if (!mayBegin(ask)) continue;
      if (!pace.take(clock.now())) break;
      waiting.delete(ask);
      void run(ask);
    }
    if (timerIsSet || !someMayBegin()) return;
    timerIsSet = true;
    void clock.wait(pace.waitMs(clock.now())).then(() => {
      timerIsSet = false;
      begin();
    });
  }

  function someMayBegin(): boolean {
    for (const ask of waiting) if (mayBegin(ask)) return true;
    return false;
  }

  async function run(ask: Ask): Promise<void> {
    underWay.add(ask);
    count += 1;
    try {
      await ask.run();
      tooFastInARow = 0;
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (failure.reason === 'RateLimited') {
        tooFastInARow += 1;
        pace.rest(clock.now() + restMs);
      }
      if (failure.reason === 'RateLimited' && tooFastInARow <= tooFastMax) waiting.add(ask);
      else ask.failed(failure);
    }
    underWay.delete(ask);
    begin();
    for (const listener of listeners.splice(0)) listener();
  }

  return {
    setRate: pace.setRate,
    spare: () => pace.spare(clock.now()),
    waitMs: () => pace.waitMs(clock.now()),
    add(ask: Ask): void {
      waiting.add(ask);
      begin();
    },
    cancel: (ask: Ask): void => void waiting.delete(ask),
    isUnderWay: (ask: Ask): boolean => underWay.has(ask),
    /** Whether only the pace delays it. */
    isHeldBack: (ask: Ask): boolean => waiting.has(ask) && mayBegin(ask),
    /** Resolves at the next answer to any request. */
    nextAnswer: (): Promise<void> => new Promise((resolve) => void listeners.push(resolve)),
    /** Number of requests begun. */
    count: (): number => count,
  };
}
