/** A customer's cancellation whose refund Stripe refuses, from the alarm to its end. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Customer, type FleetPorts, policyText, toolsHere } from '../contract/fleet-world.ts';
import { type Desk, openDesk } from './desk.ts';
import { openRunbook } from './runbook.ts';

const skip = toolsHere() === null && 'terraform: the tools are not set up (`npm run setup`)';
const hour = 3600;

describe('what Stripe refuses', { skip }, () => {
  let desk: Desk;
  let ports: FleetPorts;
  let customers: readonly Customer[] = [];
  before(async () => {
    desk = await openDesk({ seed: 61, rate: 60, policy: policyText });
    assert.equal((await desk.verb('aura init')).code, 0);
    ports = await desk.open();
    customers = await desk.running(ports, 2);
  });
  after(() => desk?.close());

  const raised = async () => (await desk.alarms()).includes('StripeRefuses');
  const tombstone = (by: string) =>
    `  retired: {at: "${new Date(desk.cloud.world.clock.now()).toISOString()}", by: ${by}, reason: over}\n`;
  async function runs(count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) await desk.reconciled();
  }

  test('stripe refuses', async () => {
    const book = openRunbook('stripe-refuses.md');
    const [one, other] = customers;
    assert.ok(one !== undefined && other !== undefined);
    const { stripe } = desk.cloud.world;
    const reason = 'fraudulent' as const;
    const [first, second] = [one, other].map(({ subscription }) =>
      stripe.disputeLastPayment({ subscription, reason }),
    );
    assert.ok(first !== undefined && second !== undefined);
    for (const customer of [one, other])
      await desk.edit(desk.fileOf(customer), (text) => text + tombstone('customer'), 'Canceled');
    await runs(1);
    desk.advance(2 * hour);
    await runs(3);
    assert.ok(await raised());
    const looked = await desk.follow(book, 'aura status AGENT', { AGENT: one.id });
    assert.match(looked.stdout, /StripeRefuses.*has been charged back/);

    book.says('A lost dispute counts as refunded.');
    stripe.closeDispute(first.id, 'lost');
    book.says("set `by: person` in the agent's file");
    await desk.edit(
      desk.fileOf(other),
      (text) => text.replace('by: customer', 'by: person'),
      'Nothing is to be refunded',
    );
    desk.advance(25 * hour);
    await runs(2);
    assert.ok(!(await raised()));
    await desk.follow(book, 'aura doctor');
    await desk.verb('aura resync');
    await runs(2);
    await desk.pull();
    const left = await desk.shell(
      `ls ${desk.fileOf(one)} ${desk.fileOf(other)} 2>/dev/null || true`,
    );
    assert.equal(left.stdout, '', 'both files have gone');
    book.finish();
  });
});
