/** A run decides nothing in a project that is not proven to be the fleet's, whatever its scope. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isFailure } from '../../../../reconciler/core/failure.ts';
import { fleetPath } from '../../../../reconciler/core/fleet/fleet-record.ts';
import { agentStateKey } from '../../../../reconciler/core/fleet/observed.ts';
import type { Plan } from '../../../../reconciler/core/plan/plan.ts';
import { fleetStackSpec } from '../../../../reconciler/core/stack/stack-spec.ts';
import { applyPlan } from '../../../../reconciler/flows/reconcile/apply/apply.ts';
import { observe } from '../../../../reconciler/flows/reconcile/observe/observe.ts';
import type { Scope } from '../../../../reconciler/flows/reconcile/observe/scope.ts';
import { planFleet } from '../../../../reconciler/flows/reconcile/plan-fleet.ts';
import { reconcile } from '../../../../reconciler/flows/reconcile/reconcile.ts';
import { at, firstAttempt, idNo } from '../../../builders/world.ts';
import { askFor, bringUp, edit, recordOf, removeFiles, serverOf } from '../../../fakes/agents.ts';
import { plantFleet } from '../../../fakes/fleet-stack.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';

const looks: readonly Scope[] = ['fleet', 'changed', 'everything'];
const wrongProject = (thrown: unknown) => isFailure(thrown, 'MisconfiguredAccount');

/** Another installation of the same fleet name, with firewalls of the same names. */
function twin(world: FakeWorld): void {
  plantFleet(world.otherProject, fleetStackSpec(world.policy));
}
async function planned(world: FakeWorld, look: Scope): Promise<Plan> {
  return (await planFleet(world.ports, look)).plan;
}
function kinds({ changes }: Plan): readonly (readonly [string, string])[] {
  return changes.map(({ agent, kind }) => [agent, kind] as const);
}
function sources({ reading }: Plan): readonly string[] {
  return reading.kind === 'partial' ? reading.reasons.map(({ source }) => source) : [];
}

describe('a token for another project', () => {
  for (const look of looks) {
    test(`ten signups create no second VM there, nor a first one (${look})`, async () => {
      const world = createFakeWorld();
      for (let n = 1; n <= 10; n += 1) bringUp(world, n);
      for (let n = 1; n <= 10; n += 1) edit(world, n, { config: { model: 'another' } });
      for (let n = 11; n <= 20; n += 1) askFor(world, n);
      twin(world);
      const ports = world.misdirect();
      await assert.rejects(
        reconcile(ports, { run: firstAttempt('run-a'), scope: look }),
        wrongProject,
      );
      assert.equal(world.otherProject.servers.size, 0);
      assert.deepEqual(world.calls, []);
    });

    test(`is detected before the first server was recorded, too (${look})`, async () => {
      const world = createFakeWorld();
      for (let n = 1; n <= 10; n += 1) askFor(world, n);
      twin(world);
      await assert.rejects(planFleet(world.misdirect(), look), wrongProject);
    });

    test(`without fleet.yaml nothing is created there either (${look})`, async () => {
      const world = createFakeWorld();
      for (const n of [1, 2]) bringUp(world, n);
      world.git.add('status', { subject: 'as before', edits: { [fleetPath]: null } });
      for (let n = 11; n <= 20; n += 1) askFor(world, n);
      twin(world);
      const ports = world.misdirect();
      await assert.rejects(
        reconcile(ports, { run: firstAttempt('run-a'), scope: look }),
        wrongProject,
      );
      assert.equal(world.otherProject.servers.size, 0);
    });
  }

  test('one recorded, existing server proves the project without any firewall', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    world.project.firewalls.clear();
    askFor(world, 2);
    for (const look of looks) {
      const plan = await planned(world, look);
      assert.deepEqual([plan.fleet, kinds(plan)], ['create', [[idNo(2), 'create']]]);
    }
  });

  test('is not assumed where the servers could not be listed', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    world.project.firewalls.clear();
    const partial = () => ({ items: [], partial: ['page 2'] });
    world.fault({ port: 'cloud', method: 'servers', kind: 'lie', answer: partial });
    assert.deepEqual(sources(await planned(world, 'fleet')), ['servers']);
  });
});

describe('a plan of the right project, carried out with another token', () => {
  const retired = { at: at(-600), by: 'person', reason: 'test' } as const;

  async function refused(world: FakeWorld): Promise<void> {
    const { plan } = await planFleet(world.ports);
    assert.ok(plan.changes.length > 0);
    twin(world);
    const applied = applyPlan(world.misdirect(), plan, {
      run: firstAttempt('run-a'),
      parts: 'agents',
    } as const);
    await assert.rejects(applied, wrongProject);
    assert.deepEqual(world.calls, []);
    assert.deepEqual(recordOf(world, 1)?.destroyed, []);
  }

  test('retires nothing: a server that is not there was not destroyed', async () => {
    const world = createFakeWorld();
    for (const n of [1, 2, 3]) bringUp(world, n);
    edit(world, 1, { retired });
    await refused(world);
  });

  test('nor where fleet.yaml cannot be read; in the right project power changes continue', async () => {
    const broken = () => {
      const world = createFakeWorld();
      bringUp(world, 1);
      edit(world, 1, { power: 'stopped' });
      world.git.add('status', { subject: 'broken', edits: { [fleetPath]: 'firewalls: [' } });
      return world;
    };
    await refused(broken());
    const world = broken();
    const { applied } = await reconcile(world.ports, { run: firstAttempt('run-a') });
    assert.deepEqual(
      applied.map(({ change, outcome }) => [change, outcome.kind]),
      [['power', 'done']],
    );
  });
});

test('firewalls that could not be listed are neither missing nor another project’s', async () => {
  const world = createFakeWorld();
  bringUp(world, 1);
  world.fault({ port: 'cloud', method: 'firewalls', kind: 'fail' });
  const plan = await planned(world, 'fleet');
  assert.deepEqual([sources(plan), plan.fleet], [['fleet'], 'none']);
  const empty = createFakeWorld();
  askFor(empty, 1);
  empty.fault({ port: 'cloud', method: 'firewalls', kind: 'fail', times: 2 });
  for (const scope of ['fleet', 'changed'] as const)
    assert.deepEqual(sources(await planned(empty, scope)), ['fleet']);
});

describe('a new installation', () => {
  test('applies the stack, and only then creates the first server', async () => {
    const world = createFakeWorld({ firewalls: false });
    askFor(world, 1);
    const plan = await planned(world, 'fleet');
    assert.deepEqual([plan.fleet, kinds(plan)], ['create', [[idNo(1), 'create']]]);
  });

  test('applies it where unrecorded firewalls of its names are there', async () => {
    const world = createFakeWorld({ firewalls: false });
    plantFleet(world.project, fleetStackSpec(world.policy));
    askFor(world, 1);
    assert.equal((await planned(world, 'fleet')).fleet, 'update');
  });
});

describe('fleet.yaml', () => {
  test('is read at the snapshot of the records', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    assert.equal((await observe(world.ports)).fleet, 'none');
  });

  test('that cannot be read makes the reading partial: nothing is created, power changes go on', async () => {
    for (const look of ['fleet', 'changed'] as const) {
      const world = createFakeWorld();
      bringUp(world, 1);
      edit(world, 1, { power: 'stopped' });
      askFor(world, 2);
      world.git.add('status', { subject: 'broken', edits: { [fleetPath]: 'firewalls: [' } });
      const plan = await planned(world, look);
      assert.deepEqual([sources(plan), plan.fleet], [['status'], 'none']);
      assert.deepEqual(kinds(plan), [[idNo(1), 'power']]);
    }
  });

  test('is not missing where the whole branch is: its servers show that it was lost', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    world.git.branches.delete('status');
    world.project.firewalls.clear();
    const ports = world.restart();
    const { plan } = await planFleet(ports);
    assert.deepEqual([sources(plan), plan.fleet, plan.changes], [['status'], 'none', []]);
  });
});

describe('a run over changed agents alone', () => {
  test('does not record a server as destroyed that is denied for a moment', async () => {
    const world = createFakeWorld();
    for (const n of [1, 2]) bringUp(world, n);
    edit(world, 1, { config: { model: 'another' } });
    edit(world, 2, { power: 'stopped' });
    const [id] = [serverOf(world, 1)?.id];
    for (const method of ['server', 'serverByName'])
      world.fault({
        port: 'cloud',
        method,
        kind: 'lie',
        times: 9,
        when: (one) => one === id || one === idNo(1),
        answer: () => null,
      });
    const { plan, applied } = await reconcile(world.ports, {
      run: firstAttempt('run-a'),
      scope: 'changed',
    });
    assert.deepEqual(plan.reading, { kind: 'named', agents: [idNo(2)] });
    assert.deepEqual(
      applied.map(({ agent }) => agent),
      [idNo(2)],
    );
    assert.deepEqual(recordOf(world, 1)?.destroyed, []);
    assert.equal(recordOf(world, 1)?.server?.id, id);
    assert.equal(world.project.servers.size, 2);
    const warned = world.logs.find(({ fields }) => 'server' in fields);
    assert.deepEqual([warned?.level, warned?.fields], ['warn', { agent: idNo(1), server: id }]);
  });

  test('leaves a server that is really gone to the next listing', async () => {
    const world = createFakeWorld();
    for (const n of [1, 2]) bringUp(world, n);
    edit(world, 1, { config: { model: 'another' } });
    world.project.servers.delete(serverOf(world, 1)?.id ?? '');
    assert.deepEqual(kinds(await planned(world, 'changed')), []);
    assert.deepEqual(kinds(await planned(world, 'fleet')), [[idNo(1), 'create']]);
  });

  test('looks a state up by its key where a listing lacks it', async () => {
    const world = createFakeWorld();
    for (const n of [1, 2]) bringUp(world, n);
    for (const n of [1, 2]) edit(world, n, { config: { model: 'another' } });
    const answer = () => ({ items: [], partial: [] });
    world.fault({ port: 'states', method: 'list', kind: 'lie', times: 2, answer });
    world.bucket.states.delete(agentStateKey('aura', idNo(2)));
    const plan = await planned(world, 'changed');
    assert.deepEqual(
      [plan.reading, kinds(plan)],
      [{ kind: 'named', agents: [idNo(2)] }, [[idNo(2), 'repair']]],
    );
  });

  test('lists everything where git itself is in doubt', async () => {
    const broken = createFakeWorld();
    for (const n of [1, 2]) bringUp(broken, n);
    const path = `agents/${idNo(1).charAt(4)}/${idNo(1).charAt(5)}/${idNo(1)}.yaml`;
    broken.git.add('status', { subject: 'broken', edits: { [path]: 'phase: [' } });
    askFor(broken, 3);
    const unread = await planned(broken, 'changed');
    assert.deepEqual([sources(unread), kinds(unread)], [['status'], []]);

    const emptied = createFakeWorld();
    for (let n = 1; n <= 10; n += 1) bringUp(emptied, n);
    removeFiles(emptied, 1, 2, 3, 4, 5);
    askFor(emptied, 11);
    edit(emptied, 6, { retired: { at: at(-600), by: 'person', reason: 'test' } });
    const removed = await planned(emptied, 'changed');
    assert.deepEqual([sources(removed), kinds(removed)], [['files'], []]);
  });
});
