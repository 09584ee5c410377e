/**
 * How long a push waits, and for whom. After idleness it waits until a burst has stopped bringing
 * anybody new, so that all of it goes in one push. Under load it waits only for the answers about those who are
 * here: whoever comes later goes in the next push, which is under way as soon.
 */
import type { Clock } from '../../ports/clock.ts';
import type { Pool } from './pool.ts';
import type { Readings } from './readings.ts';

type Context = { readonly pool: Pool; readonly readings: Readings; readonly clock: Clock };

/** How long a burst may go on arriving before its first push. */
const burstMsMax = 500;
/** A burst has stopped where nobody came for so long. */
const quietMs = 20;
/** Nobody waits longer than this for somebody else's answer from Stripe. */
const answerWaitMs = 400;
/** Nor longer than this for somebody whom the pace holds back. */
const paceWaitMs = 150;

export async function gather(
  context: Context,
  { fresh, windowMs }: { readonly fresh: boolean; readonly windowMs: number },
): Promise<void> {
  const { clock, pool, readings } = context;
  const until = clock.now() + Math.max(burstMsMax, windowMs);
  let waitMs = Math.max(windowMs, fresh ? quietMs : 0);
  let begun: number;
  do {
    begun = readings.count();
    if (waitMs > 0) await clock.wait(waitMs);
    await answersOrLimit(context);
    waitMs = quietMs;
  } while (fresh && readings.count() > begun && clock.now() < until);
  pool.readLate(readings.pace.spare(clock.now()));
  await answersOrLimit(context);
}

/** For when there is nothing to write: at the next answer, or a moment later, there may be. */
export async function anyAnswer({ readings, clock }: Context): Promise<void> {
  await Promise.race([readings.nextAnswer(), clock.wait(answerWaitMs)]);
}

/** Those whom the pace holds back for long do not hold back the others. */
async function answersOrLimit({ pool, readings, clock }: Context): Promise<void> {
  const asked = pool.waiting().filter((one) => !pool.isRead(one));
  const subjects = asked.flatMap((one) => one.subjects);
  const startedMs = clock.now();
  for (let left = answerWaitMs; left > 0; left = startedMs + answerWaitMs - clock.now()) {
    const heldMs = readings.heldBackMs(subjects);
    const soon = heldMs !== null && clock.now() + heldMs <= startedMs + paceWaitMs;
    if (!readings.underWay(subjects) && !soon) return;
    const waitMs = soon ? Math.max(1, Math.min(heldMs, left)) : left;
    await Promise.race([readings.nextAnswer(), clock.wait(waitMs)]);
  }
}
