/** A wrong clock ends no grace, no hold, no window and no approval, and an alarm reports it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { alarmsOf } from '../../../../reconciler/core/alarms/alarms.ts';
import { readAlarmInput } from '../../../../reconciler/flows/alarms/alarm-input.ts';
import { applyPlan } from '../../../../reconciler/flows/reconcile/apply/apply.ts';
import { planFleet } from '../../../../reconciler/flows/reconcile/plan-fleet.ts';
import { at, firstAttempt, idNo } from '../../../builders/world.ts';
import { askFor, bringUp, edit, serverOf } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { reconcileOnce } from '../apply/reconciling.ts';

const hourMs = 3_600_000;
const years = 10 * 365 * 24 * hourMs;

/** One agent in its grace, one held, one requested, one converged. */
function someWorld(): FakeWorld {
  const world = createFakeWorld();
  bringUp(world, 1, { retired: { at: at(-10), by: 'person', reason: 'test' } });
  bringUp(world, 2, { hold: { reason: 'a look', since: at(-10), until: at(600) } });
  edit(world, 2, { config: { model: 'other' } });
  bringUp(world, 3);
  askFor(world, 4);
  return world;
}

async function alarms(world: FakeWorld) {
  const input = await readAlarmInput(world.ports, 'reconcile.yml');
  return alarmsOf(input, input.nowMs).filter(({ kind }) => kind === 'ClocksDisagree');
}

describe('a Date of Hetzner’s that no other clock agrees with', () => {
  for (const [name, skewMs] of [
    ['far ahead', years],
    ['behind', -years],
    ['six minutes ahead', 6 * 60_000],
  ] as const) {
    test(`${name}: the reading is partial, nothing is created or ended, and the other two count`, async () => {
      const world = someWorld();
      world.time.cloudSkewMs = skewMs;
      const { plan } = await planFleet(world.ports);
      assert.ok(plan.reading.kind === 'partial');
      assert.deepEqual(
        plan.reading.reasons.map(({ source }) => source),
        ['clock'],
      );
      assert.ok(Math.abs(Date.parse(plan.basis.at) - world.time.now()) <= 1000);
      const word = (n: number) => plan.idle.find(({ agent }) => agent === idNo(n))?.reason;
      assert.deepEqual([plan.changes, word(2), word(4)], [[], 'Held', 'PartialReading']);
    });
  }

  test('is found by a run after a push too', async () => {
    const world = someWorld();
    world.time.cloudSkewMs = years;
    const { plan } = await planFleet(world.ports, 'changed');
    assert.equal(plan.reading.kind, 'partial');
    assert.deepEqual(
      plan.changes.filter(({ kind }) => kind === 'create'),
      [],
    );
  });

  test('after the plan: creates and ends are skipped, other changes continue', async () => {
    const world = createFakeWorld();
    bringUp(world, 1, { retired: { at: at(-600), by: 'person', reason: 'test' } });
    bringUp(world, 2, { power: 'stopped' });
    askFor(world, 3);
    edit(world, 2, { power: 'running' });
    const { plan } = await planFleet(world.ports);
    assert.deepEqual(plan.changes.map(({ kind }) => kind).sort(), ['create', 'power', 'retire']);
    world.time.cloudSkewMs = -years;
    const applied = await applyPlan(world.ports, plan, { run: firstAttempt('1'), parts: 'all' });
    assert.deepEqual(applied.map(({ change, outcome }) => `${change} ${outcome.kind}`).sort(), [
      'create skipped',
      'power done',
      'retire skipped',
    ]);
    assert.notEqual(serverOf(world, 1), null);
    assert.equal(serverOf(world, 3), null);
  });

  test('is an alarm from the first run that finds it until one that does not', async () => {
    const world = someWorld();
    await reconcileOnce(world);
    assert.deepEqual(await alarms(world), []);
    world.time.cloudSkewMs = years;
    const since = new Date(Math.floor(world.time.now() / 1000) * 1000).toISOString();
    await reconcileOnce(world);
    const status = () => world.git.history('status').length;
    const written = status();
    const [alarm] = await alarms(world);
    assert.deepEqual([alarm?.severity, alarm?.kind], ['page', 'ClocksDisagree']);
    assert.ok(Math.abs(Date.parse(alarm?.since ?? '') - Date.parse(since)) <= 60_000);
    assert.match(alarm?.message ?? '', /^the clocks disagree: Hetzner says 2036-/);
    world.advance(60_000);
    await reconcileOnce(world);
    assert.equal(status(), written, 'it is written once');
    world.time.cloudSkewMs = 0;
    await reconcileOnce(world);
    assert.deepEqual(await alarms(world), []);
    assert.equal((await planFleet(world.ports)).plan.reading.kind, 'complete');
  });

  test('is written under a stop too, and never creates a branch of records', async () => {
    const world = someWorld();
    world.git.halt('a look');
    world.time.cloudSkewMs = years;
    await reconcileOnce(world);
    assert.equal((await alarms(world)).length, 1);
    world.git.branches.delete('status');
    world.restart();
    await reconcileOnce(world);
    assert.equal(world.git.tip('status'), null);
  });
});

describe('a machine whose own clock is wrong', () => {
  test('uses Hetzner’s, which the Forge’s agrees with', async () => {
    const world = someWorld();
    world.time.wallSkewMs = years;
    const { plan } = await planFleet(world.ports);
    assert.equal(plan.reading.kind, 'complete');
    assert.deepEqual(
      plan.changes.map(({ kind }) => kind),
      ['create'],
    );
  });

  test('makes no change that needs a time where the Forge cannot be read', async () => {
    const world = someWorld();
    world.time.wallSkewMs = years;
    const fault = world.fault({ port: 'forge', method: 'now', kind: 'fail', times: 50 });
    const { plan } = await planFleet(world.ports);
    assert.ok(fault.fired > 0);
    assert.equal(plan.reading.kind, 'partial');
    assert.ok(Math.abs(Date.parse(plan.basis.at) - world.time.now()) <= 1000, 'the earliest');
  });

  test('counts alarms by the later of its time and the Forge’s', async () => {
    const world = someWorld();
    world.time.wallSkewMs = -years;
    const input = await readAlarmInput(world.ports, 'reconcile.yml');
    assert.ok(Math.abs(input.nowMs - world.time.now()) <= 1000);
  });
});
