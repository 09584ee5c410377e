/** Which leases keep an agent busy: the state of its run at the Forge counts before the lease. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { planFleet } from '../../../../reconciler/flows/reconcile/plan-fleet.ts';
import { at, idNo } from '../../../builders/world.ts';
import { bringUp, edit, recordOf, writeRecord } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';

/** The change of the plan for each agent, or its reason for none. */
async function verdicts(world: FakeWorld): Promise<readonly (readonly [string, string])[]> {
  const { plan } = await planFleet(world.ports);
  return [
    ...plan.changes.map(({ agent, kind }) => [agent, kind] as const),
    ...plan.idle.map(({ agent, reason }) => [agent, reason] as const),
  ];
}

describe('leases of other runs', () => {
  function leasedWorld(minutesLeft: number, runAttempt = 1): FakeWorld {
    const world = createFakeWorld();
    bringUp(world, 1);
    edit(world, 1, { power: 'stopped' });
    const record = recordOf(world, 1);
    assert.ok(record !== null && record.server !== undefined);
    const { nonce } = record.server;
    const [since, until] = [at(-5), at(minutesLeft)];
    writeRecord(world, {
      ...record,
      lease: { run: '77', runAttempt, change: 'power', nonce, since, until, step: 'power' },
    });
    return world;
  }

  test('a run that the Forge reports as running keeps its agent, though its lease has expired', async () => {
    const world = leasedWorld(-1);
    world.forge.runs.set('77', 'running');
    assert.deepEqual(await verdicts(world), [[idNo(1), 'Busy']]);
  });

  test('a run that is over frees its agent, though its lease lasts', async () => {
    const world = leasedWorld(60);
    world.forge.runs.set('77', 'over');
    assert.deepEqual(await verdicts(world), [[idNo(1), 'power']]);
  });

  test('an attempt is over once its job is run again, though that has the same run’s id', async () => {
    const world = leasedWorld(60);
    world.forge.runs.set('77/2', 'running');
    assert.deepEqual(await verdicts(world), [[idNo(1), 'power']]);
    world.forge.runs.set('77/3', 'running');
    assert.deepEqual(await verdicts(world), [[idNo(1), 'power']]);
  });

  test('the newest attempt keeps its agent; one unknown to the Forge does while its lease lasts', async () => {
    const second = leasedWorld(60, 2);
    second.forge.runs.set('77', 'over');
    assert.deepEqual(await verdicts(second), [[idNo(1), 'Busy']]);
    second.forge.runs.set('77/2', 'running');
    assert.deepEqual(await verdicts(second), [[idNo(1), 'Busy']]);
    second.forge.runs.set('77/2', 'over');
    assert.deepEqual(await verdicts(second), [[idNo(1), 'power']]);
    const late = leasedWorld(-1, 2);
    late.forge.runs.set('77', 'over');
    assert.deepEqual(await verdicts(late), [[idNo(1), 'power']]);
  });

  test('where the Forge does not answer, the lease holds, whether it has expired or not', async () => {
    for (const minutesLeft of [60, -1]) {
      const world = leasedWorld(minutesLeft);
      world.forge.runs.set('77', 'over');
      const fault = world.fault({ port: 'forge', method: 'runState', kind: 'fail' });
      assert.deepEqual(await verdicts(world), [[idNo(1), 'Busy']]);
      assert.equal(fault.fired, 1);
      assert.deepEqual(await verdicts(world), [[idNo(1), 'power']]);
    }
  });
});
