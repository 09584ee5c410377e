/** A refund that a bank returns after it was made, from the alarm to its end. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Customer, type FleetPorts, policyText, toolsHere } from '../contract/fleet-world.ts';
import { refundLast } from '../support/refund-last.ts';
import { type Desk, openDesk } from './desk.ts';
import { openRunbook } from './runbook.ts';

const skip = toolsHere() === null && 'terraform: the tools are not set up (`npm run setup`)';
const hour = 3600;

describe('a refund that failed', { skip }, () => {
  let desk: Desk;
  let ports: FleetPorts;
  let customer: Customer;
  before(async () => {
    desk = await openDesk({ seed: 62, rate: 60, policy: policyText });
    assert.equal((await desk.verb('aura init')).code, 0);
    ports = await desk.open();
    [customer] = (await desk.running(ports, 1)) as [Customer];
  });
  after(() => desk?.close());

  const raised = async () => (await desk.alarms()).includes('RefundFailed');
  /** An operator's credit note, as the dashboard makes it. */
  async function creditNote(invoice: string, amount: number): Promise<void> {
    const answer = await fetch(`${desk.env['STRIPE_API_BASE']}/v1/credit_notes`, {
      method: 'POST',
      headers: { authorization: `Bearer ${desk.env['STRIPE_SECRET_KEY']}` },
      body: new URLSearchParams({ invoice, out_of_band_amount: String(amount) }),
    });
    assert.ok(answer.ok, await answer.text());
  }

  test('refund failed', async () => {
    const book = openRunbook('refund-failed.md');
    const { stripe } = desk.cloud.world;
    const at = new Date(desk.cloud.world.clock.now()).toISOString();
    const tombstone = `  retired: {at: "${at}", by: customer, reason: over}\n`;
    await desk.edit(desk.fileOf(customer), (text) => text + tombstone, 'Canceled');
    await desk.reconciled();
    desk.advance(2 * hour);
    for (let runs = 0; runs < 2; runs += 1) await desk.reconciled();
    const [refund] = [...stripe.objects.refunds.values()];
    assert.ok(refund !== undefined);
    assert.equal(await raised(), false);

    stripe.failRefund(refund.id, 'expired_or_canceled_card');
    for (let runs = 0; runs < 2; runs += 1) await desk.reconciled();
    assert.ok(await raised());
    const looked = await desk.follow(book, 'aura status AGENT', { AGENT: customer.id });
    assert.match(looked.stdout, /RefundFailed.*expired_or_canceled_card/);
    assert.equal(stripe.objects.refunds.size, 1, 'it is not repeated');

    book.says('let Stripe know with a credit note on the invoice');
    const invoice = (await ports.billing.lastInvoice(customer.subscription)) ?? '';
    await creditNote(invoice, refund.amount);
    await desk.reconciled();
    assert.equal(await raised(), false);
    const purpose = { agent: customer.id, revision: 1, purpose: 'customer-refund' };
    assert.deepEqual(await refundLast(ports.billing, customer.subscription, purpose), [refund.id]);
    book.finish();
  });
});
