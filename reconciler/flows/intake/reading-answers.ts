/** What the newest reading of each subject found, and what is known through those whom it names. */
import type { BilledSubscription } from '../../core/billing/billing.ts';
import { Failure } from '../../core/failure.ts';
import { keyOf, type Subject } from './subject.ts';

export type Found =
  | { readonly kind: 'subscription'; readonly subscription: BilledSubscription | null }
  /** `disputed` null: not looked at */
  | {
      readonly kind: 'named';
      readonly subjects: readonly Subject[];
      readonly disputed: boolean | null;
    };
/** What is known of all whom a subject names. */
type Answer = {
  readonly subscriptions: readonly string[];
  /** the first one; the others are known all the same */
  readonly failure: Failure | null;
};
type Dated = {
  readonly moment: number;
  readonly subject: Subject;
  readonly answer: Found | Failure;
};
export type Answers = ReturnType<typeof createAnswers>;

export function createAnswers() {
  const answers = new Map<string, Dated>();

  /** Of a reading that began after that moment. */
  function newest(subject: Subject, after: number): Found | Failure | null {
    const dated = answers.get(keyOf(subject));
    return dated === undefined || dated.moment < after ? null : dated.answer;
  }

  function namedBy(subject: Subject, after: number): readonly Subject[] {
    const answer = newest(subject, after);
    return answer !== null && 'subjects' in answer ? answer.subjects : [];
  }

  function answerTo(subject: Subject, after: number): Answer | null {
    const answer = newest(subject, after);
    if (answer === null) return null;
    if (answer instanceof Failure) return { subscriptions: [], failure: answer };
    if (answer.kind === 'subscription') return { subscriptions: [subject.id], failure: null };
    const named = answer.subjects.map((one) => answerTo(one, after));
    const known = named.filter((one) => one !== null);
    if (known.length < named.length) return null;
    return {
      subscriptions: known.flatMap(({ subscriptions }) => subscriptions),
      failure: known.find(({ failure }) => failure !== null)?.failure ?? null,
    };
  }

  /** These and all whom their newest readings name. */
  function withNamed(subjects: readonly Subject[]): readonly Subject[] {
    const all = new Map(subjects.map((subject) => [keyOf(subject), subject]));
    // A map gives out what is added while it is gone through.
    for (const subject of all.values())
      for (const named of namedBy(subject, 0)) all.set(keyOf(named), named);
    return [...all.values()];
  }

  return {
    namedBy,
    answerTo,
    withNamed,
    momentOf: (key: string): number => answers.get(key)?.moment ?? 0,
    /** When the newest reading of it began; 0 where there is none. */
    readAt: (id: string): number => answers.get(keyOf({ kind: 'subscription', id }))?.moment ?? 0,
    all: (): readonly Dated[] => [...answers.values()],
    set: (dated: Dated) => void answers.set(keyOf(dated.subject), dated),
    delete: (key: string) => void answers.delete(key),
    subscription(id: string): BilledSubscription | null {
      const found = newest({ kind: 'subscription', id }, 0);
      const one = found !== null && 'subscription' in found ? found.subscription : null;
      if (one === null) return null;
      // Only a dispute's own event has them looked at: a newer reading without does not undo that.
      const disputes = newest({ kind: 'disputes', id: one.customer }, 0);
      const looked = disputes !== null && 'disputed' in disputes ? disputes.disputed : null;
      return { ...one, disputed: looked };
    },
    keepOnly(subjects: readonly Subject[]): void {
      const keys = new Set(withNamed(subjects).map(keyOf));
      for (const key of answers.keys()) if (!keys.has(key)) answers.delete(key);
    },
  };
}
