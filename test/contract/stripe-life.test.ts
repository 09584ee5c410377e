/**
 * A subscription's whole life by Stripe's own package against the local cloud, with its webhooks
 * verified by `constructEvent`, and every exchange checked against Stripe's OpenAPI document.
 */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type Stripe from 'stripe';
import {
  customerWith,
  daySeconds,
  priceOf,
  type Started,
  startStripe,
} from '../local-cloud/stripe/stripe-world.ts';
import { clientTool } from '../support/clients.ts';
import { readStripeOpenapi } from '../support/stripe-openapi.ts';

const openapi = clientTool('stripeOpenapi');

describe('a subscription’s life, by the stripe package', () => {
  let stripe: Started;
  let client: Stripe;
  let starter = '';
  let pro = '';
  let secret = '';
  const received: { body: Buffer; signature: string }[] = [];
  const receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({
        body: Buffer.concat(chunks),
        signature: String(request.headers['stripe-signature']),
      });
      response.writeHead(200).end();
    });
  });

  before(async () => {
    stripe = await startStripe();
    ({ client } = stripe);
    [starter, pro] = [await priceOf(client, 'starter'), await priceOf(client, 'pro')];
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    await client.webhookEndpoints.create({
      url: 'http://127.0.0.1:9/',
      enabled_events: ['topup.failed'],
    });
    const endpoint = await client.webhookEndpoints.create({
      url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`,
      enabled_events: ['*'],
      api_version: '2026-10-28.endive',
    });
    secret = endpoint.secret ?? '';
  });
  after(async () => {
    receiver.close();
    receiver.closeAllConnections();
    await stripe?.close();
  });

  /** The deliveries since the last call, in the order of the events, each verified. */
  async function delivered(): Promise<readonly Stripe.Event[]> {
    const all = stripe.world.objects.events;
    await until(() => [...all.values()].every(({ id }) => all.size > 0 && wasReceived(id)));
    const events = received
      .splice(0)
      .map(({ body, signature }) => client.webhooks.constructEvent(body, signature, secret));
    for (const { id } of events) seen.add(id);
    const order = [...all.values()].map(({ id }) => id);
    return events.sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
  }
  const seen = new Set<string>();
  const wasReceived = (id: string) =>
    seen.has(id) || received.some(({ body }) => body.includes(`"id": "${id}"`));
  const typesOf = (events: readonly Stripe.Event[]) => events.map(({ type }) => type);

  let customer = '';
  let id = '';
  it('is sold by a checkout session that a customer completes', async () => {
    const session = await client.checkout.sessions.create({
      mode: 'subscription',
      line_items: [{ price: starter, quantity: 1 }],
      success_url: 'https://example.com/thanks',
      subscription_data: { metadata: { region: 'us-east' } },
    });
    assert.deepEqual([session.status, session.payment_status], ['open', 'unpaid']);
    stripe.world.completeCheckout(session.id);
    const complete = await client.checkout.sessions.retrieve(session.id, {
      expand: ['subscription.latest_invoice.payments', 'line_items', 'customer'],
    });
    const subscription = complete.subscription as Stripe.Subscription;
    assert.deepEqual(
      [complete.status, complete.payment_status, subscription.status, subscription.metadata],
      ['complete', 'paid', 'active', { region: 'us-east' }],
    );
    assert.equal(complete.line_items?.data[0]?.price?.id, starter);
    const invoice = subscription.latest_invoice as Stripe.Invoice;
    assert.deepEqual(
      [invoice.status, invoice.amount_paid, invoice.payments?.data[0]?.status],
      ['paid', 1900, 'paid'],
    );
    ({ id } = subscription);
    customer = (complete.customer as Stripe.Customer).id;
    const types = typesOf(await delivered());
    for (const type of [
      'customer.created',
      'customer.subscription.created',
      'invoice.paid',
      'invoice_payment.paid',
      'payment_intent.succeeded',
      'charge.succeeded',
      'checkout.session.completed',
    ])
      assert.ok(types.includes(type as Stripe.Event.Type), `${type} of ${String(types)}`);
  });

  it('is changed: metadata, plan and the announcement of its end, each with what was before', async () => {
    await client.subscriptions.update(id, { metadata: { note: 'a', region: '' } });
    const [noted] = await delivered();
    assert.deepEqual(noted?.data.previous_attributes, {
      metadata: { note: null, region: 'us-east' },
    });
    const one = await client.subscriptions.retrieve(id);
    assert.deepEqual(one.metadata, { note: 'a' });
    const item = one.items.data[0]?.id ?? '';
    const changed = await client.subscriptions.update(id, {
      items: [{ id: item, price: pro, quantity: 1 }],
      proration_behavior: 'create_prorations',
    });
    assert.deepEqual([changed.items.data[0]?.price.id, changed.items.data[0]?.id], [pro, item]);
    const ending = await client.subscriptions.update(id, { cancel_at_period_end: true });
    assert.deepEqual(
      [ending.status, ending.cancel_at, ending.cancellation_details?.reason],
      ['active', ending.items.data[0]?.current_period_end, 'cancellation_requested'],
    );
    const back = await client.subscriptions.update(id, { cancel_at_period_end: false });
    assert.deepEqual([back.cancel_at, back.canceled_at], [null, null]);
    await delivered();
  });

  it('is renewed at the end of the calendar month, on a draft that is finalised an hour later', async () => {
    stripe.clock.advance(28 * daySeconds);
    const one = await client.subscriptions.retrieve(id, { expand: ['latest_invoice'] });
    const draft = one.latest_invoice as Stripe.Invoice;
    assert.deepEqual([draft.status, draft.billing_reason], ['draft', 'subscription_cycle']);
    const end = one.items.data[0]?.current_period_end ?? 0;
    assert.equal(new Date(end * 1000).toISOString(), '2027-03-31T12:00:00.000Z');
    stripe.clock.advance(3600);
    const paid = await client.invoices.retrieve(draft.id);
    assert.deepEqual([paid.status, paid.amount_paid], ['paid', 3900 + 3900 - 1900]);
    assert.equal(paid.lines.data.filter((line) => line.amount < 0).length, 1);
    assert.ok(typesOf(await delivered()).includes('invoice.paid'));
  });

  it('falls behind when the card is declined, and recovers when another one pays', async () => {
    const bad = await client.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
    await client.subscriptions.update(id, { default_payment_method: bad.id });
    stripe.clock.advance(31 * daySeconds + 3600);
    const late = await client.subscriptions.retrieve(id);
    assert.equal(late.status, 'past_due');
    const invoice = await client.invoices.retrieve(late.latest_invoice as string);
    assert.deepEqual([invoice.status, invoice.attempt_count], ['open', 1]);
    assert.ok((invoice.next_payment_attempt ?? 0) > stripe.world.objects.now());
    await assert.rejects(client.invoices.pay(invoice.id), {
      type: 'StripeCardError',
      code: 'card_declined',
      decline_code: 'generic_decline',
    });
    assert.ok(typesOf(await delivered()).includes('invoice.payment_failed'));
    const good = await client.paymentMethods.attach('pm_card_visa', { customer });
    const paid = await client.invoices.pay(invoice.id, { payment_method: good.id });
    assert.equal(paid.status, 'paid');
    await client.subscriptions.update(id, { default_payment_method: good.id });
    assert.equal((await client.subscriptions.retrieve(id)).status, 'active');
    await delivered();
  });

  it('pays back in parts and in whole, and a bank may open a dispute', async () => {
    const invoices = await client.invoices.list({ subscription: id, status: 'paid' });
    const payments = await client.invoicePayments.list({ invoice: invoices.data[0]?.id ?? '' });
    const intent = payments.data[0]?.payment.payment_intent as string;
    const part = await client.refunds.create({ payment_intent: intent, amount: 900 });
    await client.refunds.create({ payment_intent: intent, reason: 'requested_by_customer' });
    await assert.rejects(client.refunds.create({ payment_intent: intent }), {
      code: 'charge_already_refunded',
    });
    const { data } = await client.refunds.list({ payment_intent: intent });
    assert.deepEqual(
      data.map(({ amount }) => amount),
      [3000, 900],
    );
    stripe.world.failRefund(part.id, 'expired_or_canceled_card');
    const charge = await client.charges.retrieve(part.charge as string, { expand: ['refunds'] });
    assert.deepEqual([charge.amount_refunded, charge.refunded], [3000, false]);
    assert.equal(charge.refunds?.data[1]?.failure_reason, 'expired_or_canceled_card');
    const dispute = stripe.world.dispute({ payment_intent: intent, reason: 'fraudulent' });
    const answered = await client.disputes.update(dispute.id, {
      evidence: { product_description: 'a virtual machine' },
    });
    assert.deepEqual([answered.status, answered.amount], ['under_review', 900]);
    await assert.rejects(client.refunds.create({ payment_intent: intent }), /charged back/);
    stripe.world.closeDispute(dispute.id, 'won');
    assert.equal((await client.disputes.list({ payment_intent: intent })).data[0]?.status, 'won');
    const types = typesOf(await delivered());
    assert.ok(types.includes('refund.failed') && types.includes('charge.dispute.closed'));
  });

  it('ends at once, and stays there', async () => {
    const ended = await client.subscriptions.cancel(id, {
      cancellation_details: { comment: 'moved', feedback: 'unused' },
      invoice_now: true,
      prorate: true,
    });
    assert.deepEqual(
      [ended.status, ended.ended_at, ended.cancellation_details?.feedback],
      ['canceled', stripe.world.objects.now(), 'unused'],
    );
    assert.equal(typesOf(await delivered()).at(-1), 'customer.subscription.deleted');
    await assert.rejects(client.subscriptions.cancel(id), { code: 'resource_missing' });
    await assert.rejects(
      client.subscriptions.update(id, { cancel_at_period_end: true }),
      /can only update its cancellation_details and metadata/,
    );
    await client.subscriptions.update(id, { metadata: { note: '' } });
    stripe.clock.advance(60 * daySeconds);
    assert.equal((await client.subscriptions.retrieve(id)).status, 'canceled');
  });

  it('ends with its customer, of whom a stub remains', async () => {
    const person = await customerWith(client);
    const { id: own } = await client.subscriptions.create({
      customer: person,
      items: [{ price: starter }],
    });
    await client.customers.del(person);
    const gone = await client.customers.retrieve(person);
    assert.deepEqual([gone.deleted, gone.id], [true, person]);
    const one = await client.subscriptions.retrieve(own, { expand: ['customer'] });
    assert.deepEqual(
      [one.status, (one.customer as Stripe.DeletedCustomer).deleted],
      ['canceled', true],
    );
    assert.ok(typesOf(await delivered()).includes('customer.deleted'));
    const { data } = await client.subscriptions.list({ customer: person, status: 'all' });
    assert.deepEqual(
      data.map((each) => each.id),
      [own],
    );
  });

  it('is reported by the events, which filters and cursors page through', async () => {
    const all: string[] = [];
    for await (const event of client.events.list({
      limit: 7,
      types: ['invoice.paid', 'customer.created'],
    }))
      all.push(event.type);
    assert.ok(all.length > 1 && all.every((type) => /invoice.paid|customer.created/.test(type)));
    const now = stripe.world.objects.now();
    const today = await client.events.list({ created: { gte: now }, delivery_success: true });
    assert.ok(today.data.length > 0 && today.data.every((event) => event.created >= now));
    const [first, second] = today.data;
    const newer = await client.events.list({ ending_before: second?.id ?? '' });
    assert.deepEqual([newer.data.length, newer.data[0]?.id, newer.has_more], [1, first?.id, false]);
  });

  it('every exchange above is as Stripe’s OpenAPI document says', {
    skip: 'skip' in openapi && openapi.skip,
  }, () => {
    if (!('path' in openapi)) return;
    const document = readStripeOpenapi(openapi.path);
    assert.ok(stripe.exchanges.length > 40, String(stripe.exchanges.length));
    const problems = new Set(stripe.exchanges.flatMap((one) => document.problems(one)));
    assert.deepEqual([...problems], []);
  });
});

async function until(isSo: () => boolean): Promise<void> {
  for (let turns = 0; turns < 20_000 && !isSo(); turns += 1)
    await new Promise((resolve) => setImmediate(resolve));
  assert.ok(isSo());
}
