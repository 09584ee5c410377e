import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { changeKinds } from '../../../../reconciler/core/fleet/change-kinds.ts';
import { cases } from './cases.ts';
import { applyOne, dueChange, reconcileOnce, story, untilQuiet } from './reconciling.ts';

describe('every change, undisturbed', () => {
  for (const one of cases) {
    test(`${one.name}: the one change that is due is applied, and then the fleet is converged`, async () => {
      const world = await one.world();
      const done = await reconcileOnce(world);
      assert.ok(done !== null);
      assert.deepEqual(
        done.applied.map(({ change, outcome }) => [change, outcome.kind]),
        [[one.change, 'done']],
        story(done),
      );
      await untilQuiet(world);
      one.reached(world);
    });
    test(`${one.name}: enters steps of its kind alone, in their order`, async () => {
      const world = await one.world();
      const { plan } = await dueChange(world);
      const entered: string[] = [];
      await applyOne(world, plan, { onStep: ({ step }) => void entered.push(step) });
      const steps: readonly string[] = changeKinds[one.change].steps;
      assert.deepEqual(
        entered,
        steps.filter((step) => entered.includes(step)),
      );
    });
  }
});
