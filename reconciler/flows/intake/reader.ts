/**
 * What Stripe says now about the subscriptions that events name. One reading serves every event that
 * came before it began; an event that comes later needs one that begins after it. What came first is
 * known by moments, a count that only grows.
 *
 * Of one subscription there is one reading at a time: of two that overlap nothing says which one
 * Stripe answered first, least of all the order in which we asked.
 */
import type { BilledSubscription } from '../../core/billing/billing.ts';
import type { Failure } from '../../core/failure.ts';
import type { Billing } from '../../ports/billing.ts';
import { withDispute } from '../shared/read-dispute.ts';
import type { Ask, Asks } from './asks.ts';

type Answer = {
  /** when its reading began */
  readonly moment: number;
  /** null where Stripe does not know the subscription */
  readonly found: BilledSubscription | null | Failure;
};
export type Reader = ReturnType<typeof createReader>;

type Reading = Ask & {
  /** the moment at which the newest began */
  begun: number;
  answer: Answer | null;
  /** One that began earlier may be older than the file. */
  notBefore: number;
  withDispute: boolean;
};
type Context = {
  readonly billing: Pick<Billing, 'subscription' | 'isDisputed'>;
  readonly asks: Asks;
  moment(): number;
};

export function createReader(billing: Context['billing'], asks: Asks) {
  const readings = new Map<string, Reading>();
  let moments = 0;
  const moment = () => {
    moments += 1;
    return moments;
  };

  function readingOf(id: string): Reading {
    const reading = readings.get(id) ?? createReading(id, { billing, asks, moment });
    readings.set(id, reading);
    return reading;
  }

  function isBegun(id: string, after: number): boolean {
    const reading = readings.get(id);
    if (reading === undefined) return false;
    const { answer, begun } = reading;
    return (answer?.moment ?? 0) > after || (asks.isUnderWay(reading) && begun > after);
  }

  return {
    /** Readings that begin after this call are later than it. */
    moment,
    /** Whether one has begun after that moment, answered or not. */
    isBegun,
    /** Sees to it that there will be one that began after that moment. */
    want(id: string, after: number): void {
      if (!isBegun(id, after)) asks.add(readingOf(id));
    },
    /** From now on it is asked for disputes too, for as long as an event waits for it. */
    wantDispute(id: string): void {
      readingOf(id).withDispute = true;
    },
    askOf: (id: string): Ask => readingOf(id),
    /** The newest answer, where its reading began after that moment. */
    answer(id: string, after = 0): Answer | null {
      const answer = readings.get(id)?.answer ?? null;
      return answer === null || answer.moment < after ? null : answer;
    },
    subscriptions: (): readonly string[] => [...readings.keys()],
    /** Its file was changed by another writer, who may have read Stripe later than we. */
    drop(id: string): void {
      const reading = readingOf(id);
      reading.answer = null;
      reading.notBefore = moment();
    },
    /** No event waits for the others. One under way stays, so that no other begins beside it. */
    keepOnly(ids: ReadonlySet<string>): void {
      for (const [id, reading] of readings) {
        if (ids.has(id)) continue;
        asks.cancel(reading);
        if (!asks.isUnderWay(reading)) readings.delete(id);
      }
    },
  };
}

function createReading(id: string, { billing, asks, moment }: Context): Reading {
  const reading: Reading = {
    begun: 0,
    answer: null,
    notBefore: 0,
    withDispute: false,
    async run() {
      reading.begun = moment();
      const { begun } = reading;
      const one = await billing.subscription(id);
      const found = one === null ? null : await withDispute(billing, one, reading.withDispute);
      if (begun < reading.notBefore) asks.add(reading);
      else reading.answer = { moment: begun, found };
    },
    failed(failure) {
      reading.answer = { moment: reading.begun, found: failure };
    },
  };
  return reading;
}

/** Past them the oldest are left to the next resync. */
const unconfirmedMax = 20_000;

/**
 * What was written by a reading that another service's may have overlapped with: one that came to
 * nothing leaves no trace in the repository. A reading that begins after our push began after both
 * had ended (a service that reads Stripe after a push reads the file after it, too), and decides.
 */
export function createUnconfirmed() {
  const written = new Map<string, number>();
  return {
    /** @param moment after the push */
    wrote(subscription: string, moment: number): void {
      written.delete(subscription);
      written.set(subscription, moment);
      for (const oldest of written.keys()) {
        if (written.size <= unconfirmedMax) break;
        written.delete(oldest);
      }
    },
    /** A reading that began at that moment was followed, or left the file as it is. */
    confirmed(subscription: string, moment: number): void {
      if ((written.get(subscription) ?? Number.POSITIVE_INFINITY) < moment)
        written.delete(subscription);
    },
    /** the oldest first */
    list: (): readonly string[] => [...written.keys()],
  };
}
