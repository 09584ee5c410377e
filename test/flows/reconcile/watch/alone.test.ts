/** A fleet that is reconciled by dispatched runs alone, without a schedule. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askFor, bringUp, edit, isOn, removeFiles, serverOf } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { reconcileOnce } from '../apply/reconciling.ts';
import { watchRuns } from './watching.ts';

const minuteMs = 60_000;

function fleet(): FakeWorld {
  const world = createFakeWorld();
  for (const n of [1, 2, 3]) bringUp(world, n);
  return world;
}
const watched = (
  world: FakeWorld,
  minutes: number,
  events: Record<number, (p: () => void) => void>,
) => watchRuns(world, minutes, { events, run: () => reconcileOnce(world) });

test('pushes, retries, graces and drift are each found, and then nothing is dispatched', async () => {
  const world = fleet();
  const failed = world.fault({ port: 'configurator', method: 'configure', kind: 'fail', times: 1 });
  const { dispatched } = await watched(world, 6 * 60, {
    5: (push) => {
      askFor(world, 4);
      push();
    },
    60: (push) => {
      edit(world, 1, { power: 'stopped' });
      push();
    },
    120: (push) => {
      removeFiles(world, 2);
      push();
    },
    // A person switches a server off, which no push reports.
    200: () => {
      const server = serverOf(world, 3) ?? assert.fail();
      server.statuses.push({ atMs: world.time.now(), status: 'off' });
    },
  });
  assert.equal(failed.fired, 1);
  assert.deepEqual(
    [1, 3, 4].map((n) => isOn(world, n)),
    [false, true, true],
  );
  assert.equal(serverOf(world, 2), null);
  const idle = await watched(world, 6 * 60, {});
  assert.deepEqual(idle.dispatched, []);
  assert.ok(dispatched.length >= 5 && dispatched.length <= 10, dispatched.join('\n'));
  assert.ok(world.time.now() > 12 * 60 * minuteMs);
});
