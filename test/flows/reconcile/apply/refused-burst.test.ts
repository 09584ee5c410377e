/** Refused bursts, and bursts that are approved in part. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderApprovalFile } from '../../../../reconciler/core/agent/decision-file.ts';
import { approvalEntryOf } from '../../../../reconciler/core/plan/granted.ts';
import type { Plan } from '../../../../reconciler/core/plan/plan.ts';
import { planFleet } from '../../../../reconciler/flows/reconcile/plan-fleet.ts';
import { at, idNo } from '../../../builders/world.ts';
import { bringUp, edit, recordOf, sawEnding, serverOf } from '../../../fakes/agents.ts';
import { createFakeWorld, type FakeWorld } from '../../../fakes/world.ts';
import { reconcileOnce } from './reconciling.ts';

const minuteMs = 60_000;

function approve(world: FakeWorld, plan: Plan, ...agents: readonly number[]): void {
  const names = new Set<string>(agents.map((n) => idNo(n)));
  const changes = [...plan.refused.map(({ change }) => change), ...plan.changes];
  const entries = changes.flatMap((change) =>
    names.has(change.agent) ? (approvalEntryOf(change) ?? []) : [],
  );
  assert.equal(entries.length, agents.length);
  const text = renderApprovalFile({ apiVersion: 'aura.dev/v1', kind: 'Approval', entries });
  world.forge.mergeReviewed('These may go', { 'approvals/a.yaml': text });
}

test('replacements that are approved before a run observed them count in their burst', async () => {
  const world = createFakeWorld();
  for (let n = 1; n <= 10; n += 1) bringUp(world, n);
  for (const n of [1, 2, 3, 4, 5]) edit(world, n, { revision: 2 });
  // A dry run names them; what it observed is in no record.
  const { plan } = await planFleet(world.ports);
  assert.equal(plan.refused.length, 5);
  approve(world, plan, 1, 2);
  for (let runs = 0; runs < 4; runs += 1) {
    await reconcileOnce(world);
    world.advance(minuteMs);
  }
  const revisions = [1, 2, 3, 4, 5].map((n) => recordOf(world, n)?.chosen?.revision);
  assert.deepEqual(revisions, [2, 2, 1, 1, 1], JSON.stringify(recordOf(world, 1)?.destroyed));
});

describe('a refused burst', () => {
  test('of cancellations by customers: nothing of it is carried out at Stripe either', async () => {
    const world = createFakeWorld();
    for (let n = 1; n <= 5; n += 1) bringUp(world, n);
    for (const n of [1, 2, 3, 4]) {
      edit(world, n, { retired: { at: at(-90), by: 'customer', reason: 'canceled' } });
      sawEnding(world, n, at(-90));
    }
    const done = await reconcileOnce(world);
    assert.equal(done?.plan.refused.length, 4);
    await reconcileOnce(world);
    assert.ok(serverOf(world, 1) !== null);
    assert.deepEqual([...world.stripe.done.keys()], []);
  });

  test('of cancellations, approved in part: those are ended and canceled at Stripe, others not', async () => {
    const world = createFakeWorld();
    for (let n = 1; n <= 5; n += 1) bringUp(world, n);
    for (const n of [1, 2, 3, 4])
      edit(world, n, { retired: { at: at(-90), by: 'customer', reason: 'canceled' } });
    await reconcileOnce(world);
    const { plan } = await planFleet(world.ports);
    approve(world, plan, 1, 2);
    for (let runs = 0; runs < 3; runs += 1) await reconcileOnce(world);
    const ended = [1, 2, 3, 4].map((n) => serverOf(world, n) === null);
    assert.deepEqual(ended, [true, true, false, false]);
    const canceled = [1, 2, 3, 4].map((n) =>
      [...world.stripe.done.keys()].some((key) => key.startsWith(idNo(n))),
    );
    assert.deepEqual(canceled, [true, true, false, false]);
  });

  test('that is then approved in part, restored and restored by hand has its grace', async () => {
    const world = createFakeWorld();
    for (let n = 1; n <= 5; n += 1) bringUp(world, n);
    const retired = { at: at(-90), by: 'person', reason: 'x' } as const;
    for (const n of [1, 2, 3, 4]) edit(world, n, { retired });
    for (const n of [1, 2, 3, 4]) sawEnding(world, n, at(-90));
    const { plan } = await planFleet(world.ports);
    const restored = edit(world, 1, { retired: undefined });
    await reconcileOnce(world);
    world.git.revert(restored);
    approve(world, plan, 1);
    await reconcileOnce(world);
    world.advance(30 * minuteMs);
    await reconcileOnce(world);
    assert.ok(serverOf(world, 1) !== null);
    world.advance(35 * minuteMs);
    await reconcileOnce(world);
    assert.equal(serverOf(world, 1), null);
  });

  test('loses nothing where Hetzner denies one of its servers for a while', async () => {
    const world = createFakeWorld();
    for (let n = 1; n <= 8; n += 1) bringUp(world, n);
    const retired = { at: at(-90), by: 'person', reason: 'x' } as const;
    for (const n of [1, 2, 3, 4]) edit(world, n, { retired });
    for (const n of [1, 2, 3, 4]) sawEnding(world, n, at(-90));
    await reconcileOnce(world);
    const hidden = serverOf(world, 1) ?? assert.fail();
    world.unkind.deny(hidden.id, 10 * minuteMs);
    await reconcileOnce(world);
    assert.equal(world.tailnet.devices.size, 8, 'its device is there');
  });
});
