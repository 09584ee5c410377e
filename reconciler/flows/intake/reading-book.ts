/**
 * Which readings of Stripe were begun, and what they found. Readings of one subject never overlap,
 * so the one that began last is the one that Stripe answered last.
 */
import { Failure } from '../../core/failure.ts';
import { type Answers, createAnswers, type Found } from './reading-answers.ts';
import { keyOf, type Subject } from './subject.ts';

export type ReadingBook = Pick<
  Answers,
  'answerTo' | 'namedBy' | 'withNamed' | 'subscription' | 'readAt' | 'keepOnly'
> & {
  /** A moment: readings that begin after this call are later than it. */
  moment(): number;
  /** Whether there is a reading that began after that moment, answered or not. */
  isBegun(subject: Subject, after: number): boolean;
  isUnderWay(subject: Subject): boolean;
  /** Subscriptions of which there is a reading, or soon will be. */
  subscriptionsAsked(): readonly string[];
  /** Their files were changed by another writer, who may have read Stripe later than we. */
  drop(ids: readonly string[]): void;
  /** The moment at which the reading begins. */
  begin(subject: Subject): number;
  /**
   * False where it was dropped since: what was found may be older than its file.
   * @param answer null where there is none to keep
   */
  end(subject: Subject, own: number, answer: Found | Failure | null): boolean;
};

export function createBook(): ReadingBook {
  const answers = createAnswers();
  const begun = new Map<string, { readonly moment: number; readonly subject: Subject }>();
  /** after which moment a reading of that subject has to begin */
  const dropped = new Map<string, number>();
  let disputesDropped = 0;
  let moment = 0;

  function isDropped(subject: Subject, own: number): boolean {
    if (subject.kind === 'disputes' && disputesDropped > own) return true;
    return (dropped.get(keyOf(subject)) ?? 0) > own;
  }

  return {
    ...answers,
    moment: () => ++moment,
    isBegun(subject, after) {
      const key = keyOf(subject);
      return answers.momentOf(key) > after || (begun.get(key)?.moment ?? 0) > after;
    },
    isUnderWay: (subject) => begun.has(keyOf(subject)),
    subscriptionsAsked: () => [
      ...new Set(
        [...answers.all(), ...begun.values()].flatMap(({ subject: { kind, id } }) =>
          kind === 'subscription' ? [id] : [],
        ),
      ),
    ],
    drop(ids) {
      moment += 1;
      // Whom those under way will name is not known.
      disputesDropped = moment;
      const gone = new Set(ids.map((id) => keyOf({ kind: 'subscription', id })));
      for (const key of gone) dropped.set(key, moment);
      for (const { subject } of answers.all()) {
        const key = keyOf(subject);
        const names = subject.kind === 'disputes' ? answers.namedBy(subject, 0) : [];
        if (gone.has(key) || names.some((one) => gone.has(keyOf(one)))) answers.delete(key);
      }
    },
    begin(subject) {
      moment += 1;
      begun.set(keyOf(subject), { moment, subject });
      return moment;
    },
    end(subject, own, answer) {
      begun.delete(keyOf(subject));
      const counts = answer instanceof Failure || !isDropped(subject, own);
      if (counts && answer !== null) answers.set({ moment: own, subject, answer });
      if (begun.size === 0) dropped.clear();
      return counts;
    },
  };
}
