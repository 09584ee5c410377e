/** Sends a batch of events of different agents, some at the same time, in the order of the batch. */
import type { Outcome } from '../../core/webhooks/advance.ts';
import type { OutgoingEvent } from '../../core/webhooks/agent-event.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Receiver } from '../../ports/receiver.ts';

export type Sent = {
  /** by agent; of the first ones of the batch */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  readonly gone: boolean;
};

const atOnceMax = 10;

/** @param untilMs none is begun later: the lease has to last until each is answered */
export async function send(
  events: readonly OutgoingEvent[],
  { receiver, clock, untilMs }: { receiver: Receiver; clock: Pick<Clock, 'now'>; untilMs: number },
): Promise<Sent> {
  const outcomes = new Map<string, Outcome>();
  const queue = events[Symbol.iterator]();
  let gone = false;

  async function work(): Promise<void> {
    while (!gone && clock.now() < untilMs) {
      const next = queue.next();
      if (next.done === true) return;
      const delivery = await receiver.deliver(next.value);
      if (delivery.kind === 'gone') gone = true;
      else outcomes.set(next.value.agent, delivery);
    }
  }

  await Promise.all(Array.from({ length: Math.min(atOnceMax, events.length) }, work));
  return { outcomes, gone };
}
