/** Subscriptions with several items, periods, payments or charges, and rare shapes. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import Stripe from 'stripe';
import { createBilling } from '../../reconciler/adapters/stripe/billing.ts';
import { planOf } from '../../reconciler/core/billing/purchase.ts';
import { ignoredOf } from '../../reconciler/flows/intake/events.ts';
import { catalogOf, idNo } from '../builders/world.ts';
import {
  customerWith,
  daySeconds,
  priceOf,
  type Started,
  secretKey,
  startMs,
  startStripe,
  webhookSecret,
} from '../local-cloud/stripe/stripe-world.ts';
import { refundLast } from '../support/refund-last.ts';

let stripe: Started;
let client: Stripe;
let billing: ReturnType<typeof createBilling>;
before(async () => {
  stripe = await startStripe();
  ({ client } = stripe);
  billing = createBilling({ secretKey, webhookSecrets: [webhookSecret], apiBase: stripe.url });
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
async function create(prices: readonly string[], customer?: string) {
  const items = prices.map((price) => ({ price }));
  return client.subscriptions.create({ customer: customer ?? (await customerWith(client)), items });
}

it('a subscription with eleven items: the plan on page two is found by every reading', async () => {
  const others = await Promise.all(Array.from({ length: 10 }, () => addOn(100, 'month')));
  const { id } = await create([...others, await priceOf(client, 'starter')]);
  const listed = [];
  for await (const one of billing.allSubscriptions())
    if (one.id === id && !('unread' in one)) listed.push(one);
  const readings = [await billing.subscription(id), ...listed];
  assert.equal(readings.length, 2);
  for (const one of readings) {
    assert.equal(one?.items.length, 11);
    assert.deepEqual(one && planOf(catalogOf(), one), { ok: true, plan: 'starter' });
  }
});

it('a subscription with an unknown value is listed as unread, and ends no listing', async () => {
  const [{ id }, { id: fine }] = [
    await create([await addOn(100, 'month')]),
    await create([await addOn(100, 'month')]),
  ];
  const { subscriptions } = stripe.world.objects;
  const before = subscriptions.get(id);
  assert.ok(before !== undefined);
  subscriptions.put({ ...before, status: 'hibernating' as 'active' });
  const listed = new Map<string, boolean>();
  for await (const one of billing.allSubscriptions()) listed.set(one.id, 'unread' in one);
  assert.deepEqual([listed.get(id), listed.get(fine)], [true, false]);
  await assert.rejects(billing.subscription(id), {
    reason: 'UnexpectedAnswer',
    scope: 'agent',
    errorClass: 'stalled',
    message: /unknown status hibernating/,
  });
  subscriptions.put(before);
});

describe('the refund of the unused part', () => {
  const purpose = { agent: idNo(1), revision: 1, purpose: 'customer-refund' };
  let refunds: number[];
  let refundsBefore: number;
  const refunded = async () => {
    const all = await client.refunds.list({ limit: 100 });
    refunds = all.data.slice(0, all.data.length - refundsBefore).map(({ amount }) => amount);
    return refunds.reverse();
  };
  let runs = 0;
  const asked = () => {
    runs += 1;
    return { ...purpose, revision: runs };
  };
  before(() => {
    // From 10 April 2028 a month has 30 days and a year 365.
    stripe.clock.advance((Date.UTC(2028, 3, 10) - startMs) / 1000);
  });
  beforeEach(async () => {
    refundsBefore = (await client.refunds.list({ limit: 100 })).data.length;
  });
  const now = () => stripe.world.objects.now();

  it('counts each item for its own period', async () => {
    const { id } = await create([await addOn(1900, 'month'), await addOn(12_000, 'year')]);
    const since = now() + 15 * daySeconds;
    const one = asked();
    const made = await refundLast(billing, id, one, since);
    assert.deepEqual(await refunded(), [12_457]);
    assert.deepEqual(await refundLast(billing, id, one, since), made);
    assert.deepEqual(await refunded(), [12_457]);
  });

  it('of a later month concerns what that month was paid for', async () => {
    const { id } = await create([await addOn(1900, 'month'), await addOn(12_000, 'year')]);
    stripe.clock.advance(30 * daySeconds);
    await client.subscriptions.retrieve(id);
    stripe.clock.advance(3600);
    assert.equal((await refundLast(billing, id, asked(), now())).length, 1);
    const [amount] = await refunded();
    assert.ok((amount ?? 0) > 1800 && (amount ?? 0) <= 1900, String(amount));
  });

  it('reads the invoice to its end', async () => {
    const others = await Promise.all(Array.from({ length: 11 }, () => addOn(100, 'month')));
    const { id } = await create([...others, await addOn(36_500, 'year')]);
    const at = new Date(now() * 1000);
    const month = Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0);
    const days = new Date(month).getUTCDate();
    const since = now() + 10 * daySeconds;
    assert.equal((await refundLast(billing, id, asked(), since)).length, 1);
    assert.deepEqual(await refunded(), [Math.round((1100 * (days - 10)) / days + 35_500)]);
  });
  it('is made from the payments that succeeded, in parts, after one that was canceled', async () => {
    const { id, latest_invoice } = await create([await addOn(5000, 'month')]);
    const { objects } = stripe.world;
    const invoice = objects.invoices.get(String(latest_invoice));
    const [whole] = [...objects.invoicePayments.values()].filter(
      (one) => one.invoice === invoice?.id,
    );
    assert.ok(invoice !== undefined && whole !== undefined);
    // Half of it was paid by another intent before, and a later attempt was canceled.
    const other = await create([await addOn(2000, 'month')]);
    const otherInvoice = objects.invoices.get(String(other.latest_invoice));
    const intent = otherInvoice?.payment_intent ?? '';
    objects.invoicePayments.put({ ...whole, amount_requested: 3000, amount_paid: 3000 });
    objects.invoicePayments.put({
      ...whole,
      id: 'inpay_second',
      payment_intent: intent,
      amount_requested: 2000,
      amount_paid: 2000,
    });
    objects.invoicePayments.put({
      ...whole,
      id: 'inpay_canceled',
      payment_intent: 'pi_canceled',
      status: 'canceled',
      amount_paid: null,
    });
    const one = asked();
    const made = await refundLast(billing, id, one);
    assert.deepEqual(await refunded(), [3000, 2000]);
    assert.deepEqual(await refundLast(billing, id, one), made);
    assert.deepEqual(await refunded(), [3000, 2000]);
  });

  it('of a disputed payment is refused for good, until the dispute is over', async () => {
    const { id } = await create([await addOn(5000, 'month')]);
    const dispute = stripe.world.disputeLastPayment({ subscription: id, reason: 'fraudulent' });
    const one = asked();
    const refused = { reason: 'InvalidInput', errorClass: 'stalled', scope: 'agent' };
    await assert.rejects(refundLast(billing, id, one), refused);
    stripe.world.closeDispute(dispute.id, 'lost');
    assert.deepEqual(await refundLast(billing, id, one), []);
  });

  it('counts a lost dispute as refunded', async () => {
    const { id } = await create([await addOn(5000, 'month')]);
    const dispute = stripe.world.disputeLastPayment({ subscription: id, reason: 'fraudulent' });
    stripe.world.closeDispute(dispute.id, 'lost');
    assert.deepEqual(await refundLast(billing, id, asked()), []);
    assert.deepEqual(await refunded(), []);
  });
});

it('a dispute is found however many payments came after it', async () => {
  const customer = await customerWith(client);
  const { id } = await create([await addOn(500, 'month')], customer);
  const { id: dispute } = stripe.world.disputeLastPayment({
    subscription: id,
    reason: 'fraudulent',
  });
  const { charges } = stripe.world.objects;
  const [first] = [...charges.values()].filter((one) => one.customer === customer);
  assert.ok(first !== undefined);
  for (let n = 0; n < 120; n += 1)
    charges.put({ ...first, id: `ch_later${n}`, created: first.created + n + 1, disputed: false });
  assert.deepEqual(await billing.reportsOn(customer), ['dispute']);
  stripe.world.closeDispute(dispute, 'won');
  assert.deepEqual(await billing.reportsOn(customer), []);
});

it('a fraud warning is reported until a dispute or a refund follows it', async () => {
  const bought = async () => {
    const customer = await customerWith(client);
    const { id } = await create([await addOn(500, 'month')], customer);
    const warning = stripe.world.warnOfLastPayment({ subscription: id, fraudType: 'misc' });
    assert.deepEqual(await billing.reportsOn(customer), ['fraudWarning']);
    return { customer, subscription: id, charge: warning.charge };
  };
  const [refunded, disputed] = [await bought(), await bought()];
  await client.refunds.create({ charge: refunded.charge });
  assert.deepEqual(await billing.reportsOn(refunded.customer), []);
  const { subscription } = disputed;
  stripe.world.disputeLastPayment({ subscription, reason: 'fraudulent' });
  assert.deepEqual(await billing.reportsOn(disputed.customer), ['dispute']);
});

it('only a plain address of a customer gets mail', async () => {
  const addressOf = async (email: string) => {
    const { id } = await client.customers.create({ email });
    return billing.customerEmail(id);
  };
  assert.equal(await addressOf('ada.lovelace+aura@example.com'), 'ada.lovelace+aura@example.com');
  for (const odd of [
    'ada@example.com, ben@example.com',
    'ada@example.com\r\nBcc: ben@example.com',
    'Ada <ada@example.com>',
    '"ada@x"@example.com',
    'ada',
    `${'a'.repeat(65)}@example.com`,
  ])
    assert.equal(await addressOf(odd), null, odd);
  const { id: none } = await client.customers.create({});
  assert.equal(await billing.customerEmail(none), null);
  const { id: gone } = await client.customers.create({ email: 'ada@example.com' });
  await client.customers.del(gone);
  assert.equal(await billing.customerEmail(gone), null);
});

describe('a delivery with a valid signature', () => {
  const delivered = (body: unknown) => {
    const payload = typeof body === 'string' ? body : JSON.stringify(body);
    const timestamp = Math.floor(Date.now() / 1000);
    const secret = webhookSecret;
    const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
    return billing.verify(Buffer.from(payload), signature, Date.now());
  };
  const snapshot = {
    id: 'evt_1Test',
    object: 'event',
    type: 'customer.subscription.updated',
    created: 1_795_000_000,
    data: { object: { id: 'sub_1', object: 'subscription' } },
  };
  const thin = {
    id: 'evt_test_65S',
    object: 'v2.core.event',
    type: 'v1.customer.subscription.updated',
    livemode: false,
    created: '2026-11-22T12:00:00.000Z',
    related_object: { id: 'sub_1', type: 'subscription', url: '/v1/subscriptions/sub_1' },
  };

  it('and thin is ignored, with that reason', () => {
    for (const type of [thin.type, 'v2.core.account.updated', 'core.something']) {
      const event = delivered({ ...thin, type });
      const ignored = ignoredOf(event);
      assert.equal(ignored?.reason, 'ThinEvent', type);
      assert.match(ignored?.message ?? '', /thin event.*snapshot/);
    }
  });

  it('and of an unknown shape is not reported as a forgery', () => {
    for (const [body, message] of [
      ['no json', 'the body is not JSON'],
      [{ id: 'evt_1' }, 'the body is not a Stripe event'],
      [{ ...thin, id: 7 }, 'the body is not a Stripe event'],
      ['null', 'the body is not a Stripe event'],
      // B8: an id goes into commits, and has a shape.
      [{ ...thin, id: 'evt_1\nAura-Request: forged' }, 'the body is not a Stripe event'],
      [{ ...snapshot, id: 'evt_../../x' }, 'the body is not a Stripe event'],
      [{ ...snapshot, id: `evt_${'x'.repeat(300)}` }, 'the body is not a Stripe event'],
    ] as const)
      assert.throws(() => delivered(body), { reason: 'InvalidInput', message });
    assert.equal(delivered(snapshot).id, snapshot.id);
  });

  it('is distinguished from one that is not', () => {
    const body = Buffer.from(JSON.stringify(thin));
    const signature = `t=${Math.floor(Date.now() / 1000)},v1=${'0'.repeat(64)}`;
    assert.throws(() => billing.verify(body, signature, Date.now()), {
      reason: 'InvalidInput',
      message: 'the signature is not valid',
    });
  });
});
