/**
 * What Stripe says now about those whom events named. One reading serves every event that came
 * before it began; an event that comes later needs one that begins after it. The newest reading of a
 * subscription is the only one that is ever decided on, so that none is written over a newer one.
 */
import { asFailure } from '../core/failure.ts';
import type { Billing, Clock } from '../ports.ts';
import { createPace, type Pace } from './pace.ts';
import { createBook, type Found, type ReadingBook } from './reading-book.ts';
import { keyOf, type Subject } from './subject.ts';

export type Readings = Omit<ReadingBook, 'begin' | 'end' | 'found' | 'failed' | 'keepOnly'> & {
  readonly pace: Pick<Pace, 'setRate' | 'spare'>;
  /** Sees to it that there will be a reading that began after that moment. */
  want(subject: Subject, after: number): void;
  /** Whether any of them waits to begin, and how long the first of all who wait has to. */
  heldBackMs(subjects: readonly Subject[]): number | null;
  /** Resolves at the next answer, whosever it is. */
  nextAnswer(): Promise<void>;
  /** Forgets all but these. */
  keepOnly(subjects: readonly Subject[]): void;
  /** How many were begun. */
  count(): number;
};

type Ports = { readonly billing: Billing; readonly clock: Clock };

export function createReadings({ billing, clock }: Ports): Readings {
  const book = createBook();
  const queue = createPacedQueue(clock, begin);
  const bell = createBell();
  let count = 0;

  async function begin(subject: Subject): Promise<void> {
    count += 1;
    const own = book.begin(subject);
    const again = await read(subject, own);
    book.end(subject, own);
    if (again) queue.add(subject);
    queue.pump();
    bell.ring();
  }

  /** Whether it has to be made again. */
  async function read(subject: Subject, own: number): Promise<boolean> {
    try {
      const found = await readFrom(billing, subject);
      queue.wentWell();
      return !book.found(subject, own, found);
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (failure.reason === 'RateLimited' && queue.wentTooFast()) return true;
      book.failed(subject, own, failure);
      return false;
    }
  }

  return {
    ...book,
    pace: queue.pace,
    want(subject, after) {
      if (!book.isBegun(subject, after)) queue.add(subject);
      queue.pump();
    },
    heldBackMs: queue.heldBackMs,
    nextAnswer: bell.next,
    keepOnly(subjects) {
      const keys = new Set(subjects.map(keyOf));
      book.keepOnly(keys);
      queue.keepOnly(keys);
    },
    count: () => count,
  };
}

/** Where Stripe turns us away because we, or others with our account, ask too often. */
const restMs = 1000;
const tooFastMax = 100;

/** Those who wait to be asked about, in the order in which they came. */
function createPacedQueue(clock: Clock, begin: (subject: Subject) => Promise<void>) {
  const waiting = new Map<string, Subject>();
  const pace = createPace();
  let pumping = false;
  let tooFast = 0;

  /** Begins what may begin, and comes back for the rest. */
  function pump(): void {
    for (const [key, subject] of waiting) {
      if (!pace.take(clock.now())) break;
      waiting.delete(key);
      void begin(subject);
    }
    if (waiting.size === 0 || pumping) return;
    pumping = true;
    void clock.wait(pace.waitMs(clock.now())).then(() => {
      pumping = false;
      pump();
    });
  }

  return {
    pace,
    pump,
    add: (subject: Subject) => void waiting.set(keyOf(subject), subject),
    heldBackMs: (subjects: readonly Subject[]): number | null =>
      subjects.some((subject) => waiting.has(keyOf(subject))) ? pace.waitMs(clock.now()) : null,
    keepOnly(keys: ReadonlySet<string>): void {
      for (const key of waiting.keys()) if (!keys.has(key)) waiting.delete(key);
    },
    wentWell(): void {
      tooFast = 0;
    },
    /** Everybody rests; false where it happens again and again. */
    wentTooFast(): boolean {
      tooFast += 1;
      pace.rest(clock.now() + restMs);
      return tooFast <= tooFastMax;
    },
  };
}

async function readFrom(billing: Billing, { kind, id }: Subject): Promise<Found> {
  if (kind === 'subscription') return [[id, await billing.subscription(id)]];
  // A few calls for one of the pace's readings: disputes are rare.
  const found = await (kind === 'charge'
    ? billing.subscriptionsOfCharge(id)
    : billing.subscriptionsOf(id));
  return found.map((one) => [one.id, one]);
}

function createBell(): { ring(): void; next(): Promise<void> } {
  const listeners: (() => void)[] = [];
  return {
    ring() {
      for (const listener of listeners.splice(0)) listener();
    },
    next: () => new Promise((resolve) => void listeners.push(resolve)),
  };
}
