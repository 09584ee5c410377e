/**
 * What is known of our pushes: how long one takes, how many there were, and how long the next one
 * waits for company. While one is under way, the reading for the next begins shortly before its end:
 * early enough to lose no time, late enough to read a subscription once for many events of it.
 */
import type { Clock } from '../../ports/clock.ts';
import type { PushOutcome } from '../../ports/desired-state.ts';
import type { Log } from '../../ports/log.ts';
import type { Pool } from './pool.ts';
import { createPushBudget } from './push-budget.ts';

type Pushes = {
  around(push: () => Promise<PushOutcome>): Promise<PushOutcome>;
  /** @param perMinute the budget, null where the policy cannot be read */
  windowMs(perMinute: number | null): number;
  figures(): PushFigures;
};
export type PushFigures = {
  /** since the start */
  readonly pushes: number;
  readonly pushesLastTenMinutes: number;
  readonly pushBudgetExceeded: boolean;
};

const leadMs = 50;

export function createPushes(options: {
  readonly pool: Pick<Pool, 'beginReading' | 'endReading'>;
  readonly clock: Clock;
  readonly log: Log;
}): Pushes {
  const { pool, clock } = options;
  const budget = createPushBudget(options);
  let typicalMs = 0;
  let pushes = 0;

  /** Ends with the push, whatever comes of it. */
  function readBeforeItsEnd(): () => void {
    let over = false;
    const restMs = typicalMs - leadMs;
    if (restMs <= 0) pool.beginReading();
    else {
      pool.endReading();
      void clock.wait(restMs).then(() => {
        if (!over) pool.beginReading();
      });
    }
    return () => {
      over = true;
    };
  }

  return {
    async around(push) {
      const startedMs = clock.now();
      const end = readBeforeItsEnd();
      pushes += 1;
      budget.count(startedMs);
      try {
        const outcome = await push();
        if (outcome.kind === 'pushed') typicalMs = clock.now() - startedMs;
        return outcome;
      } finally {
        end();
      }
    },
    windowMs: (perMinute) => budget.windowMs(clock.now(), perMinute),
    figures: () => ({ pushes, ...budget.figures(clock.now()) }),
  };
}
