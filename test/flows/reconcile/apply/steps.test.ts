/** The effects of each kind of change, their order, and the record at each step. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deviceTag, labelNames } from '../../../../reconciler/core/fleet/observed.ts';
import type { StepEntered } from '../../../../reconciler/flows/reconcile/apply/attempt.ts';
import { idNo } from '../../../builders/world.ts';
import { askFor, bringUp, edit, isOn, recordOf, serverOf } from '../../../fakes/agents.ts';
import { leftovers } from '../../../fakes/invariants.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { cases, endedLongAgo, sell } from './cases.ts';
import { applyOne, dueChange, outcomeText, reconcileOnce, untilQuiet } from './reconciling.ts';

/** Applies the one due change; returns its effects without pushes of records, and its steps. */
async function carriedOut(world: FakeWorld) {
  const { plan, change } = await dueChange(world);
  world.calls.length = 0;
  const entered: StepEntered[] = [];
  const outcome = await applyOne(world, plan, { onStep: (step) => void entered.push(step) });
  return {
    change,
    outcome: outcomeText(outcome),
    steps: entered.map(({ step }) => step),
    entered,
    effects: world.calls.filter((call) => call !== 'journal.push'),
  };
}

async function caseOf(name: string): Promise<FakeWorld> {
  const found = cases.find((one) => one.name === name);
  assert.ok(found !== undefined);
  return found.world();
}

describe('create', () => {
  test('goes from the lease to verify, in this order', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    const done = await carriedOut(world);
    assert.equal(done.outcome, 'done');
    assert.deepEqual(done.steps, ['lease', 'vm', 'boot', 'configure', 'join', 'verify']);
    assert.deepEqual(done.effects, [
      'stacks.apply',
      'configurator.ownHostKey',
      'configurator.configure',
      'tailnet.createKey',
      'configurator.join',
      'configurator.enterTailnet',
      'cloud.protect',
      // the label that it ran, and port 22 closed
      'cloud.setLabels',
    ]);
    assert.ok(done.entered.every(({ agent }) => agent === idNo(1)));
    const times = done.entered.map(({ at }) => Date.parse(at));
    assert.deepEqual(
      times,
      [...times].sort((a, b) => a - b),
    );
  });

  test('each commit of its record has its step', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    await carriedOut(world);
    const subjects = new Set(world.git.history('status').map(({ subject }) => subject));
    assert.deepEqual(
      [...subjects],
      [
        'Begin the records',
        `${idNo(1)}: creating, step lease`,
        `${idNo(1)}: creating, step vm`,
        `${idNo(1)}: configuring, step configure`,
        `${idNo(1)}: joining, step join`,
        `${idNo(1)}: running`,
      ],
    );
  });

  test('the record names server, choice, host key, cost and device, and the steps with their times', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    await carriedOut(world);
    const record = recordOf(world, 1);
    const server = serverOf(world, 1);
    const device = [...world.tailnet.devices.values()][0];
    assert.ok(record !== null && server !== null && device !== undefined);
    assert.deepEqual(record.server, {
      id: server.id,
      nonce: server.labels[labelNames.nonce],
      created: server.created,
      ipv4: server.ipv4,
      power: 'on',
    });
    assert.equal(record.chosen?.location, 'fsn1');
    assert.equal(record.chosen?.serverType, 'cpx12');
    // The host's own, which replaced the seeded one.
    assert.equal(record.hostKey, world.hosts.ownKeys.get(server.id)?.key);
    assert.equal(record.creates?.at(-1)?.hostKey, record.hostKey);
    assert.equal(record.nextHostKey, undefined);
    assert.deepEqual(record.cost, { monthly: 5.5, currency: 'EUR' });
    assert.equal(record.tailnet?.nodeId, device.nodeId);
    assert.deepEqual(device.tags, [deviceTag('aura')]);
    assert.deepEqual(
      record.timings?.map(({ step }) => step),
      ['lease', 'vm', 'boot', 'configure', 'join', 'verify', 'done'],
    );
    assert.deepEqual(
      record.attempts.map(({ change, outcome, step }) => [change, outcome, step]),
      [['create', 'succeeded', 'verify']],
    );
    assert.equal(record.phase, 'running');
    assert.equal(record.everRunning, true);
  });

  test('the device of a gone server is deleted before the new one joins, which so gets its name', async () => {
    const world = await caseOf('create in place of a server that is gone');
    const done = await carriedOut(world);
    assert.deepEqual(done.effects.slice(0, 3), [
      'states.remove',
      'stacks.apply',
      'tailnet.deleteDevice',
    ]);
    const names = [...world.tailnet.devices.values()].map(({ name }) => name);
    assert.deepEqual(names, [`${idNo(1)}.example.ts.net`]);
  });

  test('a server whose fleet label was removed is not recreated but repaired', async () => {
    const world = createFakeWorld();
    const server = bringUp(world, 1);
    const { [labelNames.fleet]: _off, ...labels } = server.labels;
    server.labels = labels;
    const done = await carriedOut(world);
    assert.equal(done.change.kind, 'repair');
    assert.equal(done.outcome, 'done');
    await untilQuiet(world);
    assert.equal(serverOf(world, 1)?.labels[labelNames.fleet], 'aura');
  });

  test('an incomplete listing: the server that its id finds is kept, no attempt is used up', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const none = () => ({ items: [], partial: [] });
    world.fault({ port: 'cloud', method: 'servers', kind: 'lie', answer: none });
    world.fault({ port: 'cloud', method: 'server', kind: 'lie', answer: () => null });
    const before = recordOf(world, 1);
    const done = await carriedOut(world);
    assert.equal(done.change.kind, 'create');
    assert.match(done.outcome, /^superseded: .* exists although it was not listed/);
    assert.deepEqual(done.effects, []);
    const after = recordOf(world, 1);
    assert.deepEqual(after?.server, before?.server);
    assert.equal(after?.everRunning, true);
    assert.deepEqual(
      after?.attempts.map(({ outcome }) => outcome),
      ['superseded'],
    );
    assert.equal(world.tailnet.devices.size, 1);
    await untilQuiet(world);
    assert.deepEqual(world.project.deletions, []);
  });
});

describe('resume', () => {
  for (const step of ['configure', 'join', 'healthy'] as const) {
    test(`continues with the same server after a failure at ${step}`, async () => {
      const world = createFakeWorld();
      askFor(world, 1);
      // It is asked until the deadline of the step.
      world.hosts.fail(step, step === 'healthy' ? 200 : 1);
      await reconcileOnce(world);
      const before = serverOf(world, 1)?.id;
      assert.equal(recordOf(world, 1)?.attempts.at(-1)?.outcome, 'failed');
      world.advance(6 * 60_000);
      const done = await carriedOut(world);
      assert.equal(done.change.kind, 'resume');
      assert.equal(done.outcome, 'done');
      assert.deepEqual(done.steps, ['lease', 'vm', 'boot', 'configure', 'join', 'verify']);
      assert.equal(serverOf(world, 1)?.id, before);
      await untilQuiet(world);
      assert.deepEqual(world.project.deletions, []);
      assert.equal(recordOf(world, 1)?.phase, 'running');
    });
  }

  test('a server whose state was never written is imported', async () => {
    const world = await caseOf('resume');
    world.bucket.states.clear();
    const done = await carriedOut(world);
    assert.equal(done.outcome, 'done');
    assert.equal(world.bucket.states.size, 1);
  });

  test('a server that is off is switched on first', async () => {
    const world = await caseOf('resume');
    await world.ports.cloud.powerOff(serverOf(world, 1)?.id ?? '');
    const done = await carriedOut(world);
    assert.equal(done.outcome, 'done');
    assert.equal(done.effects[0], 'cloud.powerOn');
    assert.ok(isOn(world, 1));
  });
});

describe('resize', () => {
  test('off, another type, and on again', async () => {
    const world = await caseOf('resize');
    const done = await carriedOut(world);
    assert.deepEqual(done.effects, ['cloud.powerOff', 'stacks.apply', 'cloud.powerOn']);
    assert.equal(recordOf(world, 1)?.cost?.monthly, 10.5);
  });

  test('a type without a readable price fails before anything is switched off', async () => {
    const world = await caseOf('resize');
    const { plan } = await dueChange(world);
    world.fault({ port: 'cloud', method: 'offers', kind: 'fail' });
    const before = world.calls.length;
    assert.match(outcomeText(await applyOne(world, plan)), /^failed at resize: /);
    assert.deepEqual(
      world.calls.slice(before).filter((call) => /^cloud|^stacks/.test(call)),
      [],
    );
    assert.ok(isOn(world, 1));
  });

  test('a server that is off stays off', async () => {
    const world = createFakeWorld();
    bringUp(world, 1, { power: 'stopped' });
    sell(world, 1, 'pro', { power: 'stopped' });
    const done = await carriedOut(world);
    assert.equal(done.change.kind, 'resize');
    assert.equal(done.outcome, 'done');
    assert.ok(!done.effects.includes('cloud.powerOn'));
    assert.ok(!isOn(world, 1));
    assert.equal(serverOf(world, 1)?.serverType, 'cpx22');
    await untilQuiet(world);
  });
});

describe('repair', () => {
  const drifts: readonly (readonly [string, (world: FakeWorld) => void, readonly string[]])[] = [
    ['bootstrap', (world) => void label(world, labelNames.bootstrap, '1'), ['cloud.setLabels']],
    ['labels', (world) => void label(world, labelNames.customer, 'other'), ['stacks.apply']],
    ['state', (world) => void world.bucket.states.clear(), ['stacks.import']],
    ['protection', unprotect, ['cloud.protect']],
    [
      'device',
      (world) => void world.tailnet.devices.clear(),
      ['cloud.setLabels', 'tailnet.createKey', 'configurator.join', 'cloud.setLabels'],
    ],
  ];
  for (const [drift, make, effects] of drifts) {
    test(`${drift}: only that is repaired`, async () => {
      const world = createFakeWorld();
      bringUp(world, 1);
      make(world);
      const done = await carriedOut(world);
      assert.ok(done.change.kind === 'repair');
      assert.deepEqual(done.change.drifts, [drift]);
      assert.equal(done.outcome, 'done');
      assert.deepEqual(done.effects, effects);
      await untilQuiet(world);
    });
  }
});

function label(world: FakeWorld, name: string, value: string): void {
  const server = serverOf(world, 1);
  assert.ok(server !== null);
  server.labels = { ...server.labels, [name]: value };
}

function unprotect(world: FakeWorld): void {
  const server = serverOf(world, 1);
  assert.ok(server !== null);
  server.protection = { delete: false, rebuild: false };
}

describe('ends', () => {
  const order = [
    'cloud.powerOff',
    'tailnet.deleteDevice',
    'cloud.protect',
    'stacks.apply',
    'cloud.deletePrimaryIp',
    'states.remove',
  ];

  test('retire: power, device, protection, server, address, state', async () => {
    const world = createFakeWorld();
    const server = bringUp(world, 1);
    const address = world.project.primaryIps.get(server.ipv4Id);
    assert.ok(address !== undefined);
    world.project.primaryIps.set(server.ipv4Id, { ...address, autoDelete: false });
    endedLongAgo(world);
    const done = await carriedOut(world);
    assert.equal(done.outcome, 'done');
    assert.deepEqual(done.effects, order);
    assert.deepEqual(done.steps, ['lease', 'power', 'device', 'server', 'address', 'state']);
    assert.deepEqual(leftovers(world), []);
  });

  test('retire without a state: by the API', async () => {
    const world = await caseOf('retire');
    world.bucket.states.clear();
    const done = await carriedOut(world);
    assert.equal(done.outcome, 'done');
    assert.ok(done.effects.includes('cloud.deleteServer'));
    assert.deepEqual(leftovers(world), []);
  });

  test('retire of a server that is off: it is not switched off again', async () => {
    const world = createFakeWorld();
    bringUp(world, 1, { power: 'stopped' });
    endedLongAgo(world);
    const done = await carriedOut(world);
    assert.equal(done.outcome, 'done');
    assert.ok(!done.effects.includes('cloud.powerOff'));
  });

  test('retire whose deletion lost its answer: a look finds the server gone', async () => {
    const world = await caseOf('retire');
    world.bucket.states.clear();
    world.fault({ port: 'cloud', method: 'deleteServer', kind: 'lost' });
    assert.equal((await carriedOut(world)).outcome, 'done');
    assert.deepEqual(leftovers(world), []);
  });

  test('retire of an unfinished server', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    world.hosts.fail('join', 1);
    await reconcileOnce(world);
    endedLongAgo(world);
    const done = await carriedOut(world);
    assert.equal(done.change.kind, 'retire');
    assert.equal(done.outcome, 'done');
    assert.deepEqual(leftovers(world), []);
  });

  test('replace: the new stack must plan before anything is destroyed', async () => {
    const world = await caseOf('replace');
    const done = await carriedOut(world);
    assert.deepEqual(done.steps, ['lease', 'vm', 'server', 'device', 'state']);
    assert.deepEqual(done.effects, [
      'cloud.powerOff',
      'tailnet.deleteDevice',
      'cloud.protect',
      'stacks.apply',
      'states.remove',
    ]);
    assert.deepEqual(leftovers(world), []);
  });

  test('replace whose new stack does not plan: nothing is destroyed', async () => {
    const world = await caseOf('replace');
    world.fault({ port: 'stacks', method: 'plan', kind: 'fail' });
    const done = await carriedOut(world);
    assert.match(done.outcome, /^failed at vm/);
    assert.deepEqual(done.effects, []);
    assert.ok(isOn(world, 1));
  });

  test('a tombstone that was removed before its grace was over changes nothing', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const commit = edit(world, 1, {
      retired: { at: new Date(world.time.now()).toISOString(), by: 'person', reason: 'abuse' },
    });
    await untilQuietOrWaiting(world);
    assert.ok(!isOn(world, 1));
    world.git.revert(commit);
    await untilQuiet(world);
    assert.ok(isOn(world, 1));
    assert.deepEqual(world.project.deletions, []);
  });
});

async function untilQuietOrWaiting(world: FakeWorld): Promise<void> {
  await reconcileOnce(world);
  await reconcileOnce(world);
}
