/**
 * The events that wait: taken in as they come, and gone as soon as each is answered. It says for which
 * of them Stripe is read, and when, so that one reading serves as many as it can.
 */
import type { VerifiedEvent } from '../../core/billing/billing.ts';
import { Failure } from '../../core/failure.ts';
import type { Billing } from '../../ports/billing.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Ask, Asks } from './asks.ts';
import { lookUpSubscriptions } from './events.ts';
import type { AgentOutcome } from './outcome.ts';
import type { Reader } from './reader.ts';

export type Waiting = {
  /** null where the service reads again by itself */
  readonly event: VerifiedEvent | null;
  /** whom it is about; null until Stripe has said so of a customer or a charge */
  subscriptions: readonly string[] | null;
  /** why Stripe did not say so */
  failure: Failure | null;
  /** a moment of the reader: they have to be read after it */
  since: number;
  /** until when a lost push is decided again */
  readonly deadlineMs: number;
  readonly resolve: (agents: readonly AgentOutcome[]) => void;
  readonly reject: (failure: Failure) => void;
};
export type Queue = ReturnType<typeof createQueue>;
type Context = {
  readonly billing: Pick<Billing, 'customerOfCharge' | 'subscriptionIdsOf'>;
  readonly asks: Asks;
  readonly reader: Reader;
  readonly clock: Clock;
  readonly deadlineMs: number;
  onArrival(): void;
};

export function createQueue(context: Context) {
  const { asks, reader, clock } = context;
  /** each with what asks whom it is about */
  const open = new Map<Waiting, Ask>();
  let reading = false;
  const waiting = () => [...open.keys()];
  const isRead = (one: Waiting) => isAnswered(reader, one);

  function enter(one: Waiting): void {
    const readNow = () => {
      if (reading) readOnce(reader, waiting(), [one]);
    };
    const lookup = lookupOf(one, context, readNow);
    open.set(one, lookup);
    if (one.subscriptions === null) asks.add(lookup);
    else readNow();
    context.onArrival();
  }

  function leave(one: Waiting): void {
    const lookup = open.get(one);
    if (lookup !== undefined) asks.cancel(lookup);
    open.delete(one);
  }

  return {
    /** Resolves or rejects once it is answered. */
    add: (what: Pick<Waiting, 'event' | 'subscriptions'>) =>
      new Promise<readonly AgentOutcome[]>((resolve, reject) => {
        const one: Waiting = {
          ...what,
          failure: null,
          since: reader.moment(),
          deadlineMs: clock.now() + context.deadlineMs,
          resolve(agents) {
            leave(one);
            resolve(agents);
          },
          reject(failure) {
            leave(one);
            reject(failure);
          },
        };
        enter(one);
      }),
    waiting,
    /** Whether Stripe has been read since it came, of all whom it is about. */
    isRead,
    /** What Stripe is, or has to be, asked for it. */
    asksFor: (one: Waiting): readonly Ask[] =>
      one.subscriptions?.map(reader.askOf) ?? [open.get(one)].filter((ask) => ask !== undefined),
    /** From now on Stripe is read for those that wait and for those that come. */
    beginReading(): void {
      reading = true;
      readOnce(reader, waiting(), waiting());
    },
    /** Those that come from now on wait for the next `beginReading`. */
    endReading(): void {
      reading = false;
    },
    /** Reads for those too that `readOnce` left out, where that takes no more readings than these. */
    readLate: (readsMax: number): void => readLate(reader, waiting(), readsMax),
    /** Those whose time is up have to be delivered again. */
    expire(): void {
      const nowMs = clock.now();
      for (const one of waiting())
        if (one.deadlineMs <= nowMs) one.reject(isRead(one) ? keptMoving() : notReadInTime());
    },
  };
}

function isAnswered(reader: Reader, { subscriptions, failure, since }: Waiting): boolean {
  if (subscriptions === null) return failure !== null;
  return subscriptions.every((id) => reader.answer(id, since) !== null);
}

function lookupOf(one: Waiting, { billing, reader }: Context, done: () => void): Ask {
  return {
    async run() {
      if (one.event === null) return;
      one.subscriptions = await lookUpSubscriptions(billing, one.event);
      if (one.event.charge !== null) {
        // What was read of them so far was not asked for disputes.
        for (const id of one.subscriptions) reader.wantDispute(id);
        one.since = reader.moment();
      }
      done();
    },
    failed(failure) {
      one.failure = failure;
    },
  };
}

/**
 * An event that comes after the reading for another one of the same subscription has begun waits until
 * that one is written: Stripe is read once for all that come meanwhile, instead of once for each.
 */
function readOnce(reader: Reader, open: readonly Waiting[], those: readonly Waiting[]): void {
  const inHand = subscriptionsInHand(reader, open);
  for (const { subscriptions, since } of those)
    for (const id of subscriptions ?? []) if (!inHand.has(id)) reader.want(id, since);
}

function readLate(reader: Reader, open: readonly Waiting[], readsMax: number): void {
  const inHand = subscriptionsInHand(reader, open);
  const late = new Map<string, number>();
  for (const { subscriptions, since } of open)
    for (const id of subscriptions ?? [])
      if (inHand.has(id) && !reader.isBegun(id, since)) late.set(id, since);
  if (late.size > readsMax) return;
  for (const [id, since] of late) reader.want(id, since);
}

/** Of which a reading has begun that one of these events waited for. */
function subscriptionsInHand(reader: Reader, open: readonly Waiting[]): ReadonlySet<string> {
  return new Set(
    open.flatMap(({ subscriptions, since }) =>
      (subscriptions ?? []).filter((id) => reader.isBegun(id, since)),
    ),
  );
}

function keptMoving(): Failure {
  return new Failure('PushRejected', 'main kept moving while Stripe’s news was written');
}

function notReadInTime(): Failure {
  return new Failure('RateLimited', 'there was no time left to ask Stripe about it');
}
