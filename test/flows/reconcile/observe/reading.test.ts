/** What a run reads, each thing once, and how it continues where a reading fails. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure, isFailure } from '../../../../reconciler/core/failure.ts';
import type { Plan } from '../../../../reconciler/core/plan/plan.ts';
import { planFleet } from '../../../../reconciler/flows/reconcile/plan-fleet.ts';
import { at, idNo } from '../../../builders/world.ts';
import { askFor, bringUp, edit } from '../../../fakes/agents.ts';
import type { PortName } from '../../../fakes/process.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { finalized } from '../finalize/finalizing.ts';

/** How often each of these is called while `doing` runs; none is disturbed. */
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

const once = {
  'state.tips': 1,
  'cloud.servers': 1,
  'cloud.firewalls': 1,
  'cloud.offers': 1,
  'cloud.primaryIps': 1,
  'tailnet.devices': 1,
  'states.list': 1,
};

describe('the readings of a run', () => {
  async function counted(world: FakeWorld) {
    const counts = await asked(world, reads, () => planFleet(world.ports));
    const { 'state.fetch': _byTheFakeTips, ...own } = counts;
    return own;
  }

  test('with nothing to do: each listing once, prices and addresses too', async () => {
    const world = createFakeWorld();
    for (const n of [1, 2, 3]) bringUp(world, n, { power: n === 2 ? 'stopped' : 'running' });
    assert.deepEqual(await counted(world), once);
    const { plan } = await planFleet(world.ports);
    const cost = { monthlyBefore: 16.5, monthlyAfter: 16.5, monthlyUnrecorded: 16.5 };
    assert.deepEqual(plan.cost, { currency: 'EUR', ...cost });
  });

  test('with changes due: the same', async () => {
    const world = createFakeWorld();
    for (const n of [1, 2, 3]) bringUp(world, n);
    edit(world, 1, { power: 'stopped' });
    edit(world, 2, { plan: 'pro' } as never);
    edit(world, 3, { retired: { at: at(-600), by: 'person', reason: 'test' } });
    askFor(world, 4);
    assert.deepEqual(await counted(world), once);
    assert.equal((await planFleet(world.ports)).plan.changes.length, 4);
  });
});

describe('prices or addresses that cannot be listed', () => {
  /** One agent each to create, replace, resize and configure, switch off, switch on, retire. */
  function busy(): FakeWorld {
    const world = createFakeWorld();
    askFor(world, 1);
    for (const n of [2, 3, 4, 6]) bringUp(world, n);
    bringUp(world, 5, { power: 'stopped' });
    edit(world, 2, { revision: 2 });
    edit(world, 3, { plan: 'pro', config: { model: 'another' } } as never);
    edit(world, 4, { power: 'stopped' });
    edit(world, 5, { power: 'running' });
    edit(world, 6, { retired: { at: at(-600), by: 'person', reason: 'test' } });
    return world;
  }
  const failure = new Failure('ProviderOutage', 'a bad gateway');
  const kinds = (plan: Plan) => plan.changes.map(({ agent, kind }) => [agent, kind]).sort();
  const waiting = (plan: Plan) =>
    plan.idle.map(({ agent, reason, message }) => [agent, `${reason}: ${message}`]).sort();
  const numbered = <Word>(words: Readonly<Record<number, Word>>) =>
    Object.entries(words)
      .map(([n, word]) => [idNo(Number(n)), word])
      .sort();
  const waits = (what: string) => `PartialReading: ${what} waits for a complete reading`;

  for (const scope of ['fleet', 'changed', 'everything'] as const) {
    test(`prices: nothing is created, ended or resized, the rest continues (${scope})`, async () => {
      const world = busy();
      world.fault({ port: 'cloud', method: 'offers', kind: 'fail', failure });
      const { plan } = await planFleet(world.ports, scope);
      const reasons = [{ source: 'prices', detail: 'ProviderOutage: a bad gateway' }];
      assert.deepEqual(plan.reading, { kind: 'partial', reasons });
      const goesOn = { 3: 'configure', 4: 'power', 5: 'power' };
      assert.deepEqual(kinds(plan), numbered(goesOn));
      assert.deepEqual(
        waiting(plan),
        numbered({ 1: waits('create'), 2: waits('replace'), 6: waits('retire') }),
      );
      assert.deepEqual([plan.cost, plan.fleet], [null, 'none']);
    });

    test(`addresses: nothing is created or ended, the rest continues (${scope})`, async () => {
      const world = busy();
      world.fault({ port: 'cloud', method: 'primaryIps', kind: 'fail', failure });
      const { plan } = await planFleet(world.ports, scope);
      const reasons = [{ source: 'addresses', detail: 'ProviderOutage: a bad gateway' }];
      assert.deepEqual(plan.reading, { kind: 'partial', reasons });
      assert.deepEqual(kinds(plan), numbered({ 3: 'resize', 4: 'power', 5: 'power' }));
      assert.notEqual(plan.cost, null);
    });
  }

  test('an empty list of prices is not used: nothing is reported as not sold', async () => {
    const world = busy();
    const answer = () => ({ currency: 'EUR', ipv4MonthlyNet: {}, list: [] });
    world.fault({ port: 'cloud', method: 'offers', kind: 'lie', answer });
    const { plan } = await planFleet(world.ports);
    const reasons = [{ source: 'prices', detail: 'the list of prices is empty' }];
    assert.deepEqual(plan.reading, { kind: 'partial', reasons });
    assert.ok(plan.idle.every(({ reason }) => reason === 'PartialReading'));
  });

  test('a single requested resize waits with a reason', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    edit(world, 1, { plan: 'pro' } as never);
    world.fault({ port: 'cloud', method: 'offers', kind: 'fail', failure });
    const { plan } = await planFleet(world.ports);
    assert.deepEqual([kinds(plan), waiting(plan)], [[], numbered({ 1: waits('resize') })]);
  });

  test('without the servers too: agents whose server was merely not listed get no condition', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    askFor(world, 2);
    for (const method of ['offers', 'servers'])
      world.fault({ port: 'cloud', method, kind: 'fail', failure });
    const { plan } = await planFleet(world.ports);
    assert.deepEqual([kinds(plan), waiting(plan)], [[], numbered({ 2: waits('create') })]);
  });

  test('a refusal stops the run', async () => {
    for (const method of ['offers', 'primaryIps']) {
      const world = busy();
      const refused = new Failure('Unauthorized', 'the token is invalid');
      world.fault({ port: 'cloud', method, kind: 'fail', failure: refused });
      await assert.rejects(planFleet(world.ports), refused);
    }
  });
});

describe('the wrong project', () => {
  /** Another project answers completely: nothing of ours is in it. */
  function elsewhere(world: FakeWorld): void {
    world.project.servers.clear();
    world.project.firewalls.clear();
  }

  test('has neither our firewalls nor a recorded server: the run stops', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    elsewhere(world);
    for (const look of ['fleet', 'changed'] as const)
      await assert.rejects(planFleet(world.ports, look), (thrown) =>
        isFailure(thrown, 'MisconfiguredAccount'),
      );
  });

  test('firewalls that were deleted are recreated: the servers prove the project', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    world.project.firewalls.clear();
    assert.equal((await planFleet(world.ports)).plan.fleet, 'create');
  });

  test('a new installation without servers is not taken for one', async () => {
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
  test('is reported once by the plan, and writes no record of agents that run', async () => {
    const world = createFakeWorld();
    for (const n of [1, 2, 3, 4, 5]) bringUp(world, n);
    const before = world.git.branches.get('status');
    const failure = new Failure('ProviderOutage', 'a bad gateway');
    world.fault({ port: 'cloud', method: 'servers', kind: 'fail', failure });
    const { plan } = await planFleet(world.ports);
    await finalized(world, plan);
    assert.equal(plan.reading.kind, 'partial');
    assert.deepEqual([plan.changes, plan.idle], [[], []]);
    assert.equal(world.git.branches.get('status'), before);
  });

  test('a retirement and a replacement that wait for it have a reason', async () => {
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
