/** Which prices of Stripe count as what a plan costs those who buy it now. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { createBilling } from '../../reconciler/adapters/stripe/billing.ts';
import {
  type Started,
  secretKey,
  startStripe,
  webhookSecret,
} from '../local-cloud/stripe/stripe-world.ts';

let stripe: Started;
let billing: ReturnType<typeof createBilling>;
before(async () => {
  stripe = await startStripe();
  billing = createBilling({ secretKey, webhookSecrets: [webhookSecret], apiBase: stripe.url });
});
after(() => stripe.close());

it('active ones that recur every month, of the products, keys and ids of the plan', async () => {
  const { client } = stripe;
  const product = (await client.products.create({ name: 'A plan' })).id;
  const price = async (part: object) => {
    const usual = { currency: 'eur', product, unit_amount: 1900 };
    const recurring = { interval: 'month' } as const;
    return (await client.prices.create({ ...usual, recurring, ...part })).id;
  };
  const own = await price({});
  const dollars = await price({ currency: 'usd', unit_amount: 2500 });
  await price({ recurring: { interval: 'year' }, unit_amount: 19_000 });
  await price({ recurring: { interval: 'month', interval_count: 3 } });
  await price({ active: false });
  await client.prices.create({ currency: 'eur', product, unit_amount: 900 });
  const other = (await client.products.create({ name: 'Another' })).id;
  const keyed = await price({ product: other, lookup_key: 'a-plan', unit_amount: 2100 });
  const named = await price({ product: other, unit_amount: 2200 });
  const archived = await price({ product: other, unit_amount: 1, active: false });
  const sold = (priceId: string, amount: number, currency = 'eur') => {
    return { priceId, monthly: { amount, currency } };
  };
  const byId = (list: readonly ReturnType<typeof sold>[]) =>
    list.toSorted((a, b) => (a.priceId < b.priceId ? -1 : 1));
  const ofPlan = { products: [product], lookupKeys: ['a-plan'], prices: [named, archived, own] };
  assert.deepEqual(
    await billing.monthlyPrices(ofPlan),
    byId([sold(own, 1900), sold(dollars, 2500, 'usd'), sold(keyed, 2100), sold(named, 2200)]),
  );
  const nothing = { products: ['prod_nope'], lookupKeys: ['nope'], prices: ['price_nope'] };
  assert.deepEqual(await billing.monthlyPrices(nothing), []);
});
