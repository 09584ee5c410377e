/** A service without credentials to plan dispatches a run once for each due time. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '../../../../reconciler/core/failure.ts';
import { at, attempt } from '../../../builders/world.ts';
import { bringUp, edit, recordOf, writeRecord } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { watchRuns } from './watching.ts';

/** An agent whose repair failed twice: it is due again five minutes after the second time. */
function waiting(): FakeWorld {
  const world = createFakeWorld();
  bringUp(world, 1);
  const record = recordOf(world, 1) ?? assert.fail();
  const failed = () => attempt({ change: 'repair', step: 'repair', ended: at(0) });
  writeRecord(world, { ...record, attempts: [failed(), failed()] });
  return world;
}

const watched = async (world: FakeWorld, minutes: number) =>
  (await watchRuns(world, minutes, { by: 'records' })).dispatched;

describe('a due time', () => {
  test('dispatches a run when it has passed, and not before or again', async () => {
    const world = waiting();
    assert.deepEqual(await watched(world, 4), []);
    assert.deepEqual(await watched(world, 60), [`listing: due at ${at(5)}`]);
    assert.deepEqual(world.forge.dispatched[0]?.type, 'aura-reconcile');
  });

  test('that passed before the service began is left to the schedule', async () => {
    const world = waiting();
    world.advance(10 * 60_000);
    assert.deepEqual(await watched(world, 20), []);
  });

  test('dispatches after an outage of the Forge', async () => {
    const world = waiting();
    const fault = world.fault({ port: 'forge', method: 'dispatch', kind: 'fail', times: 3 });
    assert.equal((await watched(world, 20)).length, 1);
    assert.equal(fault.fired, 3);
  });

  test('is tried again ever less often where the Forge refuses us', async () => {
    const world = waiting();
    const failure = new Failure('Forbidden', 'GitHub answers 403');
    const how = { kind: 'fail', failure, times: 99 } as const;
    const fault = world.fault({ port: 'forge', method: 'dispatch', ...how });
    assert.deepEqual(await watched(world, 120), []);
    assert.ok(fault.fired > 3 && fault.fired < 13, `${fault.fired} tries in two hours`);
  });

  test('dispatches nothing under a stop', async () => {
    const world = waiting();
    world.git.halt('trouble');
    assert.deepEqual(await watched(world, 20), []);
  });

  test('may be the end of a hold or of a grace', async () => {
    const world = createFakeWorld();
    bringUp(world, 1);
    edit(world, 1, { hold: { reason: 'a look', since: at(-5), until: at(30) } });
    assert.deepEqual(await watched(world, 40), [`listing: due at ${at(30)}`]);
    const retired = { at: at(-10), by: 'person' as const, reason: 'enough' };
    edit(world, 1, { retired });
    assert.deepEqual(await watched(world, 30), [`listing: due at ${at(50)}`]);
  });
});
