/** A run after a push observes only the changed agents, and leaves the rest to a full run. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '../../../../reconciler/core/failure.ts';
import { newRecord } from '../../../../reconciler/core/fleet/recorded.ts';
import { isEmptyPlan, type Plan } from '../../../../reconciler/core/plan/plan.ts';
import { finalize } from '../../../../reconciler/flows/reconcile/finalize/finalize.ts';
import { planFleet } from '../../../../reconciler/flows/reconcile/plan-fleet.ts';
import { at, idNo } from '../../../builders/world.ts';
import {
  askFor,
  bringUp,
  edit,
  plantServer,
  recordOf,
  removeFiles,
  sawEnding,
  serverOf,
  writeRecord,
} from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';

async function pushed(world: FakeWorld): Promise<Plan> {
  return (await planFleet(world.ports, 'changed')).plan;
}

function kinds({ changes }: Plan): readonly (readonly [string, string])[] {
  return changes.map(({ agent, kind }) => [agent, kind] as const);
}

const named = (...numbers: readonly number[]) => ({
  kind: 'named',
  agents: numbers.map(idNo).sort(),
});

describe('a run after a push', () => {
  test('without changed files observes no agent', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const plan = await pushed(world);
    assert.deepEqual(plan.reading, named());
    assert.ok(isEmptyPlan(plan));
  });

  test('decides about the changed ones as a full run would, and lists nothing', async () => {
    const world = createFakeWorld();
    for (const n of [1, 2, 3, 4]) bringUp(world, n);
    edit(world, 1, { power: 'stopped' });
    edit(world, 2, { config: { model: 'another' } });
    edit(world, 3, { retired: { at: at(-600), by: 'person', reason: 'test' } });
    askFor(world, 5);
    const listings = [
      world.fault({ port: 'cloud', method: 'servers', kind: 'fail' }),
      world.fault({ port: 'tailnet', method: 'devices', kind: 'fail' }),
    ];
    const plan = await pushed(world);
    assert.deepEqual(
      listings.map(({ seen }) => seen),
      [0, 0],
    );
    world.calm();
    const whole = (await planFleet(world.ports)).plan;
    assert.deepEqual(plan.reading, named(1, 2, 3, 5));
    assert.deepEqual(plan.changes, whole.changes);
    assert.deepEqual(plan.cost, whole.cost);
    assert.equal(plan.counts.files, 5);
  });

  test('ignores the drift of another agent', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const second = bringUp(world, 2);
    second.labels = {};
    edit(world, 1, { power: 'stopped' });
    assert.deepEqual(kinds(await pushed(world)), [[idNo(1), 'power']]);
  });

  test('finds a server without name and labels by its recorded id, and does not recreate it', async () => {
    const world = createFakeWorld();
    const server = bringUp(world, 1);
    world.project.servers.set(server.id, { ...server, name: 'renamed', labels: {} });
    edit(world, 1, { config: { model: 'another' } });
    assert.deepEqual(
      (await pushed(world)).changes.filter(({ kind }) => kind === 'create'),
      [],
    );
  });

  test('leaves orphans, removed files and what is to be finalized to a full listing', async () => {
    const world = createFakeWorld();
    for (const n of [1, 2]) bringUp(world, n);
    plantServer(world, 'agt-0000000000zz', {
      'aura.dev/fleet': 'aura',
      'aura.dev/agent': 'agt-0000000000zz',
    });
    removeFiles(world, 1);
    askFor(world, 3, { retired: { at: at(-600), by: 'person', reason: 'test' } });
    writeRecord(world, newRecord(idNo(3), 'sub_Test3', 'cus_Test3'));
    sawEnding(world, 3);
    edit(world, 2, { power: 'stopped' });
    const plan = await pushed(world);
    assert.deepEqual([plan.orphans, plan.removed, plan.finished], [[], [], []]);
    assert.deepEqual(kinds(plan), [[idNo(2), 'power']]);
    const whole = (await planFleet(world.ports)).plan;
    assert.deepEqual(
      [whole.orphans.length, whole.removed.length, whole.finished.length],
      [1, 1, 1],
    );
  });

  test('leaves an agent that cannot be observed to the next full run', async () => {
    const world = createFakeWorld();
    for (const n of [1, 2]) bringUp(world, n);
    edit(world, 1, { power: 'stopped' });
    edit(world, 2, { power: 'stopped' });
    const failure = new Failure('ProviderOutage', 'a bad gateway');
    world.fault({
      port: 'cloud',
      method: 'serverByName',
      kind: 'fail',
      failure,
      when: (name) => name === idNo(1),
    });
    const plan = await pushed(world);
    assert.deepEqual([plan.reading, kinds(plan)], [named(2), [[idNo(2), 'power']]]);
    assert.ok(world.logs.some(({ level, fields }) => level === 'warn' && 'agent' in fields));
  });

  test('stops where the project refuses us', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    edit(world, 1, { power: 'stopped' });
    const failure = new Failure('Unauthorized', 'no');
    world.fault({ port: 'cloud', method: 'serverByName', kind: 'fail', failure });
    await assert.rejects(pushed(world), failure);
  });

  test('is partial where firewalls cannot be listed: nothing is created, power-off continues', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    edit(world, 1, { power: 'stopped' });
    askFor(world, 2);
    const failure = new Failure('ProviderOutage', 'no');
    world.fault({ port: 'cloud', method: 'firewalls', kind: 'fail', failure });
    const plan = await pushed(world);
    const reasons = [{ source: 'fleet', detail: 'ProviderOutage: no' }];
    assert.deepEqual(plan.reading, { kind: 'partial', reasons });
    assert.deepEqual([kinds(plan), plan.fleet], [[[idNo(1), 'power']], 'none']);
  });

  test('lists everything where more agents changed than are worth a look each', async () => {
    const world = createFakeWorld();
    for (let n = 1; n <= 51; n += 1) askFor(world, n);
    bringUp(world, 100);
    const plan = await pushed(world);
    assert.deepEqual(plan.reading, { kind: 'complete' });
    assert.equal(plan.changes.length + plan.deferred.length, 51);
  });

  test('lists everything without a branch status', async () => {
    const world = createFakeWorld({ firewalls: false });
    askFor(world, 1);
    assert.deepEqual((await pushed(world)).reading, { kind: 'complete' });
  });

  test('counts the whole fleet in the limits: its cost, and its servers', async () => {
    // Five run for 5.50 each; the sixth would exceed the limit.
    const world = createFakeWorld({ policy: 'limits: {fleetCostMonthlyMax: 30}\n' });
    for (const n of [1, 2, 3, 4, 5]) bringUp(world, n);
    askFor(world, 6);
    const plan = await pushed(world);
    assert.deepEqual(
      plan.deferred.map(({ change, limit }) => [change.agent, limit]),
      [[idNo(6), 'fleetCost']],
    );
  });

  test('writes only conditions of the observed agents', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const condition = {
      type: 'Attention',
      status: 'True' as const,
      reason: 'Deprecated',
      message: 'server type cpx12 cannot be bought after 2027-01-01',
      since: at(-60),
    };
    bringUp(world, 2, {}, { conditions: [condition] });
    edit(world, 1, { hold: { reason: 'hands off', since: at(-1), until: at(60) } });
    const plan = await pushed(world);
    const { statuses } = await finalize(world.ports, plan);
    assert.deepEqual(statuses, [idNo(1)]);
    assert.deepEqual(recordOf(world, 2)?.conditions, [condition]);
    assert.notEqual(serverOf(world, 2), null);
  });
});
