/**
 * The service for customers' payments: Stripe's events go to the product's own intake, delivered
 * until they are acknowledged, and the product's own resync, which reads all of Stripe.
 */
import type { Randomness } from '../../local-cloud/randomness.ts';
import type { BilledSubscription, VerifiedEvent } from '../../reconciler/core/billing/billing.ts';
import { Failure } from '../../reconciler/core/failure.ts';
import { createIntake, type Intake } from '../../reconciler/flows/intake/intake.ts';
import { createRereads, type Rereads } from '../../reconciler/flows/intake/rereads.ts';
import { resync } from '../../reconciler/flows/resync/resync.ts';
import { DeadProcess } from '../fakes/process.ts';
import type { FakeProcess, FakeWorld } from '../fakes/world.ts';
import { endsWhatWasAnnounced } from './customers.ts';

/** How Stripe delivers. */
type Delivery = {
  /** of a hundred events, how many are never delivered */
  readonly lost: number;
  /** how many are delivered twice */
  readonly doubled: number;
  /** how many are up to two hours late */
  readonly late: number;
  /** whether due events are delivered in any order and at the same time */
  readonly reordered: boolean;
};
export type Service = {
  /** Every former state of a subscription, oldest first. */
  versions(subscription: string): readonly BilledSubscription[];
  /** Sends an event for each subscription that has changed since the last call. */
  notice(): void;
  /** Delivers what is due; a line for each. */
  deliver(): Promise<readonly string[]>;
  /** Reads all of Stripe, in a process of its own; a line. */
  resync(): Promise<string>;
  /** From now on every event is delivered at once. */
  calm(): void;
};

type Sent = { readonly event: VerifiedEvent; dueMs: number; tries: number };

const minuteMs = 60_000;
/** Stripe's own intervals grow. */
const retryMinutes = [5, 30, 120, 300];
const promptDelivery: Delivery = { lost: 0, doubled: 0, late: 0, reordered: false };

export function createService(
  world: FakeWorld,
  random: Randomness,
  wanted: Delivery = promptDelivery,
): Service {
  const versions = versionsOf(world);
  const noticed = new Map<string, BilledSubscription>();
  let how = wanted;
  let sent: Sent[] = [];
  let events = 0;
  let serving = serve(world);

  function send(event: VerifiedEvent): void {
    const draws = (percent: number) => percent > 0 && random.below(100) < percent;
    if (draws(how.lost)) return;
    const delay = () => (draws(how.late) ? random.below(120) * minuteMs : 0);
    for (let copies = draws(how.doubled) ? 2 : 1; copies > 0; copies -= 1)
      sent.push({ event, dueMs: world.time.now() + delay(), tries: 0 });
  }

  async function deliverOne(one: Sent): Promise<string> {
    if (!serving.process.alive()) serving = serve(world);
    try {
      const outcome = await serving.intake.handle(one.event);
      const agents = outcome.kind === 'handled' ? outcome.agents : [];
      return `  ${one.event.id}: ${agents.map(({ agent, did }) => `${agent} ${did}`).join(', ')}`;
    } catch (thrown) {
      if (!(thrown instanceof Failure || thrown instanceof DeadProcess)) throw thrown;
      const minutes = retryMinutes[Math.min(one.tries, retryMinutes.length - 1)] ?? 5;
      sent.push({ ...one, dueMs: world.time.now() + minutes * minuteMs, tries: one.tries + 1 });
      return `  ${one.event.id}: not taken, ${thrown.message}`;
    }
  }

  async function reread(): Promise<readonly string[]> {
    if (!serving.process.alive()) serving = serve(world);
    try {
      const read = await serving.rereads.look();
      return read.length === 0 ? [] : [`  read again: ${read.join(', ')}`];
    } catch (thrown) {
      if (!(thrown instanceof Failure || thrown instanceof DeadProcess)) throw thrown;
      return [`  nothing read again: ${thrown.message}`];
    }
  }

  return {
    versions: (id) => versions.get(id) ?? [],
    notice() {
      endsWhatWasAnnounced(world);
      for (const [id, subscription] of world.stripe.subscriptions) {
        const before = noticed.get(id);
        if (before === subscription) continue;
        noticed.set(id, subscription);
        events += 1;
        send(eventOf(`evt_${events}`, before ?? null, subscription));
      }
    },
    async deliver() {
      const now = world.time.now();
      const due = sent.filter(({ dueMs }) => dueMs <= now);
      sent = sent.filter(({ dueMs }) => dueMs > now);
      if (how.reordered) {
        const lines = await Promise.all(shuffled(due, random).map(deliverOne));
        return [...lines, ...(await reread())];
      }
      const lines: string[] = [];
      for (const one of due) lines.push(await deliverOne(one));
      return [...lines, ...(await reread())];
    },
    resync: () => resyncOnce(world),
    calm() {
      how = promptDelivery;
      for (const one of sent) one.dueMs = world.time.now();
    },
  };
}

/** Every former state of every subscription, oldest first. */
function versionsOf({ stripe }: FakeWorld): ReadonlyMap<string, readonly BilledSubscription[]> {
  const versions = new Map<string, BilledSubscription[]>();
  const { subscriptions } = stripe;
  const set = subscriptions.set.bind(subscriptions);
  subscriptions.set = (id, subscription) => {
    versions.set(id, [...(versions.get(id) ?? []), subscription]);
    return set(id, subscription);
  };
  return versions;
}

type Serving = {
  readonly process: FakeProcess;
  readonly intake: Intake;
  readonly rereads: Rereads;
};

function serve(world: FakeWorld): Serving {
  const process = world.spawn('service');
  const intake = createIntake(process.ports);
  return { process, intake, rereads: createRereads(process.ports, intake) };
}

async function resyncOnce(world: FakeWorld): Promise<string> {
  const process = world.spawn('service');
  try {
    const { written, failed, stopped } = await resync(process.ports);
    const agents = written.map(({ agent, causes }) => `${agent} ${causes.join(' ')}`);
    const why = stopped === null ? '' : ` stopped: ${stopped.reason} ${stopped.message}`;
    return `  resync: ${agents.join(', ')} ${failed.length} failed${why}`;
  } catch (thrown) {
    if (!(thrown instanceof Failure || thrown instanceof DeadProcess)) throw thrown;
    return `  resync: ${thrown.message}`;
  }
}

function eventOf(
  id: string,
  before: BilledSubscription | null,
  { id: subscription, customer, status, created }: BilledSubscription,
): VerifiedEvent {
  const kind = before === null ? 'created' : status === 'canceled' ? 'deleted' : 'updated';
  return {
    id,
    type: `customer.subscription.${kind}`,
    account: null,
    livemode: false,
    created,
    subscriptionIds: [subscription],
    customer,
    charge: null,
  };
}

function shuffled<Item>(items: readonly Item[], random: Randomness): readonly Item[] {
  const left = [...items];
  const result: Item[] = [];
  for (let count = left.length; count > 0; count -= 1)
    result.push(...left.splice(random.below(count), 1));
  return result;
}
