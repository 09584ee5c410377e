/**
 * A replacement ends its server only where the limits allow the cost of the new one, and reserves
 * that cost until the new one is there.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { at } from '../../../builders/world.ts';
import { askFor, bringUp, edit, isOn } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { sell } from './cases.ts';
import { reconcileOnce } from './reconciling.ts';

async function hours(world: FakeWorld, count: number): Promise<void> {
  for (let hour = 1; hour <= count; hour += 1) {
    await reconcileOnce(world);
    world.advance(3_600_000);
  }
}

describe('a replacement under the ceiling of what the fleet may cost', () => {
  test('is deferred whole where the new server would go beyond it', async () => {
    // Two of 5.50 now; one of 10.50 and one of 5.50 after.
    const world = createFakeWorld({ policy: 'limits: {fleetCostMonthlyMax: 14}\n' });
    bringUp(world, 1);
    bringUp(world, 2);
    sell(world, 1, 'pro', { revision: 2 });
    await hours(world, 3);
    assert.deepEqual(world.project.deletions, []);
    assert.ok(isOn(world, 1));
  });

  test('reserves the cost of the server that it ends', async () => {
    const world = createFakeWorld({ policy: 'limits: {fleetCostMonthlyMax: 12}\n' });
    bringUp(world, 1);
    bringUp(world, 2);
    // It waits for a server, and has had its access longer than agent 1.
    askFor(world, 3, { access: { state: 'granted', since: at(-700) } });
    edit(world, 1, { revision: 2 });
    await hours(world, 4);
    assert.ok(isOn(world, 1));
  });
});
