/**
 * Every change is interrupted at every one of its effects: the process dies before or after it, the
 * answer is lost, the call fails. The run is then reported as over, and later runs repair the rest.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { everyDeath } from '../fakes/deaths.ts';
import { cases } from '../flows/reconcile/apply/cases.ts';
import { triedRun, untilQuiet } from '../flows/reconcile/apply/reconciling.ts';

describe('a change that is interrupted at any effect is repaired by the runs that follow', () => {
  for (const one of cases) {
    test(one.name, async () => {
      const deaths = await everyDeath({
        world: one.world,
        flow: triedRun,
        kinds: ['die', 'dieAfter', 'lost', 'fail'],
        async after(world, death) {
          await untilQuiet(world);
          one.reached(world);
          assert.deepEqual([...world.bucket.locks.keys()], [], 'no lock is left');
          const usable = [...world.tailnet.keys.values()].filter(
            (key) => key.expiresMs > world.time.now(),
          );
          assert.deepEqual(usable, [], `no usable key is left after ${death.name}`);
        },
      });
      assert.ok(deaths >= 6, `${deaths} deaths`);
    });
  }
});
