/** A server in a status between on and off has a condition and, for a paid agent, an alarm. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ServerStatus } from '../../../../reconciler/core/fleet/observed.ts';
import { at } from '../../../builders/world.ts';
import { bringUp } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { sell } from './cases.ts';
import { reconcileOnce, untilQuiet } from './reconciling.ts';
import { reportedOf } from './reported.ts';

async function stuckForADay(status: ServerStatus, change = (_: FakeWorld) => {}) {
  const world = createFakeWorld();
  const server = bringUp(world, 1);
  await untilQuiet(world);
  change(world);
  server.statuses = [{ atMs: world.time.now(), status }];
  for (let hour = 1; hour <= 24; hour += 1) {
    await reconcileOnce(world);
    world.advance(3_600_000);
  }
  return reportedOf(world, 1);
}

describe('a server that is between on and off for a day', () => {
  for (const status of ['unknown', 'migrating', 'deleting'] as const)
    test(`${status}: its paid agent is not reported as running`, async () => {
      assert.notDeepEqual(await stuckForADay(status), []);
    });

  test('unknown: an agent without access whose server is not off is reported', async () => {
    const access = { state: 'suspended', since: at(0) } as const;
    const reported = await stuckForADay('unknown', (world) =>
      sell(world, 1, 'starter', { access }),
    );
    assert.notDeepEqual(reported, []);
  });
});
