/**
 * Waits for events before a push. After idleness it waits until a burst ends, so that one push
 * contains it. Under load it waits only for answers about waiting events: later ones go in the next
 * push, which follows at once.
 */
import type { Clock } from '../../ports/clock.ts';
import type { Asks } from './asks.ts';
import type { Queue } from './queue.ts';

type Context = { readonly queue: Queue; readonly asks: Asks; readonly clock: Clock };

/** The longest wait for a burst before its first push. */
const burstMsMax = 500;
/** A burst ends after this time without an event. */
const quietMs = 20;
/** The longest wait of an event for answers about others. */
const answerWaitMs = 400;
/** The longest wait for requests that the pace delays. */
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

/** Waits for the next answer, or a moment, where there is nothing to write. */
export async function anyAnswer({ asks, clock }: Context): Promise<void> {
  await Promise.race([asks.nextAnswer(), clock.wait(answerWaitMs)]);
}

/** Requests that the pace delays for long do not delay the others. */
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
