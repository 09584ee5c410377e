/**
 * A verified server or device that is degraded: a condition, an alarm after an hour, and a sentence
 * for the customer.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { alarmsOf } from '../../../../reconciler/core/alarms/alarms.ts';
import { deviceTag, labelNames } from '../../../../reconciler/core/fleet/observed.ts';
import { needsAttention } from '../../../../reconciler/core/plan/plan.ts';
import { readAlarmInput } from '../../../../reconciler/flows/alarms/alarm-input.ts';
import { at, idNo } from '../../../builders/world.ts';
import { bringUp, edit, recordOf, serverOf } from '../../../fakes/agents.ts';
import { readerOf } from '../../../fakes/status-reader.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { reconcileOnce } from '../apply/reconciling.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

async function alarms(world: FakeWorld): Promise<readonly string[]> {
  const input = await readAlarmInput(world.ports, 'reconcile.yml');
  return alarmsOf(input, input.nowMs)
    .filter(({ kind }) => kind !== 'NoSuccessfulRun')
    .map(({ kind, severity }) => `${severity} ${kind}`);
}

const conditions = (world: FakeWorld) =>
  (recordOf(world, 1)?.conditions ?? []).map(({ type, reason }) => `${type}/${reason}`);

async function customer(world: FakeWorld) {
  const view = await readerOf(world.ports).read(idNo(1));
  return { phase: view?.phase, next: view?.next ?? '' };
}

/** Runs every ten minutes for so long; whether each of them asked for attention. */
async function hours(world: FakeWorld, count: number): Promise<boolean> {
  let attention = true;
  for (let n = 0; n <= count * 6; n += 1) {
    if (n > 0) world.advance(10 * minuteMs);
    const done = await reconcileOnce(world);
    attention &&= done !== null && needsAttention(done.plan);
  }
  return attention;
}

function ailing(world: FakeWorld, status: 'unknown' | 'initializing' | 'starting' | 'stopping') {
  const server = serverOf(world, 1) ?? assert.fail();
  server.ailing = { status, untilMs: world.time.now() + 1000 * hourMs };
}

describe('a server that stays between on and off', () => {
  for (const status of ['unknown', 'initializing', 'starting', 'stopping'] as const) {
    test(`${status}: a condition at the next run, an alarm within the hour, not reported as running`, async () => {
      const world = createFakeWorld();
      bringUp(world, 1);
      ailing(world, status);
      await reconcileOnce(world);
      assert.deepEqual(conditions(world), ['Attention/PowerUnknown']);
      assert.deepEqual(await alarms(world), []);
      assert.equal(await hours(world, 1), true);
      assert.deepEqual(await alarms(world), ['page EntitledWithoutServer']);
      const { phase, next } = await customer(world);
      assert.equal(phase, 'updating');
      assert.match(next, /in a state that only our provider can end/);
      assert.equal(await hours(world, 53), true);
      delete serverOf(world, 1)?.ailing;
      await reconcileOnce(world);
      assert.deepEqual([conditions(world), await alarms(world)], [[], []]);
      assert.equal((await customer(world)).phase, 'running');
    });
  }

  test('is reported too where its desired power is off or its agent is held', async () => {
    const off = createFakeWorld();
    bringUp(off, 1, { power: 'stopped' });
    ailing(off, 'unknown');
    await hours(off, 1);
    assert.deepEqual(await alarms(off), ['look ServerPowerUnknown']);
    const held = createFakeWorld();
    bringUp(held, 1);
    edit(held, 1, { hold: { reason: 'a look', since: at(-5), until: at(6000) } });
    ailing(held, 'unknown');
    await hours(held, 1);
    assert.deepEqual(conditions(held), ['Attention/PowerUnknown', 'Held/Held']);
    assert.deepEqual(await alarms(held), ['page EntitledWithoutServer']);
  });
});

describe('a device that is offline though its server runs', () => {
  function expired(): FakeWorld {
    const world = createFakeWorld();
    bringUp(world, 1);
    bringUp(world, 2);
    world.advance(hourMs);
    const node = recordOf(world, 1)?.tailnet?.nodeId ?? assert.fail();
    world.tailnet.expire(node);
    world.advance(11 * minuteMs);
    return world;
  }

  test('whose key expired joins again, as the same device', async () => {
    const world = expired();
    const before = recordOf(world, 1)?.tailnet;
    const done = await reconcileOnce(world);
    assert.deepEqual(
      done?.applied.map(({ change, outcome }) => `${change} ${outcome.kind}`),
      ['repair done'],
    );
    assert.deepEqual([conditions(world), recordOf(world, 1)?.tailnet], [[], before]);
    assert.deepEqual((await reconcileOnce(world))?.plan.degraded, []);
    assert.equal((await customer(world)).phase, 'running');
  });

  test('that cannot join: a condition after minutes, an alarm after an hour, a sentence', async () => {
    const world = expired();
    world.hosts.fail('join', 9999);
    await reconcileOnce(world);
    assert.deepEqual(conditions(world), ['Offline/DeviceOffline']);
    const { phase, next } = await customer(world);
    assert.equal(phase, 'updating');
    assert.match(next, /^Your agent is not connected to its private network/);
    assert.equal(await hours(world, 1), true);
    assert.deepEqual(await alarms(world), ['page DeviceOffline']);
    await hours(world, 72);
    assert.deepEqual(await alarms(world), ['page DeviceOffline']);
    world.hosts.heal();
    await hours(world, 3);
    assert.deepEqual([conditions(world), await alarms(world)], [[], []]);
  });

  test('that was deleted and that cannot join: the same, for as long as it lasts', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    world.advance(hourMs);
    world.tailnet.devices.clear();
    world.hosts.fail('join', 9999);
    await hours(world, 53);
    assert.ok(conditions(world).includes('Offline/DeviceOffline'));
    assert.deepEqual(await alarms(world), ['page DeviceOffline']);
    assert.match((await customer(world)).next, /^Your agent is not connected/);
    world.hosts.heal();
    await hours(world, 3);
    assert.deepEqual([conditions(world), await alarms(world)], [[], []]);
  });

  test('that lost its tag joins again and has it', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const node = recordOf(world, 1)?.tailnet?.nodeId ?? assert.fail();
    const device = world.tailnet.devices.get(node) ?? assert.fail();
    device.tags = ['tag:other'];
    const done = await reconcileOnce(world);
    assert.deepEqual(
      done?.applied.map(({ outcome }) => outcome.kind),
      ['done'],
    );
    assert.deepEqual(world.tailnet.devices.get(node)?.tags, [deviceTag('aura')]);
    assert.equal(recordOf(world, 1)?.tailnet?.nodeId, node);
  });

  test('of a held agent, and where the tailnet is down for many, is reported and left unchanged', async () => {
    const world = expired();
    edit(world, 1, { hold: { reason: 'a look', since: at(-5), until: at(6000) } });
    await reconcileOnce(world);
    assert.deepEqual(conditions(world), ['Held/Held', 'Offline/DeviceOffline']);
    const many = createFakeWorld();
    for (let n = 1; n <= 8; n += 1) bringUp(many, n);
    for (const { nodeId } of many.tailnet.devices.values()) many.tailnet.expire(nodeId);
    many.advance(11 * minuteMs);
    const done = await reconcileOnce(many);
    assert.deepEqual([done?.applied, done?.plan.degraded.length], [[], 8]);
  });
});

describe('port 22 that stays open', () => {
  test('is an alarm where no change may close it', async () => {
    const world = createFakeWorld();
    const server = bringUp(world, 1);
    world.project.relabel(server, { ...server.labels, [labelNames.bootstrap]: '1' });
    world.git.halt('a look');
    assert.equal(await hours(world, 1), true);
    assert.deepEqual(await alarms(world), ['page PortOpen']);
    world.git.resume();
    await hours(world, 1);
    assert.deepEqual([conditions(world), await alarms(world)], [[], []]);
  });

  test('so is a server that Hetzner keeps locked, and the agent counts as running', async () => {
    const world = createFakeWorld();
    const server = bringUp(world, 1);
    server.locked = true;
    assert.equal(await hours(world, 2), true);
    assert.deepEqual(conditions(world), ['Locked/ServerLocked']);
    assert.deepEqual(await alarms(world), ['look ServerLocked']);
    assert.equal(recordOf(world, 1)?.phase, 'running');
    server.locked = false;
    await hours(world, 1);
    assert.deepEqual([conditions(world), await alarms(world)], [[], []]);
  });

  test('is not reported where the same run closes it', async () => {
    const world = createFakeWorld();
    const server = bringUp(world, 1);
    world.project.relabel(server, { ...server.labels, [labelNames.bootstrap]: '1' });
    await reconcileOnce(world);
    assert.deepEqual(conditions(world), []);
    const texts = world.git.history('status').flatMap(({ tree }) => [...tree.values()]);
    assert.ok(!texts.some((text) => text.includes('PortOpen')));
  });
});
