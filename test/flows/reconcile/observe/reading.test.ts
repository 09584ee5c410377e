/** What a tick asks of the world: as little as it can decide on, and never twice. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure, isFailure } from '../../../../reconciler/core/failure.ts';
import { planOf } from '../../../../reconciler/core/plan/plan.ts';
import { readDetails } from '../../../../reconciler/flows/reconcile/observe/read-details.ts';
import { readWorld } from '../../../../reconciler/flows/reconcile/observe/read-world.ts';
import { planFleet } from '../../../../reconciler/flows/reconcile/plan-fleet.ts';
import { at, idNo } from '../../../builders/world.ts';
import { askFor, bringUp, edit } from '../../../fakes/agents.ts';
import type { PortName } from '../../../fakes/process.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { settled } from '../finalize/settling.ts';

/** How often each of these is asked while `doing` runs; none is disturbed. */
async function asked(
  world: FakeWorld,
  calls: readonly (readonly [PortName, string])[],
  doing: () => Promise<unknown>,
): Promise<Readonly<Record<string, number>>> {
  const watched = calls.map(([port, method]) => ({
    name: `${port}.${method}`,
    fault: world.fault({ port, method, kind: 'fail', nth: 1000 }),
  }));
  await doing();
  return Object.fromEntries(watched.map(({ name, fault }) => [name, fault.seen]));
}

const reads = [
  ['state', 'tips'],
  ['state', 'fetch'],
  ['cloud', 'servers'],
  ['cloud', 'firewalls'],
  ['tailnet', 'devices'],
  ['states', 'list'],
  ['cloud', 'offers'],
  ['cloud', 'primaryIps'],
] as const;

describe('what a tick asks for', () => {
  test('with nothing to do: each listing once, neither prices nor addresses', async () => {
    const world = createFakeWorld();
    for (const n of [1, 2, 3]) bringUp(world, n, { power: n === 2 ? 'stopped' : 'running' });
    const counts = await asked(world, reads, () => planFleet(world.ports));
    const { 'state.fetch': _byTheFakeTips, ...own } = counts;
    assert.deepEqual(own, {
      'state.tips': 1,
      'cloud.servers': 1,
      'cloud.firewalls': 1,
      'tailnet.devices': 1,
      'states.list': 1,
      'cloud.offers': 0,
      'cloud.primaryIps': 0,
    });
    assert.equal((await planFleet(world.ports)).plan.cost, null);
  });

  test('with something to do: prices and addresses once more, and nothing else', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    edit(world, 1, { power: 'stopped' });
    const counts = await asked(world, reads, () => planFleet(world.ports));
    assert.equal(counts['cloud.offers'], 1);
    assert.equal(counts['cloud.primaryIps'], 1);
    assert.equal(counts['cloud.servers'], 1);
    assert.notEqual((await planFleet(world.ports)).plan.cost, null);
  });

  test('an agent of whom nothing is left, and whose file stays, asks for nothing', async () => {
    const world = createFakeWorld();
    askFor(world, 1, { retired: { at: at(-600), by: 'person', reason: 'test' } });
    await settled(world);
    const counts = await asked(world, reads, () => planFleet(world.ports));
    assert.equal(counts['cloud.primaryIps'], 0);
  });

  test('what was decided twice is what one decision on everything would be', async () => {
    const world = createFakeWorld({ policy: 'limits: {fleetCostMonthlyMax: 40}\n' });
    for (const n of [1, 2, 3, 4, 5, 6]) bringUp(world, n);
    for (const n of [7, 8, 9]) askFor(world, n);
    edit(world, 1, { power: 'stopped' });
    edit(world, 2, { plan: 'pro' } as never);
    edit(world, 3, { retired: { at: at(-600), by: 'person', reason: 'test' } });
    edit(world, 4, { revision: 2 });
    edit(world, 5, { config: { model: 'another' } });
    const { plan } = await planFleet(world.ports);
    const whole = await readDetails(world.ports, await readWorld(world.ports));
    assert.ok(plan.changes.length >= 5);
    assert.deepEqual(plan, planOf(whole));
  });

  test('addresses that cannot be listed make the reading partial: nothing is ended', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    edit(world, 1, { retired: { at: at(-600), by: 'person', reason: 'test' } });
    const failure = new Failure('ProviderOutage', 'a bad gateway');
    world.fault({ port: 'cloud', method: 'primaryIps', kind: 'fail', failure });
    const { plan } = await planFleet(world.ports);
    assert.equal(plan.reading.kind, 'partial');
    assert.deepEqual(
      plan.changes.filter(({ kind }) => kind === 'retire'),
      [],
    );
  });
});

describe('the wrong project', () => {
  /** Another project answers, whole and well: nothing of ours is in it. */
  function elsewhere(world: FakeWorld): void {
    world.project.servers.clear();
    world.project.firewalls.clear();
  }

  test('has neither our firewalls nor a recorded server: the tick stops', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    elsewhere(world);
    for (const look of ['fleet', 'changed'] as const)
      await assert.rejects(planFleet(world.ports, look), (thrown) =>
        isFailure(thrown, 'MisconfiguredAccount'),
      );
  });

  test('firewalls that somebody deleted are made again: the servers say whose it is', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    world.project.firewalls.clear();
    assert.equal((await planFleet(world.ports)).plan.fleet, 'create');
  });

  test('an installation that has made nothing yet is not taken for one', async () => {
    const world = createFakeWorld({ firewalls: false });
    askFor(world, 1);
    const { plan } = await planFleet(world.ports);
    assert.deepEqual(
      plan.changes.map(({ kind }) => kind),
      ['create'],
    );
  });
});

describe('an outage', () => {
  test('is said once by the plan, and writes no record of agents that run', async () => {
    const world = createFakeWorld();
    for (const n of [1, 2, 3, 4, 5]) bringUp(world, n);
    const before = world.git.branches.get('status');
    const failure = new Failure('ProviderOutage', 'a bad gateway');
    world.fault({ port: 'cloud', method: 'servers', kind: 'fail', failure });
    const { plan } = await planFleet(world.ports);
    await settled(world, plan);
    assert.equal(plan.reading.kind, 'partial');
    assert.deepEqual([plan.changes, plan.idle], [[], []]);
    assert.equal(world.git.branches.get('status'), before);
  });

  test('a retirement and a replacement that wait for it say so', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    bringUp(world, 2);
    edit(world, 1, { retired: { at: at(-600), by: 'person', reason: 'test' } });
    edit(world, 2, { revision: 2 });
    const failure = new Failure('ProviderOutage', 'a bad gateway');
    world.fault({ port: 'tailnet', method: 'devices', kind: 'fail', failure });
    const { plan } = await planFleet(world.ports);
    assert.deepEqual(
      plan.idle.map(({ agent, reason }) => [agent, reason]).sort(),
      [idNo(1), idNo(2)].sort().map((id) => [id, 'PartialReading']),
    );
  });
});
