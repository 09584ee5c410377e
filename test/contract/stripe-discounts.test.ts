/** Discounts of subscriptions: what is read of them, and what the local cloud invoices. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type Stripe from 'stripe';
import { createBilling } from '../../reconciler/adapters/stripe/billing.ts';
import { planOf } from '../../reconciler/core/billing/purchase.ts';
import { chargedMonthly } from '../../reconciler/core/money/charge.ts';
import { catalogOf } from '../builders/world.ts';
import {
  customerWith,
  daySeconds,
  priceOf,
  type Started,
  secretKey,
  startStripe,
  webhookSecret,
} from '../local-cloud/stripe/stripe-world.ts';

let stripe: Started;
let client: Stripe;
let billing: ReturnType<typeof createBilling>;
before(async () => {
  stripe = await startStripe();
  ({ client } = stripe);
  billing = createBilling({ secretKey, webhookSecrets: [webhookSecret], apiBase: stripe.url });
});
after(() => stripe.close());

async function bought(...coupons: readonly Stripe.CouponCreateParams[]) {
  const made = await Promise.all(coupons.map((asked) => client.coupons.create(asked)));
  const { id } = await client.subscriptions.create({
    customer: await customerWith(client),
    items: [{ price: await priceOf(client, 'starter') }],
    discounts: made.map((coupon) => ({ coupon: coupon.id })),
  });
  return { id, coupons: made.map((coupon) => coupon.id) };
}
async function chargedFor(id: string): Promise<number | null> {
  for await (const one of billing.allSubscriptions(undefined, 'discounts')) {
    if (one.id !== id || 'unread' in one) continue;
    assert.ok(planOf(catalogOf(), one).ok);
    const [item] = one.items;
    return item === undefined ? null : (chargedMonthly(one, item)?.amount ?? null);
  }
  return null;
}
async function lastTotal(id: string) {
  const { latest_invoice: invoice } = await client.subscriptions.retrieve(id, {
    expand: ['latest_invoice'],
  });
  assert.ok(typeof invoice === 'object' && invoice !== null);
  return [invoice.subtotal, invoice.total];
}
const eur = { currency: 'eur', amount_off: 500 } as const;

it('a percentage and an amount that last are off the charge, and off each invoice', async () => {
  const { id } = await bought(
    { percent_off: 20, duration: 'forever' },
    { ...eur, duration: 'forever' },
  );
  assert.equal(await chargedFor(id), 1020);
  assert.deepEqual(await lastTotal(id), [1900, 1020]);
  stripe.clock.advance(32 * daySeconds);
  assert.deepEqual(await lastTotal(id), [1900, 1020]);
});

it('one that is taken off once is none, and one that ends counts until then', async () => {
  const { id: once } = await bought({ percent_off: 50, duration: 'once' });
  const { id: months } = await bought({
    ...{ percent_off: 50, duration: 'repeating', duration_in_months: 2 },
  });
  assert.deepEqual([await chargedFor(once), await chargedFor(months)], [1900, 950]);
  assert.deepEqual(await Promise.all([once, months].map(lastTotal)), [
    [1900, 950],
    [1900, 950],
  ]);
  for (let n = 0; n < 3; n += 1) stripe.clock.advance(31 * daySeconds);
  assert.deepEqual([await chargedFor(once), await chargedFor(months)], [1900, 1900]);
  assert.deepEqual(await lastTotal(months), [1900, 1900]);
});

it('one of other products is none, and one whose coupon was deleted is not known', async () => {
  const { id: other } = await bought({
    ...{ percent_off: 50, duration: 'forever', applies_to: { products: ['prod_Other'] } },
  });
  assert.equal(await chargedFor(other), 1900);
  assert.deepEqual(await lastTotal(other), [1900, 1900]);
  const { id, coupons } = await bought({ percent_off: 50, duration: 'forever' });
  await client.coupons.del(coupons[0] ?? '');
  assert.equal(await chargedFor(id), null);
});

it('they are read on request only', async () => {
  const { id } = await bought({ percent_off: 50, duration: 'forever' });
  assert.equal((await billing.subscription(id))?.discounts, null);
  for await (const one of billing.allSubscriptions())
    if (!('unread' in one)) assert.equal(one.discounts, null);
});
