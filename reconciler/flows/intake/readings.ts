/**
 * What Stripe says now about those whom events named. One reading serves every event that came
 * before it began; an event that comes later needs one that begins after it.
 *
 * Of one subscription there is one reading at a time, whoever named it: of two that overlap nothing
 * tells which one Stripe answered first, least of all the order in which we asked. An event that
 * names a customer or a charge leads to the readings of its subscriptions, one by one.
 */
import { asFailure, impossible } from '../../core/failure.ts';
import type { Billing } from '../../ports/billing.ts';
import type { Clock } from '../../ports/clock.ts';
import { createPace, type Pace } from './pace.ts';
import type { Found } from './reading-answers.ts';
import { createBook, type ReadingBook } from './reading-book.ts';
import { keyOf, type Subject } from './subject.ts';

export type Readings = Omit<ReadingBook, 'begin' | 'end' | 'namedBy' | 'withNamed'> & {
  readonly pace: Pick<Pace, 'setRate' | 'spare'>;
  /** Sees to it that there will be readings, of all whom it names, that began after that moment. */
  want(subject: Subject, after: number): void;
  /** Whether any of them, or whom they name, has begun and has no answer yet. */
  underWay(subjects: readonly Subject[]): boolean;
  /** Whether the pace holds any of them back, and how long the first of all who wait has to. */
  heldBackMs(subjects: readonly Subject[]): number | null;
  /** Resolves at the next answer, whosever it is. */
  nextAnswer(): Promise<void>;
  /** How many were begun. */
  count(): number;
};

type Ports = { readonly billing: Billing; readonly clock: Clock };

export function createReadings({ billing, clock }: Ports): Readings {
  const { begin: bookBegin, end: bookEnd, namedBy, withNamed, ...book } = createBook();
  const queue = createPacedQueue(clock, { begin, isUnderWay: book.isUnderWay });
  const bell = createBell();
  let count = 0;

  async function begin(subject: Subject): Promise<void> {
    count += 1;
    const own = bookBegin(subject);
    const again = await read(subject, own);
    if (again) queue.add(subject);
    else for (const named of namedBy(subject, own)) want(named, own);
    queue.pump();
    bell.ring();
  }

  /** Whether it has to be made again. */
  async function read(subject: Subject, own: number): Promise<boolean> {
    try {
      const found = await readFrom(billing, subject);
      queue.wentWell();
      return !bookEnd(subject, own, found);
    } catch (thrown) {
      const failure = asFailure(thrown);
      const again = failure.reason === 'RateLimited' && queue.wentTooFast();
      bookEnd(subject, own, again ? null : failure);
      return again;
    }
  }

  function want(subject: Subject, after: number): void {
    if (!book.isBegun(subject, after)) queue.add(subject);
    for (const named of namedBy(subject, after)) want(named, after);
  }

  return {
    ...book,
    pace: queue.pace,
    want(subject, after) {
      want(subject, after);
      queue.pump();
    },
    underWay: (subjects) => withNamed(subjects).some(book.isUnderWay),
    heldBackMs: (subjects) => queue.heldBackMs(withNamed(subjects)),
    nextAnswer: bell.next,
    keepOnly(subjects) {
      queue.keepOnly(new Set(withNamed(subjects).map(keyOf)));
      book.keepOnly(subjects);
    },
    count: () => count,
  };
}

/** Where Stripe turns us away because we, or others with our account, ask too often. */
const restMs = 1000;
const tooFastMax = 100;

type Queued = {
  begin(subject: Subject): Promise<void>;
  isUnderWay(subject: Subject): boolean;
};

/** Those who wait to be asked about, in the order in which they came. */
function createPacedQueue(clock: Clock, { begin, isUnderWay }: Queued) {
  const waiting = new Map<string, Subject>();
  const pace = createPace();
  let pumping = false;
  let tooFast = 0;
  /** Not while a reading of the same subject is under way: its end pumps again. */
  const mayBegin = (subject: Subject) => !isUnderWay(subject);

  function someMayBegin(): boolean {
    for (const subject of waiting.values()) if (mayBegin(subject)) return true;
    return false;
  }

  /** Begins what may begin, and comes back for the rest. */
  function pump(): void {
    for (const [key, subject] of waiting) {
      if (!mayBegin(subject)) continue;
      if (!pace.take(clock.now())) break;
      waiting.delete(key);
      void begin(subject);
    }
    if (pumping || !someMayBegin()) return;
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
      subjects.some((subject) => waiting.has(keyOf(subject)) && mayBegin(subject))
        ? pace.waitMs(clock.now())
        : null,
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

/** A few calls for one of the pace's readings where disputes are looked for: they are rare. */
async function readFrom(billing: Billing, { kind, id }: Subject): Promise<Found> {
  switch (kind) {
    case 'subscription':
      return { kind, subscription: await billing.subscription(id) };
    case 'customer':
      return { kind: 'named', subjects: await subscriptionsOf(billing, id), disputed: null };
    case 'charge': {
      const customer = await billing.customerOfCharge(id);
      const subjects = customer === null ? [] : [{ kind: 'disputes' as const, id: customer }];
      return { kind: 'named', subjects, disputed: null };
    }
    case 'disputes': {
      const subjects = await subscriptionsOf(billing, id);
      return { kind: 'named', subjects, disputed: await billing.isDisputed(id) };
    }
    default:
      return impossible(kind);
  }
}

async function subscriptionsOf(billing: Billing, customer: string): Promise<readonly Subject[]> {
  const ids = await billing.subscriptionIdsOf(customer);
  return ids.map((id) => ({ kind: 'subscription', id }));
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
