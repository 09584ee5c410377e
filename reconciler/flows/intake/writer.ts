/**
 * The one writer: gathers the events that wait, reads Stripe for them, writes them together, and
 * starts again for those that came meanwhile, until each event's deadline.
 */
import type { VerifiedEvent } from '../../core/billing/billing.ts';
import { asFailure } from '../../core/failure.ts';
import type { Ports } from '../../ports/ports.ts';
import { type BatchContext, writeBatch } from './batch.ts';
import type { AgentOutcome } from './draft.ts';
import { anyAnswer, gather } from './gather.ts';
import { readsPerSecond } from './pace.ts';
import { createPool, type Pool, rejectAll } from './pool.ts';
import { createPushes, type PushFigures } from './pushes.ts';
import { createReadings, type Readings } from './readings.ts';
import { createTips } from './tip.ts';
import { TipFailure, withTipFailures } from './tip-failure.ts';
import { createUnconfirmed } from './unconfirmed.ts';

type Writer = {
  /** Resolves once everything is on the server. */
  write(event: VerifiedEvent): Promise<readonly AgentOutcome[]>;
  /** The same without an event. */
  reread(subscription: string): Promise<readonly AgentOutcome[]>;
  /** Subscriptions whose files were written, and that were not read since. */
  unconfirmed(): readonly string[];
  figures(): WriterFigures;
  /**
   * Fetches the tip, and checks that it and the Stripe account are what events can be decided on.
   * Throws a TipFailure where they are not.
   */
  prepare(): Promise<void>;
};
export type WriterFigures = PushFigures & {
  readonly eventsWaiting: number;
  /** since the start */
  readonly stripeReads: number;
  readonly racesLost: number;
};
type WriterPorts = Pick<Ports, 'billing' | 'state' | 'clock' | 'log'>;

/** Between lost races, so that two who keep meeting do not spend all their time on each other. */
const pauseMs = { more: 10, longest: 50 };

export function createWriter(ports: WriterPorts, deadlineMs: number): Writer {
  const { clock, log } = ports;
  const state = withTipFailures(ports.state);
  const readings = createReadings(ports);
  const pool = createPool({ readings, clock, deadlineMs, onArrival: () => void run() });
  const pushes = createPushes({ pool, clock, log });
  const tips = createTips({ ...ports, readings });
  const unconfirmed = createUnconfirmed();
  const pushing: BatchContext['pushing'] = async (push) => {
    const outcome = await pushes.around(push);
    tips.pushed(outcome);
    return outcome;
  };
  const rejectWaiting = (thrown: unknown) => rejectAll(pool.waiting(), new TipFailure(thrown));
  let running = false;
  let racesLost = 0;
  let lostInARow = 0;

  async function run(): Promise<void> {
    if (running) return;
    running = true;
    for (let fresh = true; pool.waiting().length > 0; fresh = false) {
      await turn(fresh).catch(rejectWaiting);
    }
    running = false;
  }

  async function turn(fresh: boolean): Promise<void> {
    const before = await tips.newest();
    const policy = 'policy' in before ? before.policy : null;
    if (policy !== null) readings.pace.setRate(readsPerSecond(policy.stripe));
    pool.beginReading();
    // Who has just lost a race has had company, and would only lose the next one.
    const windowMs = lostInARow > 0 ? 0 : pushes.windowMs(policy?.intake.pushesPerMinute ?? null);
    await gather({ pool, readings, clock }, { fresh, windowMs });
    pool.expire();
    await writeRead();
    readings.keepOnly(pool.waiting().flatMap(({ subjects }) => subjects));
  }

  async function writeRead(): Promise<void> {
    const tip = await tips.newest();
    const batch = pool.read();
    if (batch.length === 0) {
      return pool.waiting().length === 0 ? undefined : anyAnswer({ pool, readings, clock });
    }
    try {
      const became = await writeBatch({ state, readings, unconfirmed, pushing }, tip, batch);
      lostInARow = became === 'moved' ? lostInARow + 1 : 0;
      if (became !== 'moved') return;
      racesLost += 1;
      await clock.wait(pauseMsAfter(lostInARow));
      await tips.follow(tip.snapshot);
    } catch (thrown) {
      rejectAll(batch, asFailure(thrown));
    }
  }

  return {
    write: (event) => pool.add({ kind: 'event', event }),
    reread: (subscription) => pool.add({ kind: 'reread', subscription }),
    unconfirmed: unconfirmed.list,
    async prepare() {
      await state.fetch('main');
      const tip = await tips.newest();
      if ('failure' in tip) throw tip.failure;
    },
    figures: () => ({ ...pushes.figures(), ...figuresOf(pool, readings), racesLost }),
  };
}

function figuresOf(pool: Pool, readings: Readings) {
  return { eventsWaiting: pool.waiting().length, stripeReads: readings.count() };
}

function pauseMsAfter(lost: number): number {
  return Math.min(pauseMs.more * (lost - 1), pauseMs.longest);
}
