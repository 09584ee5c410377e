/** Runbooks about disagreements with Terraform and Stripe: each is followed to its end. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { agentStateKey } from '../../reconciler/core/fleet/observed.ts';
import { type Customer, type FleetPorts, policyText, toolsHere } from '../contract/fleet-world.ts';
import { type Desk, openDesk } from './desk.ts';
import { openRunbook } from './runbook.ts';

const skip = toolsHere() === null && 'terraform: the tools are not set up (`npm run setup`)';
/** The deep check takes every agent at each run. */
const policy = policyText.replace(/^deepCheck: .*\n/m, 'deepCheck: {agentsPerRun: 10}\n');

describe('runbooks about doubts', { skip }, () => {
  let desk: Desk;
  let ports: FleetPorts;
  let customers: readonly Customer[] = [];
  const customer = (n: number) => customers[n] ?? assert.fail('no such customer');

  before(async () => {
    desk = await openDesk({ seed: 59, rate: 60, policy });
    assert.equal((await desk.verb('aura init')).code, 0);
    ports = await desk.open();
    customers = await desk.running(ports, 2);
  });
  after(() => desk?.close());

  const raised = async (kind: string) => (await desk.alarms()).includes(kind);

  test('the deep check disagrees', async () => {
    const book = openRunbook('deep-check-disagrees.md');
    const one = customer(0);
    const names = { AGENT: one.id };
    const { id } = desk.server(one);
    const status = async () => (await desk.follow(book, 'aura status AGENT', names)).stdout;

    book.row('`backups is true, the state remembers false`');
    await desk.hetzner('POST', `/servers/${id}/actions/enable_backup`, {});
    // A server that was just created is not checked.
    desk.advance(20 * 60);
    await desk.reconciled();
    assert.ok(await raised('DeepCheckDisagrees'));
    assert.match(await status(), /DeepCheck.*backups is true, the state remembers false/);
    book.says('change it back at Hetzner');
    await desk.hetzner('POST', `/servers/${id}/actions/disable_backup`, {});
    await desk.reconciled();
    assert.ok(!(await raised('DeepCheckDisagrees')));

    book.row('`the state remembers no server`');
    const key = agentStateKey('aura', one.id);
    const state = JSON.parse(await desk.object('GET', key)) as { resources: unknown[] };
    await desk.object('PUT', key, JSON.stringify({ ...state, resources: [] }));
    await desk.reconciled();
    assert.ok(await raised('DeepCheckDisagrees'));
    assert.match(await status(), /the state remembers no server/);
    assert.match((await desk.follow(book, 'aura state AGENT', names)).stdout, /holds no server/);
    assert.equal((await desk.follow(book, 'aura state AGENT --rebuild', names)).code, 0);
    await desk.reconciled();
    assert.ok(!(await raised('DeepCheckDisagrees')));

    book.row('`… is no Terraform state: …`');
    await desk.object('PUT', key, 'garbage');
    await desk.reconciled();
    assert.ok(await raised('DeepCheckDisagrees'));
    assert.match(await status(), /is no Terraform state: it is not JSON/);
    assert.equal((await desk.follow(book, 'aura state AGENT --rebuild', names)).code, 0);
    await desk.reconciled();
    assert.ok(!(await raised('DeepCheckDisagrees')));
    const contract = 'test/contract/deep-check.test.ts';
    for (const row of ['`name is …, the listing says …`', '`the state remembers server …'])
      book.elsewhere(row, contract);
    book.finish();
  });

  test('Stripe refuses to end what a customer canceled', async () => {
    const book = openRunbook('stripe-refuses.md');
    const one = customer(1);
    desk.cloud.world.control.dispute({ subscription: one.subscription, reason: 'fraudulent' });
    assert.equal((await desk.verb(`aura cancel ${one.id}`)).code, 0);
    await desk.reconciled();
    desk.advance(2 * 3600);
    await desk.reconciled();
    await desk.reconciled();
    assert.ok(await raised('StripeRefuses'));
    const status = await desk.follow(book, 'aura status AGENT', { AGENT: one.id });
    assert.match(status.stdout, /Billing.*StripeRefuses/);
    const looked = await desk.follow(book, 'aura doctor');
    assert.match(looked.stdout, /ok {6}Stripe/);
    book.says("make the tombstone your own: set `by: person` in the agent's file");
    await desk.edit(desk.fileOf(one), (text) => text.replace('by: customer', 'by: person'));
    await desk.reconciled();
    assert.ok(!(await raised('StripeRefuses')));
    book.finish();
  });
});
