import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cases } from './cases.ts';
import { story, tick, untilQuiet } from './rounds.ts';

describe('every change, undisturbed', () => {
  for (const one of cases) {
    test(`${one.name}: the one change that is due is done, and then there is peace`, async () => {
      const world = await one.world();
      const done = await tick(world);
      assert.ok(done !== null);
      assert.deepEqual(
        done.applied.map(({ change, outcome }) => [change, outcome.kind]),
        [[one.change, 'done']],
        story(done),
      );
      await untilQuiet(world);
      one.reached(world);
    });
  }
});
