/** Subscriptions of many items, and of items with different intervals, by Stripe's own package. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type Stripe from 'stripe';
import { customerWith, daySeconds, priceOf, type Started, startStripe } from './stripe-world.ts';

let stripe: Started;
let client: Stripe;
before(async () => {
  stripe = await startStripe();
  ({ client } = stripe);
});
after(() => stripe.close());

async function addOn(amount: number, interval: 'month' | 'year'): Promise<string> {
  const { id } = await client.prices.create({
    currency: 'eur',
    unit_amount: amount,
    recurring: { interval },
    product_data: { name: 'An add-on' },
  });
  return id;
}
const create = async (prices: readonly string[]) =>
  client.subscriptions.create({
    customer: await customerWith(client),
    items: prices.map((price) => ({ price })),
  });

describe('a list inside an object', () => {
  it('has ten entries and more to come, and is continued by its own address', async () => {
    const others = await Promise.all(Array.from({ length: 10 }, () => addOn(100, 'month')));
    const plan = await priceOf(client, 'starter');
    const { id, items, latest_invoice } = await create([...others, plan]);
    assert.deepEqual([items.data.length, items.has_more], [10, true]);
    assert.ok(!items.data.some(({ price }) => price.id === plan));
    const all: string[] = [];
    for await (const item of client.subscriptionItems.list({ subscription: id, limit: 4 }))
      all.push(item.price.id);
    assert.deepEqual(all, [...others, plan]);
    const last = items.data.at(-1)?.id ?? '';
    const rest = await client.subscriptionItems.list({ subscription: id, starting_after: last });
    assert.deepEqual([rest.data.map(({ price }) => price.id), rest.has_more], [[plan], false]);
    const back = await client.subscriptionItems.list({
      subscription: id,
      ending_before: last,
      limit: 3,
    });
    assert.deepEqual([back.data.length, back.has_more], [3, true]);
    assert.deepEqual(
      back.data.map(({ price }) => price.id),
      others.slice(6, 9),
    );
    await assert.rejects(
      client.subscriptionItems.list({ subscription: id, starting_after: 'si_no' }),
      { code: 'resource_missing', param: 'starting_after' },
    );
    const invoice = await client.invoices.retrieve(String(latest_invoice));
    assert.deepEqual([invoice.lines.data.length, invoice.lines.has_more], [10, true]);
    const lines: string[] = [];
    for await (const line of client.invoices.listLineItems(invoice.id ?? '', { limit: 3 }))
      lines.push(line.id);
    assert.equal(new Set(lines).size, 11);
  });
});

describe('a monthly plan with a yearly add-on', () => {
  it('is billed for both at first, then monthly for the plan alone, and after a year for both', async () => {
    const [monthly, yearly] = [await addOn(1900, 'month'), await addOn(12_000, 'year')];
    const { id, items } = await create([monthly, yearly]);
    const begin = stripe.world.objects.now();
    const ends = items.data.map((item) =>
      Math.round((item.current_period_end - begin) / daySeconds),
    );
    assert.deepEqual(ends, [28, 365]);
    for (let month = 1; month <= 12; month += 1) {
      stripe.clock.advance(31 * daySeconds);
      await client.subscriptions.retrieve(id);
    }
    stripe.clock.advance(3600);
    const invoices = await client.invoices.list({ subscription: id, limit: 100 });
    const paid = invoices.data.map(({ amount_paid }) => amount_paid).reverse();
    assert.deepEqual(paid, [13_900, ...Array.from({ length: 11 }, () => 1900), 13_900]);
    const now = await client.subscriptions.retrieve(id);
    const periods = now.items.data.map(
      (item) => (item.current_period_end - item.current_period_start) / daySeconds,
    );
    assert.deepEqual(periods, [29, 366]);
  });

  it('ends with the first or the last of its periods, as requested', async () => {
    const { id, items } = await create([await addOn(1900, 'month'), await addOn(12_000, 'year')]);
    const ends = items.data.map(({ current_period_end }) => current_period_end);
    for (const [cancel_at, end] of [
      ['min_period_end', Math.min(...ends)],
      ['max_period_end', Math.max(...ends)],
    ] as const)
      assert.equal((await client.subscriptions.update(id, { cancel_at })).cancel_at, end);
  });

  it('takes an add-on later, which ends with its own interval', async () => {
    const { id } = await create([await addOn(1900, 'month')]);
    const yearly = await addOn(12_000, 'year');
    const { items } = await client.subscriptions.update(id, { items: [{ price: yearly }] });
    const [plan, added] = items.data;
    assert.ok(
      (added?.current_period_end ?? 0) > (plan?.current_period_end ?? 0) + 300 * daySeconds,
    );
  });
});

it('a customer may have an id that the merchant chose, once', async () => {
  const { id } = await client.customers.create({ id: 'acme-0042' } as Stripe.CustomerCreateParams);
  assert.equal(id, 'acme-0042');
  assert.equal((await client.customers.retrieve('acme-0042')).id, id);
  await assert.rejects(client.customers.create({ id } as Stripe.CustomerCreateParams), {
    code: 'resource_already_exists',
  });
});
