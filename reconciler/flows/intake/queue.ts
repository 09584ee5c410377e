/**
 * Holds events until they are answered, and decides when Stripe is read for them, so that one
 * reading serves as many events as possible.
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
  /** null until Stripe returned those of the event's customer or charge */
  subscriptions: readonly string[] | null;
  /** why they could not be looked up */
  failure: Failure | null;
  /** a moment of the reader, after which they have to be read */
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
  /** each with its lookup of subscriptions */
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
    /** Whether all its subscriptions have been read since it arrived. */
    isRead,
    /** Its requests to Stripe, running or not. */
    asksFor: (one: Waiting): readonly Ask[] =>
      one.subscriptions?.map(reader.askOf) ?? [open.get(one)].filter((ask) => ask !== undefined),
    /** From now on Stripe is read for waiting and arriving events. */
    beginReading(): void {
      reading = true;
      readOnce(reader, waiting(), waiting());
    },
    /** Events that arrive from now on wait for the next `beginReading`. */
    endReading(): void {
      reading = false;
    },
    /** Also reads those that `readOnce` left out, if these are at most `readsMax`. */
    readLate: (readsMax: number): void => readLate(reader, waiting(), readsMax),
    /** Rejects events past their deadline: they have to be delivered again. */
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
        // Earlier readings did not include reports of banks.
        for (const id of one.subscriptions) reader.wantReports(id);
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
 * An event that arrives after the reading for another event of its subscription has begun waits
 * until that one is written: one reading serves all that arrive meanwhile.
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

/** Subscriptions with a begun reading that one of these events waits for. */
function subscriptionsInHand(reader: Reader, open: readonly Waiting[]): ReadonlySet<string> {
  return new Set(
    open.flatMap(({ subscriptions, since }) =>
      (subscriptions ?? []).filter((id) => reader.isBegun(id, since)),
    ),
  );
}

function keptMoving(): Failure {
  return new Failure('PushRejected', 'main kept moving while events were written');
}

function notReadInTime(): Failure {
  return new Failure('RateLimited', 'Stripe could not be read before the deadline');
}
