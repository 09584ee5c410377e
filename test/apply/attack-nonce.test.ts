/**
 * RED. `resumeRow` and `rollbackRow` (core/plan/existence.ts) do nothing where a server that is not
 * verified has lost its nonce label, and `repairRow` (core/plan/upkeep.ts), which would write it again
 * from the record, is closed to what is unfinished. A paid agent stays at `configuring` for ever, the
 * plan and the record say nothing about it (the alarm `EntitledWithoutServer` alone does, without a
 * why), and no verb helps. Right: labels of a recorded server are repaired before it is resumed
 * (`driftsOf` without device, protection, bootstrap), or at least an idle word says what is missing.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelNames } from '../../reconciler/core/world/observed.ts';
import { askFor, recordOf, serverOf } from '../fakes/agents.ts';
import { createFakeWorld } from '../fakes/world.ts';
import { tick } from './rounds.ts';
import { toldOf } from './told.ts';

test('a recorded server that is not verified and has lost its nonce label goes on, or it is said why not', async () => {
  const world = createFakeWorld();
  askFor(world, 1);
  world.hosts.fail('configure', 1);
  await tick(world);
  const server = serverOf(world, 1) ?? assert.fail();
  delete server.labels[labelNames.nonce];
  for (let hour = 1; hour <= 6; hour += 1) {
    await tick(world);
    world.advance(3_600_000);
  }
  const said = toldOf(world, 1).filter((one) => one.startsWith('condition'));
  assert.ok(recordOf(world, 1)?.phase === 'running' || said.length > 0);
});
