/** Every status of a subscription and the transitions between them, by the world's clock. */
import assert from 'node:assert/strict';
import { after, afterEach, beforeEach, describe, it } from 'node:test';
import type Stripe from 'stripe';
import type { Dunning } from '../../../local-cloud/stripe/account.ts';
import { customerWith, daySeconds, priceOf, type Started, startStripe } from './stripe-world.ts';

const hour = 3600;
const failing = 'pm_card_chargeCustomerFail';

describe('a subscription in the local cloud', () => {
  let stripe: Started;
  let client: Stripe;
  let price = '';
  const open: Started[] = [];

  async function begin(dunning: Dunning = 'cancel'): Promise<void> {
    stripe = await startStripe({ dunning });
    open.push(stripe);
    ({ client } = stripe);
    price = await priceOf(client, 'starter');
  }
  beforeEach(() => begin());
  const closeAll = async () => {
    for (const one of open.splice(0)) await one.close();
  };
  afterEach(closeAll);
  after(closeAll);

  const create = async (
    card: string | null,
    more: Partial<Stripe.SubscriptionCreateParams> = {},
  ): Promise<Stripe.Subscription> =>
    client.subscriptions.create({
      customer:
        card === null ? (await client.customers.create({})).id : await customerWith(client, card),
      items: [{ price }],
      ...more,
    });
  const statusOf = async (id: string) => (await client.subscriptions.retrieve(id)).status;
  const latestOf = async (id: string) => {
    const one = await client.subscriptions.retrieve(id, { expand: ['latest_invoice'] });
    return one.latest_invoice as Stripe.Invoice;
  };
  const typesAbout = (id: string) =>
    [...stripe.world.objects.events.values()]
      .filter(({ data }) => data.object.id === id)
      .map(({ type }) => type);

  it('incomplete: becomes active once its first invoice is paid', async () => {
    const { id } = await create(failing);
    assert.equal(await statusOf(id), 'incomplete');
    const invoice = await latestOf(id);
    const method = await client.paymentMethods.create({
      type: 'card',
      card: { token: 'tok_visa' },
    });
    await client.invoices.pay(invoice.id, { payment_method: method.id });
    assert.equal(await statusOf(id), 'active');
  });

  it('incomplete: after 23 hours it has expired and its invoice is void', async () => {
    const { id } = await create(null, { payment_behavior: 'default_incomplete' });
    stripe.clock.advance(23 * hour - 1);
    assert.equal(await statusOf(id), 'incomplete');
    stripe.clock.advance(1);
    assert.equal(await statusOf(id), 'incomplete_expired');
    assert.equal((await latestOf(id)).status, 'void');
    await assert.rejects(client.subscriptions.cancel(id), { code: 'resource_missing' });
  });

  it('is refused without a card, and with a declined one where an error was requested', async () => {
    await assert.rejects(create(null), /no attached payment source/);
    const [before] = [stripe.world.objects.subscriptions.size];
    await assert.rejects(create(failing, { payment_behavior: 'error_if_incomplete' }), {
      type: 'StripeCardError',
      code: 'card_declined',
    });
    assert.equal(stripe.world.objects.subscriptions.size, before);
  });

  it('requires an action of its customer where the bank does', async () => {
    const { id } = await create('pm_card_authenticationRequired');
    assert.equal(await statusOf(id), 'incomplete');
    const [intent] = (await client.paymentIntents.list()).data;
    assert.equal(intent?.status, 'requires_action');
    assert.equal(intent?.next_action?.type, 'redirect_to_url');
  });

  it('trialing: announced three days before, then active with an invoice', async () => {
    const { id, trial_end: end, status } = await create('pm_card_visa', { trial_period_days: 7 });
    assert.deepEqual([status, end], ['trialing', stripe.world.objects.now() + 7 * daySeconds]);
    assert.equal((await latestOf(id)).amount_due, 0);
    stripe.clock.advance(4 * daySeconds);
    assert.ok(typesAbout(id).includes('customer.subscription.trial_will_end'));
    stripe.clock.advance(3 * daySeconds);
    assert.equal(await statusOf(id), 'active');
    stripe.clock.advance(hour);
    assert.equal((await latestOf(id)).amount_paid, 1900);
  });

  it('trialing without a card: paused or canceled as requested, and resumed by payment', async () => {
    const ending = (missing_payment_method: 'pause' | 'cancel') =>
      create(null, {
        trial_period_days: 1,
        trial_settings: { end_behavior: { missing_payment_method } },
      });
    const [paused, canceled] = [await ending('pause'), await ending('cancel')];
    stripe.clock.advance(daySeconds);
    assert.deepEqual(
      [await statusOf(paused.id), await statusOf(canceled.id)],
      ['paused', 'canceled'],
    );
    stripe.clock.advance(40 * daySeconds);
    assert.equal(await statusOf(paused.id), 'paused');
    const { customer } = paused;
    const method = await client.paymentMethods.attach('pm_card_visa', {
      customer: customer as string,
    });
    await client.subscriptions.update(paused.id, { default_payment_method: method.id });
    const resumed = await client.subscriptions.resume(paused.id);
    assert.equal(resumed.status, 'active');
    assert.ok(typesAbout(paused.id).includes('customer.subscription.resumed'));
    assert.ok((resumed.items.data[0]?.current_period_end ?? 0) > stripe.world.objects.now());
    await assert.rejects(client.subscriptions.resume(paused.id), /can be resumed/);
  });

  it('a trial can be ended now', async () => {
    const { id } = await create('pm_card_visa', { trial_period_days: 30 });
    const now = await client.subscriptions.update(id, { trial_end: 'now' });
    assert.equal(now.status, 'active');
  });

  for (const [dunning, wanted] of [
    ['cancel', 'canceled'],
    ['unpaid', 'unpaid'],
    ['past_due', 'past_due'],
  ] as const)
    it(`an unpaid renewal: past due, and in the end ${wanted}`, async () => {
      await closeAll();
      await begin(dunning);
      const { id, customer } = await create('pm_card_visa');
      const bad = await client.paymentMethods.attach(failing, { customer: customer as string });
      await client.subscriptions.update(id, { default_payment_method: bad.id });
      stripe.clock.advance(28 * daySeconds + hour);
      assert.equal(await statusOf(id), 'past_due');
      const person = await client.customers.retrieve(customer as string);
      assert.ok(!person.deleted && person.delinquent === true);
      for (const days of [3, 5, 7]) {
        assert.equal(await statusOf(id), 'past_due');
        stripe.clock.advance(days * daySeconds);
      }
      assert.equal(await statusOf(id), wanted);
      const one = await client.subscriptions.retrieve(id);
      assert.equal(
        one.cancellation_details?.reason,
        dunning === 'cancel' ? 'payment_failed' : null,
      );
      const invoice = await latestOf(id);
      assert.deepEqual([invoice.attempt_count, invoice.next_payment_attempt], [4, null]);
    });

  for (const [behavior, wanted] of [
    ['void', 'void'],
    ['mark_uncollectible', 'uncollectible'],
    ['keep_as_draft', 'draft'],
  ] as const)
    it(`collection paused with ${behavior}: renewals are ${wanted}, the status stays`, async () => {
      const { id } = await create('pm_card_visa');
      const resumes = stripe.world.objects.now() + 40 * daySeconds;
      await client.subscriptions.update(id, {
        pause_collection: { behavior, resumes_at: resumes },
      });
      stripe.clock.advance(28 * daySeconds + 2 * hour);
      assert.deepEqual([await statusOf(id), (await latestOf(id)).status], ['active', wanted]);
      stripe.clock.advance(12 * daySeconds);
      assert.equal((await client.subscriptions.retrieve(id)).pause_collection, null);
      await client.subscriptions.update(id, { pause_collection: { behavior } });
      await client.subscriptions.update(id, { pause_collection: '' });
      assert.equal((await client.subscriptions.retrieve(id)).pause_collection, null);
    });

  it('ends at a given time, unless that is withdrawn', async () => {
    const [one, other] = [await create('pm_card_visa'), await create('pm_card_visa')];
    const at = stripe.world.objects.now() + 5 * daySeconds;
    for (const { id } of [one, other]) await client.subscriptions.update(id, { cancel_at: at });
    await client.subscriptions.update(other.id, { cancel_at: '' });
    stripe.clock.advance(5 * daySeconds);
    const ended = await client.subscriptions.retrieve(one.id);
    assert.deepEqual([ended.status, ended.ended_at], ['canceled', at]);
    assert.equal(await statusOf(other.id), 'active');
    await assert.rejects(
      client.subscriptions.update(other.id, { cancel_at: at }),
      /must be in the future/,
    );
  });

  it('a change that must be paid first waits for it, or is dropped', async () => {
    const { id, customer, items } = await create('pm_card_visa');
    const bad = await client.paymentMethods.attach(failing, { customer: customer as string });
    await client.subscriptions.update(id, { default_payment_method: bad.id });
    const upgrade = async () =>
      client.subscriptions.update(id, {
        items: [{ id: items.data[0]?.id ?? '', price: await priceOf(client, 'pro') }],
        payment_behavior: 'pending_if_incomplete',
        proration_behavior: 'always_invoice',
      });
    const pending = await upgrade();
    assert.equal(pending.items.data[0]?.price.id, price);
    assert.ok(pending.pending_update?.subscription_items?.[0]?.price.id !== price);
    stripe.clock.advance(23 * hour);
    assert.equal((await client.subscriptions.retrieve(id)).pending_update, null);
    assert.ok(typesAbout(id).includes('customer.subscription.pending_update_expired'));
    const again = await upgrade();
    const good = await client.paymentMethods.attach('pm_card_visa', {
      customer: customer as string,
    });
    await client.invoices.pay(again.latest_invoice as string, { payment_method: good.id });
    const applied = await client.subscriptions.retrieve(id);
    assert.equal(applied.items.data[0]?.price.metadata['plan'], 'pro');
    assert.equal(applied.pending_update, null);
  });

  it('items are added, counted and removed, but never the last', async () => {
    const pro = await priceOf(client, 'pro');
    const { id } = await create('pm_card_visa');
    const two = await client.subscriptions.update(id, {
      items: [{ price: pro, quantity: 2 }],
      proration_behavior: 'none',
    });
    assert.deepEqual(
      two.items.data.map((item) => [item.price.id, item.quantity]),
      [
        [price, 1],
        [pro, 2],
      ],
    );
    const [first, second] = two.items.data;
    const one = await client.subscriptions.update(id, {
      items: [{ id: first?.id ?? '', deleted: true }],
    });
    assert.deepEqual(
      one.items.data.map((item) => item.id),
      [second?.id],
    );
    await assert.rejects(
      client.subscriptions.update(id, { items: [{ id: second?.id ?? '', deleted: true }] }),
      /at least one active plan/,
    );
    const { data } = await client.subscriptions.list({ price: pro });
    assert.equal(data.length, 1);
  });

  it('an invoice that is sent is paid elsewhere, or makes the subscription late', async () => {
    const sent = await create(null, { collection_method: 'send_invoice', days_until_due: 3 });
    assert.equal(sent.status, 'active');
    stripe.clock.advance(3 * daySeconds);
    assert.equal(await statusOf(sent.id), 'past_due');
    const paid = await client.invoices.pay(sent.latest_invoice as string, {
      paid_out_of_band: true,
    });
    assert.deepEqual([paid.status, await statusOf(sent.id)], ['paid', 'active']);
  });

  it('invoices are marked uncollectible once, and then not again', async () => {
    const { id } = await create(failing);
    const invoice = await latestOf(id);
    assert.equal((await client.invoices.markUncollectible(invoice.id)).status, 'uncollectible');
    assert.equal((await client.invoices.voidInvoice(invoice.id)).status, 'void');
    await assert.rejects(client.invoices.voidInvoice(invoice.id), /only void open/);
    await assert.rejects(client.invoices.pay(invoice.id), /no longer payable/);
  });
});
