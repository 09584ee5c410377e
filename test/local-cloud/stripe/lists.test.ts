/** Products, lists and their expansions, and the endpoints of events. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type Stripe from 'stripe';
import { createCollection } from '../../../local-cloud/stripe/collection.ts';
import { periodEnd } from '../../../local-cloud/stripe/periods.ts';
import { clientTool } from '../../support/clients.ts';
import { readStripeOpenapi } from '../../support/stripe-openapi.ts';
import { until } from '../../support/until.ts';
import { customerWith, daySeconds, priceOf, type Started, startStripe } from './stripe-world.ts';

const openapi = clientTool('stripeOpenapi');

describe('lists of the local Stripe', () => {
  let stripe: Started;
  let client: Stripe;
  before(async () => {
    stripe = await startStripe();
    ({ client } = stripe);
  });
  after(() => stripe?.close());

  it('a lookup key names one price, and moves only where that is requested', async () => {
    const product = await client.products.create({ name: 'Large', metadata: { tier: '3' } });
    const create = (amount: number, transfer: boolean) =>
      client.prices.create({
        product: product.id,
        currency: 'eur',
        unit_amount: amount,
        recurring: { interval: 'month' },
        lookup_key: 'large',
        transfer_lookup_key: transfer,
      });
    const first = await create(5900, false);
    await assert.rejects(create(6900, false), /already uses that lookup key/);
    const second = await create(6900, true);
    const { data } = await client.prices.list({ lookup_keys: ['large'], expand: ['data.product'] });
    assert.deepEqual(
      data.map((price) => [price.id, (price.product as Stripe.Product).name]),
      [[second.id, 'Large']],
    );
    assert.equal((await client.prices.retrieve(first.id)).lookup_key, null);
    await client.products.update(product.id, { default_price: second.id, active: false });
    const sold = await client.products.list({ active: true, limit: 100 });
    assert.ok(!sold.data.some(({ id }) => id === product.id));
    await assert.rejects(client.products.del(product.id), /cannot be deleted/);
    const empty = await client.products.create({ name: 'Nothing' });
    assert.equal((await client.products.del(empty.id)).deleted, true);
  });

  it('pages forth and back by cursors, and by customer', async () => {
    const customer = await customerWith(client);
    const price = await priceOf(client, 'starter');
    const made: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      await stripe.world.checkout({ plan: 'pro' });
      made.unshift((await client.subscriptions.create({ customer, items: [{ price }] })).id);
      stripe.clock.advance(60);
    }
    const ids = async (asked: Stripe.SubscriptionListParams) => {
      const { data, has_more } = await client.subscriptions.list({ customer, ...asked });
      return [data.map(({ id }) => made.indexOf(id)), has_more];
    };
    assert.deepEqual(await ids({ limit: 2 }), [[0, 1], true]);
    assert.deepEqual(await ids({ limit: 3, starting_after: made[1] ?? '' }), [[2, 3, 4], false]);
    assert.deepEqual(await ids({ limit: 2, ending_before: made[3] ?? '' }), [[1, 2], true]);
    const third = await client.subscriptions.retrieve(made[2] ?? '');
    assert.deepEqual(await ids({ created: { gt: third.created } }), [[0, 1], false]);
    await client.subscriptions.cancel(made[4] ?? '');
    assert.deepEqual(await ids({ status: 'ended' }), [[4], false]);
    assert.deepEqual(await ids({}), [[0, 1, 2, 3], false]);
    const all: string[] = [];
    for await (const one of client.subscriptions.list({ status: 'all', limit: 3 }))
      all.push(one.id);
    assert.deepEqual([all.length, new Set(all).size], [10, 10]);
    const { data } = await client.invoices.list({
      customer,
      limit: 1,
      expand: [
        'data.payments.data.payment.payment_intent.latest_charge'.split('.').slice(0, 4).join('.'),
      ],
    });
    assert.equal(data[0]?.payments?.data[0]?.payment.type, 'payment_intent');
    const person = await client.customers.retrieve(customer, { expand: ['subscriptions'] });
    assert.ok(!person.deleted && person.subscriptions?.data.length === 4);
  });

  it('events are sent to the endpoints that subscribe to them, each signed with its own secret', async () => {
    const received: [string, string][] = [];
    const receiver = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      request.on('end', () => {
        received.push([text, String(request.headers['stripe-signature'])]);
        response.writeHead(200).end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    const wants = ['customer.updated'] as const;
    await client.webhookEndpoints.create({ url: `${url}no`, enabled_events: ['topup.failed'] });
    const one = await client.webhookEndpoints.create({ url, enabled_events: [...wants] });
    const { id } = await client.customers.create({ name: 'A' });
    await client.customers.update(id, { name: 'B' });
    await until('one event has come', () => received.length >= 1);
    const [[body, signature] = ['', '']] = received;
    const event = client.webhooks.constructEvent(body, signature, one.secret ?? '');
    assert.deepEqual([event.type, event.data.previous_attributes], [wants[0], { name: 'A' }]);
    assert.throws(() => client.webhooks.constructEvent(body, signature, 'whsec_world'));
    assert.equal((await client.webhookEndpoints.retrieve(one.id)).secret, undefined);
    await client.webhookEndpoints.update(one.id, { disabled: true });
    await client.customers.update(id, { name: 'C' });
    await client.webhookEndpoints.update(one.id, { disabled: false });
    await client.customers.update(id, { name: 'D' });
    await until('two events have come', () => received.length >= 2);
    assert.match(received[1]?.[0] ?? '', /"name": "D"/);
    await client.webhookEndpoints.del(one.id);
    assert.deepEqual(
      (await client.webhookEndpoints.list()).data.map((each) => each.url),
      [`${url}no`],
    );
    receiver.close();
    receiver.closeAllConnections();
  });

  it('payments of their own, and checkout sessions that are not completed', async () => {
    const customer = await customerWith(client);
    const asked = { amount: 500, currency: 'eur', customer, confirm: true };
    const paid = await client.paymentIntents.create({ ...asked, payment_method: 'pm_card_visa' });
    assert.deepEqual([paid.status, paid.amount_received], ['succeeded', 500]);
    await assert.rejects(
      client.paymentIntents.create({ ...asked, payment_method: 'pm_card_chargeDeclined' }),
      { code: 'card_declined' },
    );
    const [declined, good] = (await client.charges.list({ customer })).data;
    assert.deepEqual([declined?.status, good?.status], ['failed', 'succeeded']);
    const session = await client.checkout.sessions.create({
      mode: 'subscription',
      line_items: [{ price: await priceOf(client, 'starter'), quantity: 1 }],
      success_url: 'https://example.com/',
      customer,
    });
    stripe.clock.advance(daySeconds);
    const gone = await client.checkout.sessions.retrieve(session.id);
    assert.deepEqual([gone.status, gone.url], ['expired', null]);
    await assert.rejects(client.checkout.sessions.expire(session.id), /can be expired/);
  });

  const skip = 'skip' in openapi && openapi.skip;
  it('all of it matches Stripe’s OpenAPI document, and a deviation is found', { skip }, () => {
    if (!('path' in openapi)) return;
    const document = readStripeOpenapi(openapi.path);
    const good = stripe.exchanges.filter(({ status }) => status < 500);
    assert.deepEqual([...new Set(good.flatMap((one) => document.problems(one)))], []);
    const [account] = good.filter(({ url }) => url.startsWith('/v1/subscriptions/'));
    assert.ok(account !== undefined);
    const body = { ...(account.body as object), status: 'odd', created: 'today', items: undefined };
    assert.equal(document.problems({ ...account, body, form: 'odd=1' }).length, 4);
  });
});

it('a collection walks its lists from any place, both ways, past what was removed', () => {
  const items = createCollection<{ id: string; of: string; n?: number }>(['of']);
  for (let n = 0; n < 6; n += 1) items.put({ id: `${n}`, of: n % 2 === 0 ? 'even' : 'odd' });
  items.remove('2');
  items.put({ id: '4', of: 'even', n: 1 });
  const ids = (walk: Parameters<typeof items.walk>[0]) =>
    [...items.walk(walk)].map(({ id }) => id).join('');
  assert.equal(ids({ order: 'newestFirst' }), '54310');
  assert.equal(ids({ order: 'newestFirst', from: '4' }), '310');
  assert.equal(ids({ order: 'oldestFirst', from: '1' }), '345');
  const even = { field: 'of', value: 'even' } as const;
  assert.equal(ids({ order: 'newestFirst', by: even }), '40');
  assert.equal(ids({ order: 'newestFirst', by: even, from: '3' }), '0');
  assert.equal(ids({ order: 'oldestFirst', by: even, from: '3' }), '4');
  assert.equal(ids({ order: 'oldestFirst', by: { field: 'of', value: 'none' } }), '');
  assert.deepEqual([items.size, items.get('2'), items.get('4')?.n], [5, undefined, 1]);
});

it('months are counted from the anchor’s day, and shortened where they are too short', () => {
  const monthly = { interval: 'month', interval_count: 1 } as const;
  const at = (text: string) => Date.parse(text) / 1000;
  const anchor = at('2027-01-31T12:00:00Z');
  const ends = ['2027-02-28', '2027-03-31', '2027-04-30'].map((day) => at(`${day}T12:00:00Z`));
  assert.equal(periodEnd(anchor, anchor, monthly), ends[0]);
  assert.equal(periodEnd(anchor, ends[0] ?? 0, monthly), ends[1]);
  assert.equal(periodEnd(anchor, (ends[2] ?? 0) - 1, monthly), ends[2]);
  assert.equal(
    periodEnd(anchor, anchor, { interval: 'year', interval_count: 1 }),
    at('2028-01-31T12:00:00Z'),
  );
  assert.equal(
    periodEnd(anchor, anchor + 5, { interval: 'week', interval_count: 2 }),
    anchor + 14 * daySeconds,
  );
});
