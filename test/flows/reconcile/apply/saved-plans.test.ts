/** A saved plan of Terraform is applied only where the gate permits it, and is always deleted. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { labelNames } from '../../../../reconciler/core/fleet/observed.ts';
import type { PlannedStack } from '../../../../reconciler/ports/stacks.ts';
import { bringUp } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { cases } from './cases.ts';
import { applyOne, dueChange, outcomeText } from './reconciling.ts';

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

    test(`${one.name}: none is left or applied where all are refused`, async () => {
      const world = await one.world();
      const { plan } = await dueChange(world);
      replaceAll(world);
      await applyOne(world, plan);
      assert.equal(world.terraform.openPlans, 0);
      assert.ok(!world.calls.includes('stacks.apply'));
    });
  }
});

test('attributes that an import fills in may change after an import alone', async () => {
  const world = createFakeWorld();
  const server = bringUp(world, 1);
  server.labels = { ...server.labels, [labelNames.customer]: 'other' };
  const { plan } = await dueChange(world);
  const answer = (planned: unknown) => {
    const { resources, ...rest } = planned as PlannedStack;
    const changed = ['keep_disk', 'labels'];
    return { ...rest, resources: resources.map((one) => ({ ...one, changed })) };
  };
  world.fault({ port: 'stacks', method: 'plan', kind: 'lie', answer });
  assert.equal(outcomeText(await applyOne(world, plan)), 'failed at repair: GateRefused');
});
