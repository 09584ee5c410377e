/** A plan that Terraform saved is applied only where the gate permits it, and is gone in any case. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PlannedStack } from '../../../../reconciler/ports/stacks.ts';
import type { FakeWorld } from '../../../fakes/world.ts';
import { cases } from './cases.ts';
import { applyOne, dueChange } from './rounds.ts';

/** Every plan would replace something, which no change asks for. */
function replaceAll(world: FakeWorld): void {
  const replaced = { address: 'hcloud_server.other', id: '1' };
  const answer = (planned: unknown) => ({
    ...(planned as PlannedStack),
    resources: [{ ...replaced, action: 'replace', changed: [] }],
  });
  world.fault({ port: 'stacks', method: 'plan', kind: 'lie', answer, times: 9 });
}

describe('the saved plans of a change', () => {
  for (const one of cases) {
    test(`${one.name}: none is left`, async () => {
      const world = await one.world();
      await applyOne(world, (await dueChange(world)).plan);
      assert.equal(world.terraform.openPlans, 0);
    });

    test(`${one.name}: none is left nor applied where all are refused`, async () => {
      const world = await one.world();
      const { plan } = await dueChange(world);
      replaceAll(world);
      await applyOne(world, plan);
      assert.equal(world.terraform.openPlans, 0);
      assert.ok(!world.calls.includes('stacks.apply'));
    });
  }
});
