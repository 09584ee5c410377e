/**
 * Reads subscriptions from Stripe. One reading serves every event that arrived before it began; a
 * later event needs a later reading. Moments, a growing count, order the two.
 *
 * Of one subscription there is one reading at a time: for two that overlap, the order of requests
 * does not show which one Stripe answered first.
 */
import type { BilledSubscription } from '../../core/billing/billing.ts';
import type { Failure } from '../../core/failure.ts';
import type { Billing } from '../../ports/billing.ts';
import { withReports } from '../shared/read-reports.ts';
import type { Ask, Asks } from './asks.ts';

type Answer = {
  /** when its reading began */
  readonly moment: number;
  /** null where Stripe has no such subscription */
  readonly found: BilledSubscription | null | Failure;
};
export type Reader = ReturnType<typeof createReader>;

type Reading = Ask & {
  /** the moment at which the newest reading began */
  begun: number;
  answer: Answer | null;
  /** A reading that began earlier may be older than the file. */
  notBefore: number;
  withReports: boolean;
};
type Context = {
  readonly billing: Pick<Billing, 'subscription' | 'reportsOn'>;
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
    /** Readings that begin after this call have a later moment. */
    moment,
    /** Whether a reading has begun after that moment, answered or not. */
    isBegun,
    /** Requests a reading that begins after that moment, unless there is one. */
    want(id: string, after: number): void {
      if (!isBegun(id, after)) asks.add(readingOf(id));
    },
    /** Includes reports of banks from now on, for as long as an event waits for it. */
    wantReports(id: string): void {
      readingOf(id).withReports = true;
    },
    askOf: (id: string): Ask => readingOf(id),
    /** The newest answer, where its reading began after that moment. */
    answer(id: string, after = 0): Answer | null {
      const answer = readings.get(id)?.answer ?? null;
      return answer === null || answer.moment < after ? null : answer;
    },
    subscriptions: (): readonly string[] => [...readings.keys()],
    /** Drops the answer: another writer changed the file, maybe after a later reading. */
    drop(id: string): void {
      const reading = readingOf(id);
      reading.answer = null;
      reading.notBefore = moment();
    },
    /** Drops all other readings. A running one stays, so that no second one overlaps. */
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
    withReports: false,
    async run() {
      reading.begun = moment();
      const { begun } = reading;
      const one = await billing.subscription(id);
      const found = one === null ? null : await withReports(billing, one, reading.withReports);
      if (begun < reading.notBefore) asks.add(reading);
      else reading.answer = { moment: begun, found };
    },
    failed(failure) {
      reading.answer = { moment: reading.begun, found: failure };
    },
  };
  return reading;
}

/** Beyond this number the resync covers the oldest. */
const unconfirmedMax = 20_000;

/**
 * Files written after a reading that may have overlapped with one of another service, which leaves
 * no trace where it changed nothing. A reading that begins after our push began after both had
 * ended (that service reads the file after Stripe, too), and decides.
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
    /** The reading that began at that moment was written, or left the file unchanged. */
    confirmed(subscription: string, moment: number): void {
      if ((written.get(subscription) ?? Number.POSITIVE_INFINITY) < moment)
        written.delete(subscription);
    },
    /** the oldest first */
    list: (): readonly string[] => [...written.keys()],
  };
}
