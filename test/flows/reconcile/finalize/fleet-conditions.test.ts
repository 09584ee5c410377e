/** Conditions of the whole fleet are in fleet.yaml, and only on an existing branch. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Plan } from '../../../../reconciler/core/plan/plan.ts';
import { finalizeFleetConditions } from '../../../../reconciler/flows/reconcile/finalize/fleet-conditions.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { planned } from './finalizing.ts';

async function doubtful(world: FakeWorld): Promise<Plan> {
  const plan = await planned(world);
  const reason = { source: 'clock', detail: 'an hour apart' } as const;
  return { ...plan, reading: { kind: 'partial', reasons: [reason] } };
}

describe('a doubt about the clocks', () => {
  test('is written on top of another writer’s push', async () => {
    const world = createFakeWorld();
    const plan = await doubtful(world);
    const run = () => void world.git.add('status', { subject: 'rival', edits: { 'x.md': 'x' } });
    world.fault({ kind: 'meanwhile', port: 'state', method: 'push', run });
    await finalizeFleetConditions(world.ports, plan);
    assert.match(world.git.text('fleet.yaml', 'status') ?? '', /ClocksDisagree[\s\S]*hour apart/);
    assert.equal(world.git.text('x.md', 'status'), 'x');
    const written = world.git.tip('status')?.id;
    await finalizeFleetConditions(world.ports, plan);
    assert.equal(world.git.tip('status')?.id, written);
  });

  test('creates no branch: a new one would be taken for all records', async () => {
    const world = createFakeWorld();
    const plan = await doubtful(world);
    world.git.branches.delete('status');
    await finalizeFleetConditions(world.restart(), plan);
    assert.equal(world.git.tip('status'), null);
  });
});
