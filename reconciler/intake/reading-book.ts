/** Which readings of Stripe were begun, and what they found: always the newest of each, no older one. */
import type { BilledSubscription } from '../core/billing/billing.ts';
import type { Failure } from '../core/failure.ts';
import { keyOf, type Subject } from './subject.ts';

export type Found = readonly (readonly [id: string, subscription: BilledSubscription | null])[];
export type Answer =
  | { readonly kind: 'found'; readonly subscriptions: readonly string[] }
  | { readonly kind: 'failed'; readonly failure: Failure };

export type ReadingBook = {
  /** A moment: readings that begin after this call are later than it. */
  moment(): number;
  /** Whether there is a reading that began after that moment, answered or not. */
  isBegun(subject: Subject, after: number): boolean;
  /** The answer of a reading that began after that moment; null while there is none. */
  answerTo(subject: Subject, after: number): Answer | null;
  /** As of its newest reading; null where Stripe does not know it. */
  subscription(id: string): BilledSubscription | null;
  /** Whether any of them has begun and has no answer yet. */
  underWay(subjects: readonly Subject[]): boolean;
  /** Subscriptions of which there is a reading, or soon will be. */
  subscriptionsAsked(): readonly string[];
  /** Its file was changed by another writer, who may have read Stripe later than we. */
  drop(id: string): void;
  /** The same for customers' answers that are still to come: nobody knows whom they will name. */
  dropCustomersUnderWay(): void;
  /** The moment at which the reading begins. */
  begin(subject: Subject): number;
  end(subject: Subject, own: number): void;
  /** False where one of them was dropped since: what was found may be older than its file. */
  found(subject: Subject, own: number, found: Found): boolean;
  failed(subject: Subject, own: number, failure: Failure): void;
  keepOnly(keys: ReadonlySet<string>): void;
};

type Dated<Value> = { readonly moment: number; readonly value: Value };

export function createBook(): ReadingBook {
  const answers = new Map<string, Dated<Answer>>();
  const subscriptions = createNewest();
  const begun = new Map<string, { readonly moment: number; readonly subject: Subject }>();
  /** after which moment a reading of that subscription has to begin */
  const dropped = new Map<string, number>();
  let customersDropped = 0;
  let moment = 0;
  const momentOf = (key: string) => answers.get(key)?.moment ?? 0;

  function answer(subject: Subject, own: number, value: Answer): void {
    const key = keyOf(subject);
    if (momentOf(key) < own) answers.set(key, { moment: own, value });
  }

  return {
    moment: () => ++moment,
    begin(subject) {
      moment += 1;
      begun.set(keyOf(subject), { moment, subject });
      return moment;
    },
    end(subject, own) {
      const key = keyOf(subject);
      if (begun.get(key)?.moment === own) begun.delete(key);
      if (begun.size === 0) dropped.clear();
    },
    found(subject, own, found) {
      if (found.some(([id]) => (dropped.get(id) ?? 0) > own)) return false;
      if (subject.kind !== 'subscription' && customersDropped > own) return false;
      for (const [id, value] of found) subscriptions.found(id, { moment: own, value });
      answer(subject, own, { kind: 'found', subscriptions: found.map(([id]) => id) });
      return true;
    },
    failed: (subject, own, failure) => answer(subject, own, { kind: 'failed', failure }),
    isBegun(subject, after) {
      const key = keyOf(subject);
      return momentOf(key) > after || (begun.get(key)?.moment ?? 0) > after;
    },
    answerTo(subject, after) {
      const found = answers.get(keyOf(subject));
      return found === undefined || found.moment < after ? null : found.value;
    },
    subscription: subscriptions.newest,
    underWay: (subjects) => subjects.some((subject) => begun.has(keyOf(subject))),
    subscriptionsAsked: () => [...subscriptions.ids(), ...subscriptionsIn([...begun.values()])],
    dropCustomersUnderWay() {
      moment += 1;
      customersDropped = moment;
    },
    drop(id) {
      moment += 1;
      dropped.set(id, moment);
      subscriptions.drop(id);
      for (const [key, { value }] of answers) {
        if (namedBy(value).includes(id)) answers.delete(key);
      }
    },
    keepOnly(keys) {
      keepKeys(answers, keys);
      const named = [...answers.values()].flatMap(({ value }) => namedBy(value));
      subscriptions.keepOnly(new Set(named));
    },
  };
}

/** Of each subscription what was found last, and of its disputes what was last looked at. */
function createNewest() {
  const subscriptions = new Map<string, Dated<BilledSubscription | null>>();
  // Only a dispute's own event has them looked at: a newer reading without does not undo that.
  const disputes = new Map<string, Dated<boolean>>();
  return {
    ids: () => subscriptions.keys(),
    found(id: string, { moment, value }: Dated<BilledSubscription | null>): void {
      if ((subscriptions.get(id)?.moment ?? 0) < moment) subscriptions.set(id, { moment, value });
      const disputed = value?.disputed ?? null;
      if (disputed !== null && (disputes.get(id)?.moment ?? 0) < moment)
        disputes.set(id, { moment, value: disputed });
    },
    newest(id: string): BilledSubscription | null {
      const newest = subscriptions.get(id)?.value ?? null;
      return newest === null ? null : { ...newest, disputed: disputes.get(id)?.value ?? null };
    },
    drop(id: string): void {
      subscriptions.delete(id);
      disputes.delete(id);
    },
    keepOnly(ids: ReadonlySet<string>): void {
      keepKeys(subscriptions, ids);
      keepKeys(disputes, ids);
    },
  };
}

function namedBy(answer: Answer): readonly string[] {
  return answer.kind === 'found' ? answer.subscriptions : [];
}

function keepKeys(map: Map<string, unknown>, keys: ReadonlySet<string>): void {
  for (const key of map.keys()) if (!keys.has(key)) map.delete(key);
}

function subscriptionsIn(begun: readonly { readonly subject: Subject }[]): readonly string[] {
  const asked = begun.map(({ subject }) => subject);
  return asked.filter(({ kind }) => kind === 'subscription').map(({ id }) => id);
}
