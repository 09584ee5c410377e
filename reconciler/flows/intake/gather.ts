/**
 * How long a push waits, and for which events. After idleness it waits until a burst has stopped
 * bringing new ones, so that all of it goes in one push. Under load it waits only for the answers about
 * those that are here: those that come later go in the next push, which is under way as soon.
 */
import type { Clock } from '../../ports/clock.ts';
import type { Asks } from './asks.ts';
import type { Queue } from './queue.ts';

type Context = { readonly queue: Queue; readonly asks: Asks; readonly clock: Clock };

/** How long a burst may go on arriving before its first push. */
const burstMsMax = 500;
/** A burst has stopped where nothing came for so long. */
const quietMs = 20;
/** No event waits longer than this for Stripe's answer about another one. */
const answerWaitMs = 400;
/** Nor longer than this for one that the pace holds back. */
const paceWaitMs = 150;

export async function gather(
  context: Context,
  { fresh, windowMs }: { readonly fresh: boolean; readonly windowMs: number },
): Promise<void> {
  const { clock, queue, asks } = context;
  const until = clock.now() + Math.max(burstMsMax, windowMs);
  let waitMs = Math.max(windowMs, fresh ? quietMs : 0);
  let begun: number;
  do {
    begun = asks.count();
    if (waitMs > 0) await clock.wait(waitMs);
    await answersOrLimit(context);
    waitMs = quietMs;
  } while (fresh && asks.count() > begun && clock.now() < until);
  queue.readLate(asks.spare());
  await answersOrLimit(context);
}

/** For when there is nothing to write: at the next answer, or a moment later, there may be. */
export async function anyAnswer({ asks, clock }: Context): Promise<void> {
  await Promise.race([asks.nextAnswer(), clock.wait(answerWaitMs)]);
}

/** Those that the pace holds back for long do not hold back the others. */
async function answersOrLimit({ queue, asks, clock }: Context): Promise<void> {
  const unread = queue.waiting().filter((one) => !queue.isRead(one));
  const startedMs = clock.now();
  for (let left = answerWaitMs; left > 0; left = startedMs + answerWaitMs - clock.now()) {
    const open = unread.flatMap(queue.asksFor);
    const heldMs = open.some(asks.isHeldBack) ? asks.waitMs() : Number.POSITIVE_INFINITY;
    const soon = clock.now() + heldMs <= startedMs + paceWaitMs;
    if (!open.some(asks.isUnderWay) && !soon) return;
    const waitMs = soon ? Math.max(1, Math.min(heldMs, left)) : left;
    await Promise.race([asks.nextAnswer(), clock.wait(waitMs)]);
  }
}
