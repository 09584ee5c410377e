/**
 * An agent that is given up, with the real verbs and Stripe's package: paused and refunded once,
 * though its processes are killed at each write, answers are lost, and two runs overlap.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type AgentRecord, readableRecords } from '../../reconciler/core/fleet/recorded.ts';
import { aura, auraJson, startAura } from '../app/cli/program.ts';
import { until } from '../support/until.ts';
import {
  type Customer,
  type FleetPorts,
  type FleetWorld,
  outcomesOf,
  policyText,
  startFleetWorld,
  toolsHere,
} from './fleet-world.ts';

const skip = toolsHere() === null && 'terraform: the tools are not set up (`npm run setup`)';
const policy = `${policyText}retries: {delays: [1m]}\n`;

describe('an agent that is given up', { skip }, () => {
  let world: FleetWorld;
  let ports: FleetPorts;
  before(async () => {
    world = await startFleetWorld({ seed: 43, rate: 60, policy });
    assert.equal((await aura(['init'], world.env)).code, 0);
    ports = await world.open();
  });
  after(() => world?.close());

  const stripe = () => world.cloud.world.stripe;
  const subscriptionOf = ({ subscription }: Customer) =>
    stripe().objects.subscriptions.get(subscription) ?? assert.fail();
  async function recordOf({ id }: Customer): Promise<AgentRecord> {
    const records = readableRecords((await ports.journal.read()).records);
    return records.find(({ name }) => name === id) ?? assert.fail();
  }

  /** All attempts are spent and the server is gone: the next run gives it up. */
  async function spent(): Promise<Customer> {
    const customer = await world.pay(ports);
    const server = () => world.servers().find(({ name }) => name === customer.id);
    const first = world.reconcile(ports);
    await until('its server is there', () => server() !== undefined);
    const fail = 'configure' as const;
    world.cloud.world.control.failHost({ server: customer.id, fail, times: 50 });
    await first;
    for (let runs = 0; runs < 4 && server() !== undefined; runs += 1) {
      world.cloud.world.clock.advance(120);
      await world.reconcile(ports);
    }
    assert.equal(server(), undefined);
    return customer;
  }

  /** Killed while Stripe works on the first write of that route, which then takes effect. */
  async function killedAt(route: string): Promise<void> {
    const { ledger } = world.cloud.world;
    const seen = () => ledger.total('stripe', (one) => one === route);
    const before = seen();
    const release = stripe().holdWrites();
    const run = startAura(['reconcile'], world.env);
    await until(
      `${route} is asked for`,
      () => seen() > before,
      () => new Promise(setImmediate),
    );
    run.kill('SIGKILL');
    await run.ended;
    release();
  }

  test('by processes that are killed at each write: each step is done once', async () => {
    const customer = await spent();
    const planned = await aura(['plan'], world.env);
    assert.match(planned.stdout, /giveUp.*its last invoice is refunded, collection is paused/);
    await killedAt('POST /v1/subscriptions/:id');
    await until('the pause took effect', () => subscriptionOf(customer).pause_collection !== null);
    await killedAt('POST /v1/refunds');
    await until('the refund took effect', () => stripe().objects.refunds.size === 1);
    world.cloud.world.clock.advance(25 * 3600);
    assert.equal((await aura(['reconcile'], world.env)).code, 0);
    const { receipts, refunds, phase } = await recordOf(customer);
    assert.deepEqual(
      [receipts, phase, refunds?.map(({ state, amount }) => [state, amount])],
      [['gave-up/1', 'paused/1', 'compensated/1'], 'failed', [['succeeded', 1900]]],
    );
    assert.equal(stripe().objects.refunds.size, 1);
    assert.equal((await aura(['plan'], world.env)).code, 0);
  });

  test('with lost answers and two runs at once: one refund', async () => {
    const customer = await spent();
    const lost = { api: 'stripe', kind: 'timeoutAfter', ms: 10, method: 'POST' } as const;
    world.cloud.world.faults.add({ ...lost, path: '/v1/refunds', times: 3 });
    const first = await world.reconcile(ports);
    assert.deepEqual(outcomesOf(first), [`${customer.id} giveUp done`]);
    assert.deepEqual(
      first.finalized.failed.map(({ about, reason }) => [about, reason]),
      [[customer.id, 'NetworkUnreachable']],
    );
    const others = [await world.open(), await world.open()];
    const both = await Promise.all(others.map((one) => world.reconcile(one)));
    assert.deepEqual(
      both.flatMap(({ finalized }) => finalized.failed),
      [],
    );
    assert.equal(stripe().objects.refunds.size, 2);
    assert.deepEqual(
      (await recordOf(customer)).refunds?.map(({ state }) => state),
      ['succeeded'],
    );
  });

  test('a retry that succeeds resumes collection, without a new charge', async () => {
    const [record] = readableRecords((await ports.journal.read()).records);
    const customer = { id: record?.name ?? '', subscription: record?.subscription ?? '' };
    const { customer: buyer } = subscriptionOf(customer as Customer);
    const charges = () =>
      [...stripe().objects.charges.values()].filter((one) => one.customer === buyer).length;
    assert.equal(charges(), 1);
    assert.equal((await auraJson(['retry', customer.id], world.env)).code, 0);
    for (let runs = 0; runs < 3; runs += 1) await world.reconcile(ports);
    assert.equal((await recordOf(customer as Customer)).phase, 'running');
    assert.equal(subscriptionOf(customer as Customer).pause_collection, null);
    assert.equal(charges(), 1);
    assert.equal((await aura(['plan'], world.env)).code, 0);
  });
});
