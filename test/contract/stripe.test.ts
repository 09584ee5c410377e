/** Stripe's side of the local cloud, used by Stripe's own package; and our adapter over it. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import Stripe from 'stripe';
import { startApi } from '../../local-cloud/api-server.ts';
import { createWorldClock } from '../../local-cloud/clock.ts';
import { createFaults } from '../../local-cloud/faults.ts';
import { createLedger } from '../../local-cloud/ledger.ts';
import { createRandomness } from '../../local-cloud/randomness.ts';
import { createStripe } from '../../local-cloud/stripe/stripe.ts';
import { createBilling } from '../../reconciler/adapters/stripe/billing.ts';
import { catalogOf, idNo } from '../builders/world.ts';
import { refundLast } from '../support/refund-last.ts';

const secretKey = 'sk_test_world';
const webhookSecret = 'whsec_world';

describe('Stripe, by its own client', () => {
  const clock = createWorldClock({ startMs: Date.now(), rate: 1 });
  const faults = createFaults();
  const world = createStripe({
    clock,
    randomness: createRandomness(3),
    catalog: catalogOf(),
    secretKey,
    webhookSecret,
  });
  let api: Awaited<ReturnType<typeof startApi>>;
  let client: Stripe;
  let billing: ReturnType<typeof createBilling>;
  const received: { body: Buffer; signature: string }[] = [];
  let answerWith = 200;
  const receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({
        body: Buffer.concat(chunks),
        signature: String(request.headers['stripe-signature']),
      });
      response.writeHead(answerWith).end();
    });
  });

  before(async () => {
    api = await startApi(world, { clock, ledger: createLedger(), faults });
    const { hostname: host, port } = new URL(api.url);
    client = new Stripe(secretKey, {
      host,
      port: Number(port),
      protocol: 'http',
      maxNetworkRetries: 0,
    });
    billing = createBilling({
      secretKey,
      webhookSecrets: ['whsec_old', webhookSecret],
      apiBase: api.url,
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    await client.webhookEndpoints.create({
      url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`,
      enabled_events: ['*'],
    });
  });
  after(async () => {
    receiver.close();
    await api.close();
    clock.close();
  });
  const delivered = async () => {
    await until(() => received.length >= world.objects.events.size);
  };

  it('a checkout leaves an active subscription, and events that constructEvent accepts', async () => {
    const { subscription: id, customer } = await world.checkout({
      plan: 'starter',
      region: 'us-east',
    });
    const subscription = await client.subscriptions.retrieve(id);
    assert.deepEqual(
      [subscription.status, subscription.customer, subscription.metadata['region']],
      ['active', customer, 'us-east'],
    );
    await delivered();
    const types = received.map(
      ({ body, signature }) => client.webhooks.constructEvent(body, signature, webhookSecret).type,
    );
    assert.ok(
      types.includes('customer.subscription.created') && types.includes('invoice.paid'),
      String(types),
    );
    const event = billing.verify(
      received[1]?.body ?? Buffer.of(),
      received[1]?.signature,
      Date.now(),
    );
    assert.deepEqual(event.subscriptionIds, [id]);
    const paid = received.find(({ body }) => body.includes('"invoice.paid"'));
    assert.deepEqual(
      billing.verify(paid?.body ?? Buffer.of(), paid?.signature, Date.now()).subscriptionIds,
      [id],
    );
  });

  it('a bad signature, an old one, one from the future, and a body that is no JSON', async () => {
    const sign = (payload: string, timestamp: number) =>
      client.webhooks.generateTestHeaderString({ payload, secret: webhookSecret, timestamp });
    const now = Math.floor(Date.now() / 1000);
    const body = received[0]?.body.toString() ?? '';
    const refused = [
      [body, undefined],
      [body, 't=1,v1=00'],
      [body, 'nonsense'],
      [body, sign(`${body} `, now)],
      [body, sign(body, now - 301)],
      [body, sign(body, now + 302)],
      ['no json', sign('no json', now)],
      ['{"id":"evt_1"}', sign('{"id":"evt_1"}', now)],
    ] as const;
    for (const [payload, signature] of refused) {
      assert.throws(
        () => billing.verify(Buffer.from(payload), signature, Date.now()),
        { reason: 'InvalidInput' },
        String(signature),
      );
    }
    assert.ok(billing.verify(Buffer.from(body), sign(body, now - 290), Date.now()));
    assert.ok(billing.verify(Buffer.from(body), sign(body, now + 290), Date.now()));
  });

  it('pages, statuses and customers', async () => {
    for (let n = 0; n < 12; n += 1) await world.checkout({ plan: 'pro' });
    const all: string[] = [];
    for await (const one of client.subscriptions.list({ status: 'all', limit: 5 }))
      all.push(one.id);
    assert.equal(new Set(all).size, 13);
    const ours: string[] = [];
    for await (const one of billing.allSubscriptions()) ours.push(one.id);
    assert.deepEqual(ours, all);
    const [first] = await billing.subscriptionIdsOf(
      (await client.subscriptions.retrieve(ours[0] ?? '')).customer as string,
    );
    assert.equal(first, ours[0]);
  });

  it('cancels now and at the period’s end, by the world’s clock', async () => {
    const now = await world.checkout({ plan: 'starter' });
    await client.subscriptions.cancel(now.subscription);
    const ended = await billing.subscription(now.subscription);
    assert.deepEqual([ended?.status, typeof ended?.endedAt], ['canceled', 'number']);
    const later = await world.checkout({ plan: 'starter' });
    await client.subscriptions.update(later.subscription, { cancel_at_period_end: true });
    assert.deepEqual(
      [
        (await billing.subscription(later.subscription))?.status,
        (await billing.subscription(later.subscription))?.cancelAtPeriodEnd,
      ],
      ['active', true],
    );
    clock.advance(31 * 86_400);
    assert.equal((await billing.subscription(later.subscription))?.status, 'canceled');
  });

  it('an unknown subscription is null; a wrong key, an outage and a cut line are failures', async () => {
    assert.equal(await billing.subscription('sub_nope'), null);
    const stranger = createBilling({
      secretKey: 'sk_test_other',
      webhookSecrets: [],
      apiBase: api.url,
    });
    await assert.rejects(stranger.subscription('sub_nope'), {
      reason: 'Unauthorized',
      scope: 'fleet',
    });
    faults.add({ api: 'stripe', kind: 'status', status: 500, times: 3 });
    await assert.rejects(billing.subscription('sub_nope'), { reason: 'ProviderOutage' });
  });

  it('refunds the last invoice once, however often it is asked', async () => {
    const { subscription } = await world.checkout({ plan: 'starter' });
    const purpose = { agent: idNo(1), revision: 1, purpose: 'refund' };
    const made = await refundLast(billing, subscription, purpose);
    assert.deepEqual(await refundLast(billing, subscription, purpose), made);
    assert.deepEqual(
      [...world.objects.refunds.values()].map((one) => one['amount']),
      [1900],
    );
  });

  it('another body under the same idempotency key is an error; the same gets the same answer', async () => {
    const { subscription } = await world.checkout({ plan: 'starter' });
    const update = (note: string) =>
      client.subscriptions.update(subscription, { metadata: { note } }, { idempotencyKey: 'k1' });
    const first = await update('a');
    assert.deepEqual((await update('a')).metadata, first.metadata);
    await assert.rejects(update('b'), /idempotent requests/);
  });

  it('an event that was not acknowledged is delivered again', async () => {
    await delivered();
    answerWith = 503;
    const { subscription } = await world.checkout({ plan: 'starter' });
    const tries = () =>
      world.deliveries.log.filter((one) => one.type === 'customer.subscription.created').slice(-2);
    await until(() => tries().at(-1)?.status === 503);
    answerWith = 200;
    clock.advance(10);
    await until(() => tries().at(-1)?.status === 200);
    assert.equal(tries()[0]?.event, tries()[1]?.event);
    assert.equal(
      received.filter(
        ({ body }) =>
          body.includes(`"id": "${subscription}"`) && body.includes('subscription.created'),
      ).length,
      2,
    );
  });
});

async function until(isSo: () => boolean): Promise<void> {
  for (let turns = 0; turns < 20_000 && !isSo(); turns += 1)
    await new Promise((resolve) => setImmediate(resolve));
  assert.ok(isSo());
}
