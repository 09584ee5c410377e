/** A customer pays after finalize or Stripe has retired the agent, with or without an event. */
import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { type Agent, agentPath } from '../../../../reconciler/core/agent/agent.ts';
import { parseAgentFile, renderAgent } from '../../../../reconciler/core/agent/agent-file.ts';
import type { BilledSubscription } from '../../../../reconciler/core/billing/billing.ts';
import { createIntake } from '../../../../reconciler/flows/intake/intake.ts';
import { resync } from '../../../../reconciler/flows/resync/resync.ts';
import { agentNo, at, attempt, idNo, subscriptionNo } from '../../../builders/world.ts';
import {
  bringUp,
  edit,
  fileText,
  isOn,
  recordOf,
  sawEnding,
  serverOf,
  writeRecord,
} from '../../../fakes/agents.ts';
import { subscription } from '../../../fakes/billing.ts';
import { leftovers } from '../../../fakes/invariants.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { endedLongAgo } from './cases.ts';
import { applyOne, dueChange, outcomeText, reconcileOnce, untilQuiet } from './reconciling.ts';

type Retired = NonNullable<Agent['spec']['retired']>;
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const unpaid: Agent['spec']['access'] = {
  state: 'suspended',
  since: at(-15 * 24 * 60),
  issues: ['PaymentUnpaid'],
};
const cites = 'c'.repeat(40);

let world: FakeWorld;

beforeEach(() => {
  world = createFakeWorld();
});

function stripeSays(part: Partial<BilledSubscription>): void {
  const id = subscriptionNo(1);
  world.stripe.subscriptions.set(id, subscription(id, 'cus_Test1', part));
}
const pays = () => stripeSays({});
const specOf = () => {
  const file = parseAgentFile({
    path: agentPath(idNo(1)),
    oid: '',
    text: fileText(world, 1) ?? '',
  });
  assert.ok(file.kind === 'valid');
  return file.agent.spec;
};
const event = () =>
  createIntake(world.ports).handle({
    id: 'evt_1',
    type: 'invoice.paid',
    account: null,
    livemode: false,
    created: 1,
    subscriptionIds: [subscriptionNo(1)],
    customer: null,
    charge: null,
  });
const deletions = () => world.project.deletions;

/** An agent whose suspension exceeds the policy, and its tombstone by resync. */
async function suspendedTooLong(): Promise<void> {
  bringUp(world, 1, { access: unpaid });
  stripeSays({ status: 'unpaid' });
  await resync(world.ports);
  assert.deepEqual([specOf().retired?.by, specOf().retired?.cites], ['finalize', undefined]);
  sawEnding(world, 1, at(0));
}

/** The same, retired completely. */
async function suspendedAndGone(): Promise<void> {
  await suspendedTooLong();
  world.advance(61 * minuteMs);
  for (let runs = 0; runs < 3; runs += 1) await reconcileOnce(world);
  assert.deepEqual(leftovers(world), []);
  assert.notEqual(recordOf(world, 1)?.gone, undefined);
}

function assertRuns(server: string | undefined): void {
  assert.ok(isOn(world, 1));
  assert.equal(serverOf(world, 1)?.id, server);
  assert.equal(recordOf(world, 1)?.phase, 'running');
  assert.deepEqual(deletions(), []);
}

describe('suspended for too long, and paid', () => {
  test('ten minutes after the tombstone: the event lifts it, and the same server runs on', async () => {
    await suspendedTooLong();
    const server = serverOf(world, 1)?.id;
    await reconcileOnce(world);
    world.advance(10 * minuteMs);
    pays();
    await event();
    assert.deepEqual([specOf().retired, specOf().access.state], [undefined, 'granted']);
    const lifted = world.git.history('main').at(-1);
    assert.equal(lifted?.trailers.find(([name]) => name === 'Aura-Cause')?.[1], 'lifted');
    assert.match(lifted?.subject ?? '', /access granted, not retired any more/);
    world.advance(70 * minuteMs);
    await untilQuiet(world);
    assertRuns(server);
  });

  test('with its event lost: Stripe is read before the power-off, and resync lifts the tombstone', async () => {
    await suspendedTooLong();
    const server = serverOf(world, 1)?.id;
    await world.ports.cloud.powerOn(server ?? '');
    world.advance(61 * minuteMs);
    const { plan } = await dueChange(world);
    pays();
    world.calls.length = 0;
    const outcome = outcomeText(await applyOne(world, plan));
    assert.equal(outcome, 'superseded: the subscription is active again, access granted');
    assert.deepEqual(
      world.calls.filter((call) => call !== 'journal.push'),
      [],
    );
    await resync(world.ports);
    await untilQuiet(world);
    assertRuns(server);
  });

  test('during the retirement: nothing more is destroyed, and the agent is brought up again', async () => {
    await suspendedTooLong();
    const server = serverOf(world, 1)?.id;
    world.advance(61 * minuteMs);
    const { plan } = await dueChange(world);
    world.fault({ port: 'tailnet', method: 'deleteDevice', kind: 'meanwhile', run: pays });
    assert.match(outcomeText(await applyOne(world, plan)), /^superseded/);
    assert.deepEqual(deletions(), []);
    await event();
    await untilQuiet(world);
    assertRuns(server);
  });

  test('after its end: a new server is created, once, and earlier failures do not count', async () => {
    await suspendedAndGone();
    world.advance(dayMs);
    pays();
    await event();
    await untilQuiet(world);
    assert.ok(isOn(world, 1));
    const record = recordOf(world, 1);
    assert.deepEqual([record?.phase, record?.gone], ['running', undefined]);
    assert.equal(deletions().length, 1);
  });

  test('after it was given up and gone: all attempts are available again', async () => {
    bringUp(world, 1, { access: unpaid });
    const failed = [1, 2, 3, 4].map(() => attempt({ ended: at(-30 * 24 * 60) }));
    const record = recordOf(world, 1) ?? assert.fail();
    writeRecord(world, { ...record, attempts: failed, receipts: ['gave-up/1'] });
    stripeSays({ status: 'unpaid' });
    await resync(world.ports);
    world.advance(61 * minuteMs);
    for (let runs = 0; runs < 3; runs += 1) await reconcileOnce(world);
    pays();
    await event();
    await untilQuiet(world);
    assert.ok(isOn(world, 1));
  });

  test('under a hold: the tombstone is removed, and nothing is changed before the hold ends', async () => {
    await suspendedTooLong();
    const server = serverOf(world, 1)?.id;
    const now = world.time.now();
    const iso = (minutes: number) => new Date(now + minutes * minuteMs).toISOString();
    edit(world, 1, { hold: { reason: 'evidence', since: iso(0), until: iso(300) } });
    pays();
    await event();
    await reconcileOnce(world);
    assert.deepEqual([specOf().retired, isOn(world, 1)], [undefined, false]);
    world.advance(301 * minuteMs);
    await untilQuiet(world);
    assertRuns(server);
  });

  test('and suspended again: the days count from the second suspension', async () => {
    await suspendedTooLong();
    pays();
    await event();
    stripeSays({ status: 'unpaid' });
    await event();
    assert.equal(specOf().access.state, 'suspended');
    await resync(world.ports);
    assert.equal(specOf().retired, undefined);
    world.advance(15 * dayMs);
    await resync(world.ports);
    assert.equal(specOf().retired?.by, 'finalize');
  });

  test('and a person reverts the lifting with git: Stripe is read anyway', async () => {
    await suspendedTooLong();
    const server = serverOf(world, 1)?.id;
    pays();
    await event();
    const lifted = world.git.history('main').at(-1)?.id ?? '';
    world.git.revert(lifted);
    assert.equal(specOf().retired?.by, 'finalize');
    world.advance(90 * minuteMs);
    await reconcileOnce(world);
    assert.deepEqual(deletions(), []);
    await resync(world.ports);
    await untilQuiet(world);
    assertRuns(server);
  });

  test('by a dispute that was won, whose event was lost', async () => {
    world = createFakeWorld({ policy: 'entitlement: {disputed: suspended}\n' });
    bringUp(world, 1, { access: { ...unpaid, issues: ['PaymentDisputed'] } });
    world.stripe.disputed.add('cus_Test1');
    await resync(world.ports);
    assert.equal(specOf().retired?.by, 'finalize');
    sawEnding(world, 1, at(0));
    world.advance(61 * minuteMs);
    const { plan } = await dueChange(world);
    world.stripe.disputed.delete('cus_Test1');
    assert.match(outcomeText(await applyOne(world, plan)), /^superseded.*access granted$/);
    assert.deepEqual(deletions(), []);
  });

  test('never: it is retired', async () => {
    await suspendedAndGone();
    assert.equal(deletions().length, 1);
    assert.equal(specOf().retired?.by, 'finalize', 'the file stays: its subscription may be paid');
  });
});

describe('a retirement that follows Stripe is checked with Stripe once more', () => {
  async function endedByStripe() {
    bringUp(world, 1);
    endedLongAgo(world);
    return (await dueChange(world)).plan;
  }

  for (const status of ['active', 'unpaid', 'past_due', 'paused'] as const) {
    test(`it is ${status} again: superseded, nothing is deleted`, async () => {
      const plan = await endedByStripe();
      stripeSays({ status });
      const outcome = outcomeText(await applyOne(world, plan));
      assert.match(outcome, new RegExp(`^superseded: the subscription is ${status} again`));
      assert.deepEqual(deletions(), []);
      assert.ok(isOn(world, 1));
      await resync(world.ports);
      assert.equal(specOf().retired, undefined, 'what cannot be carried out does not stay');
    });
  }

  for (const [when, fault] of [
    ['before its device goes', { port: 'cloud', method: 'powerOff' }],
    ['before its server goes', { port: 'tailnet', method: 'deleteDevice' }],
  ] as const) {
    test(`it is active again ${when}`, async () => {
      const plan = await endedByStripe();
      world.fault({ ...fault, kind: 'meanwhile', run: pays });
      assert.match(outcomeText(await applyOne(world, plan)), /^superseded/);
      assert.deepEqual(deletions(), []);
      assert.equal(world.tailnet.devices.size, fault.port === 'cloud' ? 1 : 0);
    });
  }

  test('the subscription is unknown there: nothing is deleted, for absence ends no agent', async () => {
    const plan = await endedByStripe();
    world.stripe.subscriptions.clear();
    assert.equal(outcomeText(await applyOne(world, plan)), 'failed at power: OwnershipUnproven');
    assert.deepEqual(deletions(), []);
    assert.ok(isOn(world, 1));
  });

  test('nor after too long a suspension', async () => {
    await suspendedTooLong();
    world.advance(61 * minuteMs);
    const { plan } = await dueChange(world);
    world.stripe.subscriptions.clear();
    assert.equal(outcomeText(await applyOne(world, plan)), 'failed at power: OwnershipUnproven');
    assert.deepEqual(deletions(), []);
  });

  test('Stripe cannot be read: nothing is deleted until it can', async () => {
    const plan = await endedByStripe();
    world.fault({ port: 'billing', method: 'subscription', kind: 'fail' });
    assert.match(outcomeText(await applyOne(world, plan)), /^failed at power/);
    assert.deepEqual(deletions(), []);
    await untilQuiet(world);
    assert.deepEqual(leftovers(world), []);
  });

  const peoples: readonly (readonly [string, Retired])[] = [
    ['a person', { at: at(-300), by: 'person', reason: 'abuse' }],
    ['a person who removed the file', { at: at(-300), by: 'person', reason: 'removed', cites }],
    ['the customer', { at: at(-300), by: 'customer', reason: 'canceled' }],
  ];
  for (const [whose, retired] of peoples) {
    test(`the tombstone of ${whose} stays over paid access, and Stripe is not read`, async () => {
      bringUp(world, 1);
      const text = renderAgent(agentNo(1, { retired }));
      world.git.commit('retired', { [agentPath(idNo(1))]: text });
      await event();
      assert.deepEqual(specOf().retired, retired);
      const { plan } = await dueChange(world);
      world.stripe.subscriptions.clear();
      assert.equal(outcomeText(await applyOne(world, plan)), 'done');
    });
  }
});

describe('paid for, and retired by a person', () => {
  const alerts = () =>
    world.logs.filter(({ fields }) => 'alarm' in fields && fields.alarm === 'PaidButRetired');
  const retired: Retired = { at: at(-5), by: 'person', reason: 'abuse' };

  test('is logged when an event writes it, and once', async () => {
    bringUp(world, 1, { access: unpaid, retired });
    pays();
    await event();
    await event();
    assert.deepEqual([alerts().length, alerts()[0]?.level], [1, 'error']);
  });

  test('is logged by a resync, and is in its report', async () => {
    bringUp(world, 1, { access: unpaid, retired });
    pays();
    const report = await resync(world.ports);
    assert.deepEqual([report.paidButRetired, alerts().length], [[idNo(1)], 1]);
    assert.deepEqual((await resync(world.ports)).paidButRetired, []);
  });

  test('is logged where a removed file is restored over paid access', async () => {
    bringUp(world, 1);
    world.git.commit('Remove it', { [agentPath(idNo(1))]: null });
    await event();
    assert.equal(specOf().retired?.by, 'person');
    assert.equal(alerts().length, 1);
    world.git.commit('Remove it', { [agentPath(idNo(1))]: null });
    assert.deepEqual((await resync(world.ports)).paidButRetired, [idNo(1)]);
  });

  test('is no alert where the customer cancels paid access', async () => {
    const customers = { ...retired, by: 'customer' } as const;
    bringUp(world, 1, { retired: customers });
    stripeSays({ status: 'past_due' });
    await event();
    assert.equal(specOf().access.issues?.[0], 'PaymentPastDue');
    assert.deepEqual(alerts(), []);
  });
});
