/** Customers at Stripe: they pay, stop paying, cancel and buy another plan. */
import type { Randomness } from '../../local-cloud/randomness.ts';
import type { BilledSubscription } from '../../reconciler/core/billing/billing.ts';
import { subscriptionNo } from '../builders/world.ts';
import { renew, subscription } from '../fakes/billing.ts';
import type { FakeWorld } from '../fakes/world.ts';
import { type Act, agentsMax } from './act.ts';

function changed(world: FakeWorld, n: number, part: Partial<BilledSubscription>): string | null {
  const id = subscriptionNo(n);
  const before = world.stripe.subscriptions.get(id);
  if (before === undefined || before.status === 'canceled') return null;
  world.stripe.subscriptions.set(id, { ...before, ...part });
  return `${id} ${JSON.stringify(part)}`;
}

export const pays: Act = (world, random, n) => {
  const id = subscriptionNo(n);
  if (world.stripe.subscriptions.has(id)) return changed(world, n, { status: 'active' });
  world.stripe.paid.add(id);
  const metadata = { region: random.below(2) === 0 ? 'eu-central' : 'us-east' };
  world.stripe.subscriptions.set(id, subscription(id, `cus_Test${n}`, { metadata }));
  return `${id} pays`;
};
export const cancels: Act = (world, _random, n) => {
  const seconds = Math.floor(world.time.now() / 1000);
  return changed(world, n, { status: 'canceled', canceledAt: seconds, endedAt: seconds });
};
export const isPastDue: Act = (world, random, n) =>
  changed(world, n, { status: random.below(2) === 0 ? 'past_due' : 'unpaid' });
/** An end is announced or withdrawn, collection is paused or resumed: also during a grace. */
export const announces: Act = (world, random, n) => {
  const seconds = Math.floor(world.time.now() / 1000);
  const parts: readonly Partial<BilledSubscription>[] = [
    { cancelAt: seconds + 3600 * (1 + random.below(48)) },
    { cancelAt: null },
    { pausedCollection: 'void' },
    { pausedCollection: null },
  ];
  return changed(world, n, parts[random.below(parts.length)] ?? {});
};
/** Stripe's own actions once an announced end has passed. */
export function endsWhatWasAnnounced({ stripe, time }: FakeWorld): void {
  const seconds = Math.floor(time.now() / 1000);
  for (const [id, one] of stripe.subscriptions) {
    const { cancelAt } = one;
    if (cancelAt === null || cancelAt > seconds || one.status === 'canceled') continue;
    const ended = { canceledAt: one.canceledAt ?? cancelAt, endedAt: cancelAt };
    stripe.subscriptions.set(id, { ...one, status: 'canceled', ...ended });
  }
}
/** A period is renewed and paid: what was owed before stays owed for the earlier one. */
export const renews: Act = (world, _random, n) => {
  const { status, pausedCollection } = world.stripe.subscriptions.get(subscriptionNo(n)) ?? {};
  if (status !== 'active' || pausedCollection !== null) return null;
  renew(world.stripe, subscriptionNo(n));
  return `${subscriptionNo(n)} is renewed`;
};
/** The newest refund comes back from its bank, or a person gives that money back. */
export const bankReturns: Act = ({ stripe }, random) => {
  const newest = stripe.refunds.at(-1);
  if (newest === undefined) return null;
  if (newest.made.state === 'failed' && random.below(2) === 0) {
    stripe.credited.set(newest.invoice, newest.made.amount);
    return `${newest.invoice} is given back by a person`;
  }
  newest.made = { ...newest.made, state: 'failed', reason: 'declined' };
  return `${newest.made.id} is returned by its bank`;
};
export const buysBigger: Act = (world, random, n) => {
  const productId = random.below(3) === 0 ? 'prod_Starter' : 'prod_Pro';
  return changed(world, n, {
    items: [{ priceId: 'price_X', productId, lookupKey: null, quantity: 1, monthly: null }],
  });
};

/** Several at once, as when their bank refuses them. */
export function severalCancel(world: FakeWorld, random: Randomness): string {
  const all = Array.from({ length: agentsMax }, (_, place) => place + 1);
  const gone = all.filter((n) => random.below(3) > 0 && cancels(world, random, n) !== null);
  return `${gone.length} cancel at once`;
}
