/**
 * RED. `unsettledRow` (core/plan/upkeep.ts) says `Busy`, for which `typeOfIdle` (core/report/status.ts)
 * has no condition, and `lackingSince` (core/report/lacking.ts) goes by the recorded power alone, which
 * stays `on`. A server that never arrives (an action that never ends, `unknown` after a host failed,
 * `deleting` for hours) is shown as running, and no alarm tells that a paid agent has none. The same
 * where it should be off: an agent without access may run on, and only its phase says `stopping`.
 * Right: an idle reason of its own (`Unsettled`, with `since`) that is a condition and, past the 15
 * minutes of `EntitledWithoutServer`, an alarm; a power-off that is due does not wait for `unknown`.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ServerStatus } from '../../reconciler/core/world/observed.ts';
import { at } from '../builders/world.ts';
import { bringUp } from '../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../fakes/world.ts';
import { sell } from './cases.ts';
import { tick, untilQuiet } from './rounds.ts';
import { toldOf } from './told.ts';

async function stuckForADay(status: ServerStatus, change = (_: FakeWorld) => {}) {
  const world = createFakeWorld();
  const server = bringUp(world, 1);
  await untilQuiet(world);
  change(world);
  server.statuses = [{ atMs: world.time.now(), status }];
  for (let hour = 1; hour <= 24; hour += 1) {
    await tick(world);
    world.advance(3_600_000);
  }
  return toldOf(world, 1);
}

describe('a server that is in between two states for a day', () => {
  for (const status of ['unknown', 'migrating', 'deleting'] as const)
    test(`${status}: its agent, which is paid for, is not said to run`, async () => {
      assert.notDeepEqual(await stuckForADay(status), []);
    });

  test('unknown: that an agent without access is not off is told', async () => {
    const access = { state: 'suspended', since: at(0) } as const;
    const told = await stuckForADay('unknown', (world) => sell(world, 1, 'starter', { access }));
    assert.notDeepEqual(told, []);
  });
});
