/** A run over changed agents alone finds servers with their label under another name, too. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agentStateKey, labelNames } from '../../../../reconciler/core/fleet/observed.ts';
import { idNo } from '../../../builders/world.ts';
import { bringUp, edit, isOn, plantServer, recordOf } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { forget } from './cases.ts';
import { reconcileOnce } from './reconciling.ts';

function reasons(world: FakeWorld): readonly string[] {
  return recordOf(world, 1)?.conditions.map(({ reason }) => reason) ?? [];
}

describe('a run over changed agents alone', () => {
  test('ends no server while a spare one, of another name, prevents the next create', async () => {
    const world = createFakeWorld();
    const own = bringUp(world, 1);
    plantServer(world, 'restored-by-hand', { ...own.labels });
    edit(world, 1, { revision: 2 });
    await reconcileOnce(world, 'changed');
    await reconcileOnce(world);
    assert.deepEqual(world.project.deletions, []);
    assert.ok(isOn(world, 1));
    assert.deepEqual(reasons(world), ['SpareServer']);
  });

  test('creates no second server beside an unrecorded one that was renamed by hand', async () => {
    const world = createFakeWorld();
    const own = bringUp(world, 1);
    own.name = 'renamed-by-hand';
    forget(world, 1);
    world.bucket.states.delete(agentStateKey('aura', idNo(1)));
    await reconcileOnce(world);
    assert.deepEqual(reasons(world), ['SpareServer'], 'nothing is made before a person decides');
    edit(world, 1, { config: { timezone: 'Europe/Berlin' } });
    await reconcileOnce(world, 'changed');
    const labelled = [...world.project.servers.values()].filter(
      ({ labels }) => labels[labelNames.agent] === idNo(1),
    );
    assert.equal(labelled.length, 1);
  });
});
