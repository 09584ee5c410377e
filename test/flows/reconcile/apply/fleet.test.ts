/** The shared stack is applied before everything else, and destroyed after everything else. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isFailure } from '../../../../reconciler/core/failure.ts';
import { fleetStateKey } from '../../../../reconciler/core/stack/stack-spec.ts';
import { applyPlan } from '../../../../reconciler/flows/reconcile/apply/apply.ts';
import { applyFleet, destroyFleet } from '../../../../reconciler/flows/reconcile/apply/fleet.ts';
import { planFleet } from '../../../../reconciler/flows/reconcile/plan-fleet.ts';
import { firstAttempt } from '../../../builders/world.ts';
import { askFor, bringUp } from '../../../fakes/agents.ts';
import { everyDeath } from '../../../fakes/deaths.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { reconcileOnce, untilQuiet } from './reconciling.ts';

const key = fleetStateKey('aura');

function newInstallation(): FakeWorld {
  const world = createFakeWorld({ firewalls: false });
  askFor(world, 1);
  return world;
}

function leftLocked(world: FakeWorld, minutesAgo: number): void {
  const created = new Date(world.time.now() - minutesAgo * 60_000).toISOString();
  world.bucket.locks.set(key, { id: 'lock-1', who: 'a runner', operation: 'apply', created });
}

describe('the shared stack', () => {
  test('is applied before the first server', async () => {
    const world = newInstallation();
    await reconcileOnce(world);
    const stacks = world.calls.filter((call) => call === 'stacks.apply');
    assert.equal(stacks.length, 2);
    assert.equal(world.project.firewalls.size, 3);
    const made = [...world.project.servers.values()][0];
    assert.ok(made !== undefined);
    await untilQuiet(world);
  });

  test('that cannot be applied: no server is created, and what was observed is finalized anyway', async () => {
    const world = newInstallation();
    bringUp(world, 2);
    const key = { port: 'stacks', method: 'apply', kind: 'fail' } as const;
    world.fault(key);
    await assert.rejects(reconcileOnce(world), (thrown) => isFailure(thrown, 'NetworkUnreachable'));
    assert.equal(world.project.servers.size, 1);
    await untilQuiet(world);
    assert.equal(world.project.servers.size, 2);
  });

  test('is repaired where a firewall was changed', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    const [first] = world.project.firewalls;
    assert.ok(first !== undefined);
    world.project.firewalls.set(first[0], { ...first[1], rules: '' });
    const done = await reconcileOnce(world);
    assert.equal(done?.plan.fleet, 'update');
    await untilQuiet(world);
  });

  test('can be applied alone, and agents alone', async () => {
    const world = newInstallation();
    const { plan } = await planFleet(world.ports);
    const fleet = await applyPlan(world.ports, plan, {
      run: firstAttempt('run-f'),
      parts: 'fleet',
    });
    assert.deepEqual(fleet, []);
    assert.equal(world.project.firewalls.size, 3);
    assert.equal(world.project.servers.size, 0);
    const agents = await applyPlan(world.ports, plan, {
      run: firstAttempt('run-g'),
      parts: 'agents',
    });
    assert.equal(agents[0]?.outcome.kind, 'done');
    assert.equal(world.calls.filter((call) => call === 'stacks.apply').length, 2);
  });

  test('wherever its run dies, is completed by the next run', async () => {
    const deaths = await everyDeath({
      world: () => createFakeWorld({ firewalls: false }),
      flow: (world) => applyFleet(world.ports, world.policy).catch(() => null),
      kinds: ['die', 'dieAfter', 'lost', 'fail'],
      async after(world) {
        await untilQuiet(world);
        assert.equal(world.project.firewalls.size, 3);
      },
    });
    assert.equal(deaths, 12);
  });

  test('a dead run’s lock on it is removed once no run can hold it any more', async () => {
    const world = newInstallation();
    leftLocked(world, 10);
    await assert.rejects(reconcileOnce(world), (thrown) => isFailure(thrown, 'StateLocked'));
    world.advance(90 * 60_000);
    await untilQuiet(world);
    assert.equal(world.project.servers.size, 1);
    assert.equal(world.bucket.locks.size, 0);
  });

  test('under a stop stays as it is', async () => {
    const world = newInstallation();
    const { plan } = await planFleet(world.ports);
    world.git.halt('incident');
    const applied = applyPlan(world.ports, plan, { run: firstAttempt('run-f'), parts: 'all' });
    await assert.rejects(applied, (thrown) => isFailure(thrown, 'Stopped'));
    assert.equal(world.project.firewalls.size, 0);
    bringUp(world, 2);
    await assert.rejects(destroyFleet(world.ports, world.policy), (thrown) =>
      isFailure(thrown, 'Stopped'),
    );
  });
});

describe('destroying the shared stack', () => {
  async function emptied(): Promise<FakeWorld> {
    const world = createFakeWorld({ firewalls: false });
    await reconcileOnce(world);
    return world;
  }

  test('takes firewalls and state', async () => {
    const world = await emptied();
    await destroyFleet(world.ports, world.policy);
    assert.equal(world.project.firewalls.size, 0);
    assert.equal(world.bucket.states.size, 0);
    await destroyFleet(world.ports, world.policy);
  });

  test('is refused while a server exists', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    await assert.rejects(destroyFleet(world.ports, world.policy), (thrown) =>
      isFailure(thrown, 'Conflict'),
    );
    assert.equal(world.project.firewalls.size, 3);
  });

  test('is refused where the servers cannot be listed whole', async () => {
    const world = await emptied();
    const partial = () => ({ items: [], partial: ['page 2'] });
    world.fault({ port: 'cloud', method: 'servers', kind: 'lie', answer: partial });
    await assert.rejects(destroyFleet(world.ports, world.policy), (thrown) =>
      isFailure(thrown, 'UnexpectedAnswer'),
    );
    assert.equal(world.project.firewalls.size, 3);
  });
});
