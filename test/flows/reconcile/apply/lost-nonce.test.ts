/** An unverified server without its nonce label gets the label again from the record. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { labelNames } from '../../../../reconciler/core/fleet/observed.ts';
import { askFor, recordOf, serverOf } from '../../../fakes/agents.ts';
import { createFakeWorld } from '../../../fakes/world.ts';
import { reconcileOnce } from './reconciling.ts';
import { reportedOf } from './reported.ts';

test('an unverified recorded server without its nonce label continues, or the reason is reported', async () => {
  const world = createFakeWorld();
  askFor(world, 1);
  world.hosts.fail('configure', 1);
  await reconcileOnce(world);
  const server = serverOf(world, 1) ?? assert.fail();
  delete server.labels[labelNames.nonce];
  for (let hour = 1; hour <= 6; hour += 1) {
    await reconcileOnce(world);
    world.advance(3_600_000);
  }
  const said = reportedOf(world, 1).filter((one) => one.startsWith('condition'));
  assert.ok(recordOf(world, 1)?.phase === 'running' || said.length > 0);
});
