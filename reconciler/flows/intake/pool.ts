/** The events that wait: taken in as they come, and gone as soon as each is settled. */
import { Failure } from '../../core/failure.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Waiting } from './batch.ts';
import type { AgentOutcome } from './draft.ts';
import type { Readings } from './readings.ts';
import { keyOf } from './subject.ts';
import { subjectsOf, type Trigger } from './trigger.ts';

export type Pool = {
  /** Resolves or rejects once it is settled. */
  add(trigger: Trigger): Promise<readonly AgentOutcome[]>;
  waiting(): readonly Waiting[];
  /** Those about whom Stripe has been read since they came. */
  read(): readonly Waiting[];
  isRead(waiting: Waiting): boolean;
  /** From now on Stripe is read for those who wait and for whoever comes. */
  beginReading(): void;
  /**
   * Those too who came after the reading of their subject had begun, where that takes no more
   * readings than these.
   */
  readLate(readsMax: number): void;
  /** Whoever comes from now on waits for the next `beginReading`. */
  endReading(): void;
  /** Those whose time is up have to be delivered again. */
  expire(): void;
};

export function createPool(options: {
  readonly readings: Readings;
  readonly clock: Clock;
  readonly deadlineMs: number;
  onArrival(): void;
}): Pool {
  const { readings, clock, deadlineMs } = options;
  const open = new Set<Waiting>();
  let reading = false;
  const isRead = ({ subjects, since }: Waiting) =>
    subjects.every((subject) => readings.answerTo(subject, since) !== null);

  return {
    isRead,
    waiting: () => [...open],
    read: () => [...open].filter(isRead),
    add: (trigger) =>
      new Promise((resolve, reject) => {
        const waiting: Waiting = {
          trigger,
          subjects: subjectsOf(trigger),
          since: readings.moment(),
          deadlineMs: clock.now() + deadlineMs,
          resolve(agents) {
            open.delete(waiting);
            resolve(agents);
          },
          reject(failure) {
            open.delete(waiting);
            reject(failure);
          },
        };
        open.add(waiting);
        if (reading) readOnce(readings, [...open], [waiting]);
        options.onArrival();
      }),
    beginReading() {
      reading = true;
      readOnce(readings, [...open], [...open]);
    },
    readLate: (readsMax) => readLate(readings, [...open], readsMax),
    endReading() {
      reading = false;
    },
    expire() {
      const now = clock.now();
      for (const one of [...open]) {
        if (one.deadlineMs > now) continue;
        one.reject(isRead(one) ? keptMoving() : notReadInTime());
      }
    },
  };
}

/**
 * Whoever comes after the reading for another event of the same subject has begun waits until that
 * one is written: Stripe is read once for both that come next, instead of once for each.
 */
function readOnce(readings: Readings, open: readonly Waiting[], those: readonly Waiting[]): void {
  const inHand = subjectsInHand(readings, open);
  for (const { subjects, since } of those) {
    for (const subject of subjects) {
      // What it names may still have to be read, or to be read again.
      const isOwn = readings.isBegun(subject, since);
      if (isOwn || !inHand.has(keyOf(subject))) readings.want(subject, since);
    }
  }
}

function readLate(readings: Readings, open: readonly Waiting[], readsMax: number): void {
  const inHand = subjectsInHand(readings, open);
  const late = open.flatMap(({ subjects, since }) =>
    subjects
      .filter((subject) => inHand.has(keyOf(subject)) && !readings.isBegun(subject, since))
      .map((subject) => ({ subject, since })),
  );
  if (new Set(late.map(({ subject }) => keyOf(subject))).size > readsMax) return;
  for (const { subject, since } of late) readings.want(subject, since);
}

/** Of whom a reading has begun that one of these events waited for. */
function subjectsInHand(readings: Readings, open: readonly Waiting[]): ReadonlySet<string> {
  const begun = open.flatMap(({ subjects, since }) =>
    subjects.filter((subject) => readings.isBegun(subject, since)),
  );
  return new Set(begun.map(keyOf));
}

export function rejectAll(waiting: readonly Waiting[], failure: Failure): void {
  for (const one of waiting) one.reject(failure);
}

function keptMoving(): Failure {
  return new Failure('PushRejected', 'main kept moving while Stripe’s news was written');
}

function notReadInTime(): Failure {
  return new Failure('RateLimited', 'there was no time left to ask Stripe about it');
}
