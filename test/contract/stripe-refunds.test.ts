/** Refunds once for a purpose, whatever Stripe, a bank or a person did before. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type Stripe from 'stripe';
import { createBilling } from '../../reconciler/adapters/stripe/billing.ts';
import { idNo } from '../builders/world.ts';
import {
  customerWith,
  priceOf,
  type Started,
  secretKey,
  startStripe,
} from '../local-cloud/stripe/stripe-world.ts';
import { refundLast } from '../support/refund-last.ts';

let stripe: Started;
let client: Stripe;
let billing: ReturnType<typeof createBilling>;
before(async () => {
  stripe = await startStripe();
  ({ client } = stripe);
  billing = createBilling({ secretKey, webhookSecrets: [], apiBase: stripe.url });
});
after(() => stripe.close());

let revision = 0;
const hour = 3600;
const asked = () => {
  revision += 1;
  return { agent: idNo(1), revision, purpose: 'gave-up-refund' };
};
async function bought(card = 'pm_card_visa', fields: object = {}) {
  const customer = await customerWith(client, card);
  const items = [{ price: await priceOf(client, 'starter') }];
  const { id, latest_invoice } = await client.subscriptions.create({ customer, items, ...fields });
  return { id, invoice: String(latest_invoice) };
}
const stateOf = async (invoice: string, purpose: ReturnType<typeof asked>) =>
  (await billing.refundInvoice(invoice, purpose)).map(({ state, amount }) => [state, amount]);

describe('a refund', () => {
  it('is not repeated once its idempotency key has expired', async () => {
    const { invoice } = await bought();
    const purpose = asked();
    const half = stripe.world.objects.now() + 15 * 24 * hour;
    const first = await billing.refundInvoice(invoice, purpose, half);
    stripe.clock.advance(25 * hour);
    assert.deepEqual(await billing.refundInvoice(invoice, purpose, half), first);
    assert.deepEqual(await billing.refundInvoice(invoice, purpose), first);
    assert.equal(await billing.returnedSince(invoice, 0), first[0]?.amount);
  });

  it('whose answer was lost is found', async () => {
    const { invoice } = await bought();
    const purpose = asked();
    const lost = { api: 'stripe', kind: 'timeoutAfter', ms: 1, method: 'POST', times: 3 } as const;
    stripe.faults.add({ ...lost, path: '/v1/refunds' });
    const outcome = billing.refundInvoice(invoice, purpose);
    await assert.rejects(outcome, { reason: 'NetworkUnreachable' });
    assert.deepEqual(await stateOf(invoice, purpose), [['succeeded', 1900]]);
  });

  it('that its bank returned is reported, and not made again', async () => {
    const { invoice } = await bought('pm_card_refundFail');
    const purpose = asked();
    const since = stripe.world.objects.now();
    assert.deepEqual(await stateOf(invoice, purpose), [['succeeded', 1900]]);
    stripe.clock.advance(hour);
    const [failed] = await billing.refundInvoice(invoice, purpose);
    assert.deepEqual([failed?.state, failed?.reason], ['failed', 'expired_or_canceled_card']);
    const shown = (await billing.refundsSince(since)).find(({ id }) => id === failed?.id);
    assert.equal(shown?.state, 'failed');
    assert.equal(await billing.returnedSince(invoice, since), 0);
    await client.creditNotes.create({ invoice, out_of_band_amount: 1900 });
    assert.equal(await billing.returnedSince(invoice, since), 1900);
  });

  it('that is pending counts as made', async () => {
    const { invoice } = await bought('pm_card_pendingRefund');
    const purpose = asked();
    assert.deepEqual(await stateOf(invoice, purpose), [['pending', 1900]]);
    stripe.clock.advance(hour);
    assert.deepEqual(await stateOf(invoice, purpose), [['succeeded', 1900]]);
  });

  it('is of what a person has not given back by refunds and credit notes', async () => {
    const { invoice } = await bought();
    const [payment] = (await client.invoicePayments.list({ invoice })).data;
    const payment_intent = String(payment?.payment.payment_intent);
    await client.refunds.create({ payment_intent, amount: 400 });
    await client.creditNotes.create({ invoice, credit_amount: 300, refund_amount: 200 });
    const { id } = await client.creditNotes.create({ invoice, out_of_band_amount: 100 });
    assert.deepEqual(await stateOf(invoice, asked()), [['succeeded', 900]]);
    await client.creditNotes.voidCreditNote(id);
    assert.deepEqual(await stateOf(invoice, asked()), [['succeeded', 100]]);
    assert.deepEqual(await billing.refundInvoice(invoice, asked()), []);
  });

  it('is none for a trial, a free plan, and an invoice that is not paid', async () => {
    const trial = await bought('pm_card_visa', { trial_period_days: 14 });
    assert.deepEqual(await refundLast(billing, trial.id, asked()), []);
    const unpaid = await bought('pm_card_chargeCustomerFail');
    assert.deepEqual(await refundLast(billing, unpaid.id, asked()), []);
  });
});

describe('a paused collection', () => {
  const purpose = { agent: idNo(2), revision: 1, purpose: 'gave-up-pause' };
  const resume = { ...purpose, purpose: 'resume-collection' };
  const pausedAs = async (id: string) => (await billing.subscription(id))?.pausedCollection;

  it('keeps the access, charges nothing, and is resumed', async () => {
    const { id } = await bought();
    await billing.pauseCollection(id, purpose);
    await billing.pauseCollection(id, purpose);
    assert.equal(await pausedAs(id), 'mark_uncollectible');
    const { customer } = stripe.world.objects.subscriptions.get(id) ?? {};
    const charged = async () =>
      (await client.charges.list({ customer: customer ?? '' })).data.length;
    assert.equal(await charged(), 1);
    stripe.clock.advance(35 * 24 * hour);
    assert.equal((await billing.subscription(id))?.status, 'active');
    assert.equal(await charged(), 1);
    await billing.resumeCollection(id, resume);
    assert.equal(await pausedAs(id), null);
    await billing.resumeCollection(id, resume);
  });

  it('of a person is left alone, and so is an ended subscription', async () => {
    const { id } = await bought();
    await client.subscriptions.update(id, { pause_collection: { behavior: 'void' } });
    await billing.pauseCollection(id, purpose);
    await billing.resumeCollection(id, resume);
    assert.equal(await pausedAs(id), 'void');
    await client.subscriptions.cancel(id);
    await billing.pauseCollection(id, purpose);
    await billing.resumeCollection(id, resume);
  });

  it('that a repeated key did not set is a failure, tried again later', async () => {
    const { id } = await bought();
    const own = { ...purpose, revision: 7 };
    await billing.pauseCollection(id, own);
    await client.subscriptions.update(id, { pause_collection: '' });
    await assert.rejects(billing.pauseCollection(id, own), { reason: 'Conflict' });
    stripe.clock.advance(25 * hour);
    await billing.pauseCollection(id, own);
    assert.equal(await pausedAs(id), 'mark_uncollectible');
  });
});
