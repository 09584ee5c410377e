/** Locks that dead runs left on agents without another change. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agentStateKey, labelNames } from '../../../../reconciler/core/fleet/observed.ts';
import { isEmptyPlan } from '../../../../reconciler/core/plan/plan.ts';
import { fleetStateKey } from '../../../../reconciler/core/stack/stack-spec.ts';
import { reportText } from '../../../../reconciler/core/status/report.ts';
import { applyFleet } from '../../../../reconciler/flows/reconcile/apply/fleet.ts';
import { releaseDeadLock } from '../../../../reconciler/flows/reconcile/apply/stack.ts';
import { planFleet } from '../../../../reconciler/flows/reconcile/plan-fleet.ts';
import { idNo } from '../../../builders/world.ts';
import { askFor, bringUp, edit, recordOf, serverOf, writeRecord } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { endedLongAgo } from './cases.ts';
import { outcomeText, reconcileOnce, untilQuiet } from './reconciling.ts';

const key = agentStateKey('aura', idNo(1));
const minute = 60_000;

function lockedWorld(ageMinutes: number): FakeWorld {
  const world = createFakeWorld();
  bringUp(world, 1);
  const created = new Date(world.time.now() - ageMinutes * minute).toISOString();
  world.bucket.locks.set(key, {
    id: 'lock-of-a-dead-run',
    who: 'root@runner-7',
    operation: 'OperationTypeApply',
    created,
  });
  return world;
}

async function done(world: FakeWorld): Promise<readonly string[]> {
  const { applied } = (await reconcileOnce(world)) ?? assert.fail();
  return applied.map(({ change, outcome }) => `${change} ${outcomeText(outcome)}`);
}

describe('a lock without a run', () => {
  test('is shown with its owner and its age, and waited for while it may be held', async () => {
    const world = lockedWorld(89);
    const { plan } = await planFleet(world.ports);
    assert.deepEqual(
      plan.locks.map(({ agent, who, dead }) => [agent, who, dead]),
      [[idNo(1), 'root@runner-7', false]],
    );
    assert.ok(isEmptyPlan(plan));
    assert.match(reportText(plan), /root@runner-7 since 2026-11-22T10:31:00.000Z/);
    assert.deepEqual(await done(world), []);
    assert.ok(world.bucket.locks.has(key));
  });

  test('is released once it is older than any lease, under a lease of our own', async () => {
    const world = lockedWorld(91);
    assert.deepEqual(await done(world), ['repair done']);
    assert.deepEqual([...world.bucket.locks], []);
    assert.equal(recordOf(world, 1)?.lease, undefined);
    assert.deepEqual(await done(world), []);
  });

  test('keeps no port 22 open while it is waited for', async () => {
    const world = lockedWorld(89);
    const server = serverOf(world, 1) ?? assert.fail();
    server.labels = { ...server.labels, [labelNames.customer]: 'x', [labelNames.bootstrap]: '1' };
    assert.match((await done(world)).join(), /^repair failed at repair: StateLocked/);
    assert.ok(!(labelNames.bootstrap in (serverOf(world, 1)?.labels ?? {})));
  });

  test('on a state that was only planned with is released too', async () => {
    const world = lockedWorld(91);
    const aside = key.replace('terraform.', 'next.');
    world.bucket.locks.set(aside, { ...(world.bucket.locks.get(key) ?? assert.fail()), id: 'two' });
    assert.deepEqual(await done(world), ['repair done']);
    assert.deepEqual([...world.bucket.locks], []);
  });

  test('of a run that died during a retirement is released, though nothing else is left', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    endedLongAgo(world);
    world.terraform.mishaps.push('killedMidway');
    assert.equal(await reconcileOnce(world), null);
    assert.ok(world.bucket.locks.has(key));
    world.bucket.states.delete(key);
    await untilQuiet(world);
    assert.deepEqual([...world.bucket.locks], []);
    assert.notEqual(recordOf(world, 1)?.gone, undefined);
  });

  test('beside an unfinished server whose desired power is off is released too', async () => {
    const world = createFakeWorld();
    askFor(world, 1);
    world.hosts.fail('configure', 1);
    await reconcileOnce(world);
    edit(world, 1, { power: 'stopped' });
    await untilQuiet(world);
    const created = new Date(world.time.now() - 91 * minute).toISOString();
    world.bucket.locks.set(key, { id: 'a', who: 'b', operation: 'OperationTypeApply', created });
    assert.deepEqual(await done(world), ['repair done']);
    assert.deepEqual([...world.bucket.locks], []);
    assert.deepEqual(await done(world), []);
  });

  test('on the state of a retired agent is waited for, and the state stays until then', async () => {
    const world = lockedWorld(80);
    world.project.servers.clear();
    endedLongAgo(world);
    assert.deepEqual(await done(world), ['retire failed at state: StateLocked']);
    assert.ok(world.bucket.states.has(key));
    world.advance(11 * minute);
    await untilQuiet(world);
    assert.deepEqual([...world.bucket.locks], []);
    assert.notEqual(recordOf(world, 1)?.gone, undefined);
  });

  for (const [run, isReleased] of [
    ['running', false],
    ['over', true],
  ] as const) {
    test(`whose lease's run is ${run} is ${isReleased ? 'released' : 'left alone'}, whatever its age`, async () => {
      const world = lockedWorld(isReleased ? 5 : 500);
      const record = recordOf(world, 1) ?? assert.fail();
      const time = (minutes: number) => new Date(world.time.now() + minutes * minute).toISOString();
      writeRecord(world, {
        ...record,
        lease: {
          run: 'run-of-old',
          runAttempt: 1,
          change: 'repair',
          nonce: record.server?.nonce ?? '',
          since: time(-5),
          until: time(85),
          step: 'repair',
        },
      });
      world.forge.runs.set('run-of-old', run);
      const { plan } = await planFleet(world.ports);
      assert.equal(plan.locks.length, isReleased ? 1 : 0, 'a lock with a live run is no news');
      await done(world);
      assert.equal(world.bucket.locks.has(key), !isReleased);
    });
  }

  test('that another run takes between the plan and its release is not released', async () => {
    const world = lockedWorld(91);
    const fresh = { id: 'fresh', who: 'root@runner-8', operation: 'OperationTypeApply' };
    world.fault({
      port: 'stacks',
      method: 'lock',
      kind: 'meanwhile',
      run: () => {
        const created = new Date(world.time.now()).toISOString();
        world.bucket.locks.set(key, { ...fresh, created });
      },
    });
    assert.deepEqual(await done(world), ['repair failed at repair: StateLocked']);
    assert.equal(world.bucket.locks.get(key)?.id, 'fresh');
  });
});

describe('a machine whose clock is two hours fast', () => {
  const fleetKey = fleetStateKey('aura');

  function lockedFleet(ageMinutes: number): FakeWorld {
    const world = createFakeWorld({ firewalls: false });
    const created = new Date(world.time.now() - ageMinutes * minute).toISOString();
    const operation = 'OperationTypeApply';
    world.bucket.locks.set(fleetKey, { id: 'at-work', who: 'root@runner-7', operation, created });
    world.time.wallSkewMs = 120 * minute;
    return world;
  }

  test('does not take the shared stack’s lock from a run that works on it', async () => {
    const world = lockedFleet(1);
    await assert.rejects(applyFleet(world.ports, world.policy), { reason: 'StateLocked' });
    assert.equal(world.bucket.locks.get(fleetKey)?.id, 'at-work');
  });

  test('takes the lock of a dead run', async () => {
    const world = lockedFleet(91);
    await applyFleet(world.ports, world.policy);
    assert.equal(world.bucket.locks.has(fleetKey), false);
  });

  test('does not take the lock of a single agent either', async () => {
    const world = lockedWorld(1);
    world.time.wallSkewMs = 120 * minute;
    const run = { ports: world.ports, policy: world.policy };
    await assert.rejects(releaseDeadLock(run, key, false), { reason: 'StateLocked' });
    assert.ok(world.bucket.locks.has(key));
  });
});
