/**
 * The only writer: gathers waiting events, reads Stripe for them, writes them together, and repeats
 * for later events, until each event's deadline.
 */
import type { VerifiedEvent } from '../../core/billing/billing.ts';
import { asFailure, type Failure } from '../../core/failure.ts';
import type { CommitDraft, PushOutcome, Snapshot } from '../../ports/desired-state.ts';
import type { Ports } from '../../ports/ports.ts';
import { readsPerSecond } from '../shared/stripe-account.ts';
import { createAsks } from './asks.ts';
import { writeBatch } from './batch.ts';
import { subscriptionsIn } from './events.ts';
import { anyAnswer, gather } from './gather.ts';
import { createPushBudget } from './push-budget.ts';
import { createQueue, type Queue, type Waiting } from './queue.ts';
import { createReader, createUnconfirmed } from './reader.ts';
import { createTips, TipFailure, type Tips } from './tip.ts';

export type WriterFigures = {
  readonly eventsWaiting: number;
  readonly pushBudgetExceeded: boolean;
  /** since the start */
  readonly pushes: number;
  readonly stripeReads: number;
  readonly racesLost: number;
};
type WriterPorts = Pick<Ports, 'billing' | 'state' | 'clock' | 'log'>;

/** Between lost races, so that two writers do not keep colliding. */
const pauseMs = { more: 10, longest: 50 };
/** How long before the end of a push the next reading begins. */
const leadMs = 50;

export function createWriter(ports: WriterPorts, deadlineMs: number) {
  const { state, clock } = ports;
  const parts = createParts(ports, deadlineMs, () => void run());
  const { asks, reader, queue, budget, tips, unconfirmed } = parts;
  let running = false;
  let racesLost = 0;
  let lostInARow = 0;

  async function run(): Promise<void> {
    if (running) return;
    running = true;
    for (let fresh = true; queue.waiting().length > 0; fresh = false)
      await turn(fresh).catch((thrown: unknown) => {
        rejectAll(queue.waiting(), new TipFailure(thrown));
      });
    running = false;
  }

  async function turn(fresh: boolean): Promise<void> {
    const before = await tips.newest();
    const policy = 'policy' in before ? before.policy : null;
    if (policy !== null) asks.setRate(readsPerSecond(policy.stripe));
    queue.beginReading();
    // After a lost race there is no wait: enough events wait already.
    const perMinute = policy?.intake.pushesPerMinute ?? null;
    const windowMs = lostInARow > 0 ? 0 : budget.windowMs(clock.now(), perMinute);
    await gather({ queue, asks, clock }, { fresh, windowMs });
    queue.expire();
    await writeRead();
    reader.keepOnly(new Set(queue.waiting().flatMap(({ subscriptions }) => subscriptions ?? [])));
  }

  async function writeRead(): Promise<void> {
    const tip = await tips.newest();
    const batch = queue.waiting().filter(queue.isRead);
    if (batch.length === 0) {
      if (queue.waiting().length > 0) await anyAnswer({ queue, asks, clock });
      return;
    }
    try {
      const became = await writeBatch({ ...parts, state }, tip, batch);
      lostInARow = became === 'moved' ? lostInARow + 1 : 0;
      if (became !== 'moved') return;
      racesLost += 1;
      await clock.wait(Math.min(pauseMs.more * (lostInARow - 1), pauseMs.longest));
      await tips.follow(tip.snapshot);
    } catch (thrown) {
      rejectAll(batch, asFailure(thrown));
    }
  }

  return {
    /** Resolves once everything is pushed. */
    write: (event: VerifiedEvent) => queue.add({ event, subscriptions: subscriptionsIn(event) }),
    /** The same without an event. */
    reread: (subscription: string) => queue.add({ event: null, subscriptions: [subscription] }),
    /** Subscriptions whose files were written and that were not read since. */
    unconfirmed: unconfirmed.list,
    check: tips.check,
    figures: (): WriterFigures => ({
      ...budget.figures(),
      eventsWaiting: queue.waiting().length,
      stripeReads: asks.count(),
      racesLost,
    }),
  };
}

function createParts(ports: WriterPorts, deadlineMs: number, onArrival: () => void) {
  const { billing, state, clock, log } = ports;
  const asks = createAsks(clock);
  const reader = createReader(billing, asks);
  const queue = createQueue({ billing, asks, reader, clock, deadlineMs, onArrival });
  const budget = createPushBudget({ log });
  const tips = createTips({ state, billing, clock, reader });
  const push = createPush(ports, { queue, budget, tips });
  return { asks, reader, queue, budget, tips, push, unconfirmed: createUnconfirmed() };
}

type Around = {
  readonly queue: Pick<Queue, 'beginReading' | 'endReading'>;
  readonly budget: Pick<ReturnType<typeof createPushBudget>, 'count'>;
  readonly tips: Pick<Tips, 'pushed'>;
};

/**
 * Begins the reading for the next push shortly before the current one ends: early enough to lose no
 * time, late enough for one reading to serve many events.
 */
function createPush({ state, clock }: WriterPorts, { queue, budget, tips }: Around) {
  let typicalMs = 0;
  return async (base: Snapshot, drafts: readonly CommitDraft[]): Promise<PushOutcome> => {
    const startedMs = clock.now();
    budget.count(startedMs);
    let over = false;
    const restMs = typicalMs - leadMs;
    if (restMs <= 0) queue.beginReading();
    else {
      queue.endReading();
      void clock.wait(restMs).then(() => {
        if (!over) queue.beginReading();
      });
    }
    try {
      const outcome = await state.push('main', base, drafts);
      if (outcome.kind === 'pushed') typicalMs = clock.now() - startedMs;
      tips.pushed(outcome);
      return outcome;
    } finally {
      over = true;
    }
  };
}

function rejectAll(waiting: readonly Waiting[], failure: Failure): void {
  for (const one of waiting) one.reject(failure);
}
