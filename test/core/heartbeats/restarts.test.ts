/** Units that restart again and again, from look to look. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RestartBases, restartsAfter } from '../../../reconciler/core/heartbeats/restarts.ts';
import type { Sighting } from '../../../reconciler/core/heartbeats/sighting.ts';
import { idNo } from '../../builders/world.ts';

const space = { totalMb: 100, freeMb: 50 };
function sighting(restarts: number, revision = 1): Sighting {
  return {
    ...{ revision, atMs: 0, wellMs: 0 },
    beat: {
      ...{ unit: { state: 'active', restarts }, answers: true, containers: null },
      ...{ memory: space, disk: space, openclaw: null, rebootPending: false, tailnet: true },
    },
  };
}

/** By looks so many minutes apart; the restarts that each look reports. */
function looks(minutes: number, ...seen: readonly (Sighting | null)[]): readonly number[] {
  let bases: RestartBases = new Map();
  return seen.map((one, n) => {
    const nowMs = n * minutes * 60_000;
    const after = restartsAfter(bases, [{ agent: idNo(1), sighting: one }], nowMs);
    bases = after.bases;
    return after.restarting[0]?.restarts ?? 0;
  });
}

test('five restarts within an hour are reported, as many over a day are not', () => {
  assert.deepEqual(looks(5, sighting(90), sighting(92), sighting(95)), [0, 0, 5]);
  assert.deepEqual(looks(61, ...[0, 2, 4, 6, 8, 10].map((n) => sighting(n))), [0, 0, 0, 0, 0, 0]);
});

test('another server, a unit that was started anew, and no heartbeat begin from the first', () => {
  assert.deepEqual(looks(5, sighting(0), sighting(9, 2), sighting(10, 2)), [0, 0, 0]);
  assert.deepEqual(looks(5, sighting(9), sighting(0), sighting(4)), [0, 0, 0]);
  assert.deepEqual(looks(5, sighting(0), null, sighting(9)), [0, 0, 0]);
});
