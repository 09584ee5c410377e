/** Reads what a plan costs those who buy it now: its active prices of Stripe that recur monthly. */
import type Stripe from 'stripe';
import type { Catalog } from '../../core/agent/catalog.ts';
import type { SoldPrice } from '../../core/billing/billing.ts';
import { nullIfMissing } from './answer.ts';

type PlanIds = Catalog['plans'][string]['stripe'];

/** What Stripe takes in one request. */
const lookupKeysMax = 10;

/** Sorted by id. An id that Stripe does not have is not sold. */
export async function soldMonthly(
  stripe: Stripe,
  { products = [], prices = [], lookupKeys = [] }: PlanIds,
): Promise<readonly SoldPrice[]> {
  const found = new Map<string, Stripe.Price>();
  const list = async (by: Stripe.PriceListParams) => {
    const asked = { ...by, active: true, type: 'recurring', limit: 100 } as const;
    const listed = await nullIfMissing(async () => {
      const all: Stripe.Price[] = [];
      for await (const price of stripe.prices.list(asked)) all.push(price);
      return all;
    });
    for (const price of listed ?? []) found.set(price.id, price);
  };
  for (const product of products) await list({ product });
  for (let from = 0; from < lookupKeys.length; from += lookupKeysMax)
    await list({ lookup_keys: lookupKeys.slice(from, from + lookupKeysMax) });
  for (const id of prices) {
    const price = await nullIfMissing(() => stripe.prices.retrieve(id));
    if (price !== null) found.set(price.id, price);
  }
  return [...found.values()].flatMap(soldPrice).sort((a, b) => (a.priceId < b.priceId ? -1 : 1));
}

/** Tiered and metered prices have no fixed amount. */
function soldPrice({ id, active, unit_amount, currency, recurring }: Stripe.Price): SoldPrice[] {
  if (!active || recurring?.interval !== 'month' || recurring.interval_count !== 1) return [];
  return unit_amount === null ? [] : [{ priceId: id, monthly: { amount: unit_amount, currency } }];
}
