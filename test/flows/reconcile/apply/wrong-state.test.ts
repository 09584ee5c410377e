/** A repair over a wrong state: the state counts for what it holds, and no further. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agentStateKey, labelNames } from '../../../../reconciler/core/fleet/observed.ts';
import { effectHash } from '../../../../reconciler/core/fleet/recorded.ts';
import { serverAddress } from '../../../../reconciler/core/stack/stack-spec.ts';
import { idNo } from '../../../builders/world.ts';
import { bringUp, recordOf, writeRecord } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { applyOne, dueChange, outcomeText } from './reconciling.ts';

const key = agentStateKey('aura', idNo(1));

/** A label of agent 1 is to be repaired, and its state holds this. */
async function repaired(
  change: (world: FakeWorld, own: string) => { id: string; tainted: boolean },
) {
  const world = createFakeWorld();
  const server = bringUp(world, 1);
  server.labels = { ...server.labels, [labelNames.customer]: 'other' };
  const { plan } = await dueChange(world);
  const managed = [{ address: serverAddress, type: 'hcloud_server', ...change(world, server.id) }];
  world.bucket.states.set(key, { managed, modifiedMs: world.time.now() });
  const outcome = outcomeText(await applyOne(world, plan));
  const [remembered] = world.bucket.states.get(key)?.managed ?? [];
  return { outcome, remembered, own: server.id };
}

describe('a state', () => {
  for (const [what, change] of [
    ['a create of the server that failed', (_: FakeWorld, id: string) => ({ id, tainted: true })],
    ['a server that is gone', () => ({ id: '4711', tainted: false })],
  ] as const)
    test(`that holds ${what} is rewritten by an import`, async () => {
      const { outcome, remembered, own } = await repaired(change);
      assert.equal(outcome, 'done');
      assert.deepEqual([remembered?.id, remembered?.tainted], [own, false]);
    });

  test('that holds another, existing server stays as it is', async () => {
    let other = '';
    const { outcome, remembered } = await repaired((world) => {
      other = bringUp(world, 2).id;
      return { id: other, tainted: false };
    });
    assert.equal(outcome, 'failed at repair: GateRefused');
    assert.equal(remembered?.id, other);
  });

  test('with a lock that no lease can hold any more is used', async () => {
    const { outcome } = await repaired((world, id) => {
      const created = new Date(world.time.now() - 24 * 3_600_000).toISOString();
      world.bucket.locks.set(key, { id: 'l', who: 'kim', operation: 'x', created });
      return { id, tainted: false };
    });
    assert.equal(outcome, 'done');
  });
});

test('without a recorded choice for its server is not repaired', async () => {
  const world = createFakeWorld();
  const server = bringUp(world, 1);
  server.labels = { ...server.labels, [labelNames.customer]: 'other' };
  const { plan, change } = await dueChange(world);
  const { chosen: _chosen, ...record } = recordOf(world, 1) ?? assert.fail();
  writeRecord(world, record);
  const basis = { ...change.basis, record: effectHash(recordOf(world, 1)) };
  const outcome = await applyOne(world, { ...plan, changes: [{ ...change, basis }] });
  assert.equal(outcomeText(outcome), 'failed at repair: OwnershipUnproven');
});
