/** Refunds that a bank finishes or returns later, fraud warnings, credit notes: by the package. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { clientTool } from '../../support/clients.ts';
import { readStripeOpenapi } from '../../support/stripe-openapi.ts';
import { customerWith, priceOf, type Started, startStripe } from './stripe-world.ts';

let stripe: Started;
before(async () => {
  stripe = await startStripe();
});
after(() => stripe.close());

async function paidWith(card: string): Promise<{ invoice: string; payment_intent: string }> {
  const { client } = stripe;
  const customer = await customerWith(client, card);
  const items = [{ price: await priceOf(client, 'starter') }];
  const { latest_invoice } = await client.subscriptions.create({ customer, items });
  const invoice = String(latest_invoice);
  const [payment] = (await client.invoicePayments.list({ invoice })).data;
  return { invoice, payment_intent: String(payment?.payment.payment_intent) };
}
const types = (object: string) =>
  [...stripe.world.objects.events.values()]
    .filter(({ data }) => data.object.id === object)
    .map(({ type }) => type);

describe('a refund', () => {
  for (const [card, first, last, event] of [
    ['pm_card_pendingRefund', 'pending', 'succeeded', 'refund.updated'],
    ['pm_card_refundFail', 'succeeded', 'failed', 'refund.failed'],
  ] as const) {
    it(`to ${card} is ${first}, and an hour later ${last}`, async () => {
      const { client } = stripe;
      const { payment_intent } = await paidWith(card);
      const { id, status } = await client.refunds.create({ payment_intent });
      assert.equal(status, first);
      await assert.rejects(client.refunds.create({ payment_intent }), {
        code: 'charge_already_refunded',
        statusCode: 400,
      });
      stripe.clock.advance(3600);
      const later = await client.refunds.retrieve(id);
      assert.equal(later.status, last);
      assert.ok(types(id).includes(event), types(id).join());
      const charge = await client.charges.retrieve(String(later.charge));
      assert.equal(charge.amount_refunded, last === 'failed' ? 0 : 1900);
      stripe.clock.advance(3600);
      assert.equal((await client.refunds.retrieve(id)).status, last);
    });
  }

  it('that is pending can fail', async () => {
    const { payment_intent } = await paidWith('pm_card_pendingRefund');
    const { id } = await stripe.client.refunds.create({ payment_intent, amount: 900 });
    stripe.world.failRefund(id, 'declined');
    stripe.clock.advance(7200);
    const { status, failure_reason, charge } = await stripe.client.refunds.retrieve(id);
    assert.deepEqual([status, failure_reason], ['failed', 'declined']);
    assert.equal((await stripe.client.charges.retrieve(String(charge))).amount_refunded, 0);
  });
});

describe('an early fraud warning', () => {
  const bought = async () => {
    const { subscription } = await stripe.world.checkout({ plan: 'starter' });
    return stripe.world.warnOfLastPayment({ subscription, fraudType: 'made_with_stolen_card' });
  };

  it('names a charge and its payment, and is listed by both', async () => {
    const { earlyFraudWarnings } = stripe.client.radar;
    const [one, other] = [await bought(), await bought()];
    const shown = await earlyFraudWarnings.retrieve(one.id);
    assert.deepEqual(
      [shown.actionable, shown.fraud_type, shown.charge, shown.payment_intent],
      [true, 'made_with_stolen_card', one.charge, one.payment_intent],
    );
    const { customer } = await stripe.client.charges.retrieve(one.charge);
    assert.match(String(customer), /^cus_/);
    for (const by of [{ charge: one.charge }, { payment_intent: one.payment_intent }])
      assert.deepEqual((await earlyFraudWarnings.list(by)).data, [shown]);
    const all = (await earlyFraudWarnings.list({ limit: 2 })).data.map(({ id }) => id);
    assert.deepEqual(all, [other.id, one.id]);
    await assert.rejects(earlyFraudWarnings.retrieve('issfr_none'), { code: 'resource_missing' });
    assert.deepEqual(types(one.id), ['radar.early_fraud_warning.created']);
  });

  it('is actionable until the charge is wholly refunded or disputed', async () => {
    const { client, world } = stripe;
    const actionable = async ({ id }: { id: string }) =>
      (await client.radar.earlyFraudWarnings.retrieve(id)).actionable;
    const [refunded, disputed] = [await bought(), await bought()];
    const { charge, payment_intent } = refunded;
    await client.refunds.create({ charge, amount: 900 });
    assert.equal(await actionable(refunded), true, 'in part');
    await client.refunds.create({ charge });
    world.dispute({ payment_intent: disputed.payment_intent, reason: 'fraudulent' });
    assert.deepEqual([await actionable(refunded), await actionable(disputed)], [false, false]);
    const both = ['radar.early_fraud_warning.created', 'radar.early_fraud_warning.updated'];
    assert.deepEqual([types(refunded.id), types(disputed.id)], [both, both]);
    const late = await client.refunds.list({ payment_intent, limit: 1 });
    world.failRefund(late.data[0]?.id ?? '', 'declined');
    assert.equal(await actionable(refunded), true, 'the money came back');
  });
});

describe('a credit note', () => {
  it('refunds, credits and pays elsewhere, up to what was paid and not given back', async () => {
    const { client } = stripe;
    const { invoice, payment_intent } = await paidWith('pm_card_visa');
    await client.refunds.create({ payment_intent, amount: 400 });
    const note = await client.creditNotes.create({
      invoice,
      refund_amount: 500,
      credit_amount: 300,
      out_of_band_amount: 200,
    });
    assert.deepEqual(
      [note.amount, note.post_payment_amount, note.out_of_band_amount],
      [1000, 1000, 200],
    );
    assert.equal(note.refunds[0]?.amount_refunded, 500);
    const shown = await client.invoices.retrieve(invoice);
    assert.equal(shown.post_payment_credit_notes_amount, 1000);
    assert.equal((await client.refunds.list({ payment_intent })).data.length, 2);
    await assert.rejects(client.creditNotes.create({ invoice, credit_amount: 501 }), {
      statusCode: 400,
    });
    const rest = await client.creditNotes.create({ invoice, out_of_band_amount: 500 });
    assert.equal((await client.creditNotes.voidCreditNote(rest.id)).status, 'void');
    assert.deepEqual(
      (await client.creditNotes.list({ invoice })).data.map(({ id, status }) => [id, status]),
      [
        [rest.id, 'void'],
        [note.id, 'issued'],
      ],
    );
    assert.equal((await client.creditNotes.retrieve(note.id)).invoice, invoice);
  });

  it('is made for paid invoices, of parts that are its amount', async () => {
    const { invoice } = await paidWith('pm_card_visa');
    const { client } = stripe;
    await assert.rejects(client.creditNotes.create({ invoice, amount: 10, credit_amount: 9 }), {
      message: /must equal/,
    });
    await assert.rejects(client.creditNotes.create({ invoice: 'in_none', credit_amount: 9 }), {
      code: 'resource_missing',
    });
  });
});

const openapi = clientTool('stripeOpenapi');
it('all of it matches Stripe’s OpenAPI document', {
  skip: 'skip' in openapi && openapi.skip,
}, () => {
  if (!('path' in openapi)) return;
  const document = readStripeOpenapi(openapi.path);
  assert.deepEqual([...new Set(stripe.exchanges.flatMap((one) => document.problems(one)))], []);
});
