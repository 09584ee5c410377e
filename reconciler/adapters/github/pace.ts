/**
 * Spaces writes to stay below GitHub's secondary limits: 80 creations of content a minute and 500 an
 * hour. Every write counts, and a part is left for other processes with the same login.
 * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
import { Failure } from '../../core/failure.ts';
import type { Clock } from '../../ports/clock.ts';

const windows = [
  { max: 60, spanMs: 60_000 },
  { max: 400, spanMs: 3_600_000 },
] as const;

/** Resolves when the next write may be sent, in the order of the calls. */
type Pace = { turn(): Promise<void> };

/**
 * @param waitMsMax a longer wait is a failure `RateLimited`
 */
export function createPace(clock: Clock, waitMsMax: number): Pace {
  let sentMs: readonly number[] = [];
  let last: Promise<unknown> = Promise.resolve();

  async function take(): Promise<void> {
    const nowMs = clock.now();
    // A clock that was set back frees no turn early and blocks none for longer than the window.
    sentMs = sentMs.map((at) => Math.min(at, nowMs)).filter((at) => nowMs - at < 3_600_000);
    const waitMs = Math.max(...windows.map((window) => untilFreeMs(sentMs, window, nowMs)));
    if (waitMs > waitMsMax) {
      const retryAfterSeconds = Math.ceil(waitMs / 1000);
      const said = `more than ${windows.map(({ max }) => max).join(' or ')} writes to GitHub`;
      throw new Failure('RateLimited', `${said} within a minute or an hour`, { retryAfterSeconds });
    }
    if (waitMs > 0) await clock.wait(waitMs);
    sentMs = [...sentMs, clock.now()];
  }

  return {
    turn() {
      const turn = last.then(take);
      last = turn.catch(() => {});
      return turn;
    },
  };
}

function untilFreeMs(
  sentMs: readonly number[],
  { max, spanMs }: (typeof windows)[number],
  nowMs: number,
): number {
  const oldest = sentMs.at(-max);
  return oldest === undefined ? 0 : Math.max(oldest + spanMs - nowMs, 0);
}
