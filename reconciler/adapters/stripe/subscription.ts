/** Parses a subscription of Stripe's package into BilledSubscription. */
import type Stripe from 'stripe';
import {
  type BilledItem,
  type BilledSubscription,
  type SubscriptionStatus,
  subscriptionStatuses,
} from '../../core/billing/billing.ts';
import { Failure } from '../../core/failure.ts';
import type { DiscountReader } from './discounts.ts';
import { monthsOf } from './months.ts';
import { idOf } from './reference.ts';

/** Adds the items that Stripe leaves out: an answer contains only the first ones of many. */
export async function readWhole(
  stripe: Stripe,
  shown: Stripe.Subscription,
  discountsOf: DiscountReader | null = null,
): Promise<BilledSubscription> {
  const items = shown.items.has_more
    ? await allItems(stripe, shown.id, discountsOf === null ? [] : ['data.discounts'])
    : shown.items.data;
  const billed = billedSubscription(shown, items);
  return discountsOf === null ? billed : { ...billed, discounts: await discountsOf(shown, items) };
}

async function allItems(stripe: Stripe, subscription: string, expand: string[]) {
  const items: Stripe.SubscriptionItem[] = [];
  const asked = { subscription, limit: 100, expand };
  for await (const item of stripe.subscriptionItems.list(asked)) items.push(item);
  return items;
}

function billedSubscription(
  one: Stripe.Subscription,
  items: readonly Stripe.SubscriptionItem[],
): BilledSubscription {
  if (!subscriptionStatuses.includes(one.status as SubscriptionStatus)) {
    throw unknown(`subscription ${one.id} has the unknown status ${one.status}`);
  }
  const ends = items
    .map((item) => item.current_period_end)
    .filter((end) => typeof end === 'number');
  return {
    id: one.id,
    customer: idOf(one.customer) ?? '',
    status: one.status as SubscriptionStatus,
    livemode: one.livemode,
    created: one.created,
    startDate: one.start_date,
    canceledAt: one.canceled_at,
    endedAt: one.ended_at,
    cancelAt: one.cancel_at,
    cancelAtPeriodEnd: one.cancel_at_period_end,
    currentPeriodEnd: ends.length === 0 ? null : Math.max(...ends),
    pausedCollection: pausedCollection(one),
    owedSince: owedSince(one.latest_invoice),
    reported: null,
    items: items.map((item) => ({
      priceId: item.price.id,
      productId: idOf(item.price.product) ?? '',
      lookupKey: item.price.lookup_key,
      quantity: item.quantity ?? 1,
      monthly: monthlyPriceOf(item.price),
    })),
    discounts: null,
    metadata: { ...one.metadata },
  };
}

/** An unknown value stays unknown in each attempt, and concerns this agent only. */
function unknown(message: string): Failure {
  return new Failure('UnexpectedAnswer', message, { errorClass: 'stalled', scope: 'agent' });
}

/** Null unless the invoice is expanded and unpaid. */
function owedSince(invoice: Stripe.Subscription['latest_invoice']): number | null {
  if (invoice === null || typeof invoice === 'string') return null;
  if (invoice.status !== 'open' && invoice.status !== 'uncollectible') return null;
  return invoice.due_date ?? invoice.status_transitions.finalized_at ?? invoice.created;
}

const pauseBehaviors = ['keep_as_draft', 'mark_uncollectible', 'void'] as const;

function pausedCollection(one: Stripe.Subscription): BilledSubscription['pausedCollection'] {
  if (one.pause_collection === null) return null;
  const said = one.pause_collection.behavior;
  const behavior = pauseBehaviors.find((known) => known === said);
  if (behavior === undefined) throw unknown(`collection of ${one.id} is paused in an unknown way`);
  return behavior;
}

/** Tiered and metered prices have no fixed amount. */
function monthlyPriceOf(price: Stripe.Price): BilledItem['monthly'] {
  const { unit_amount, currency } = price;
  const months = monthsOf(price);
  return unit_amount === null || months === null
    ? null
    : { amount: unit_amount / months, currency };
}
