/** Runs that die, overlap or lose answers while a part of a refused set is ended. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { renderApprovalFile } from '../../reconciler/core/agent/decision-file.ts';
import { approvalEntryOf } from '../../reconciler/core/plan/granted.ts';
import { applyPlan } from '../../reconciler/flows/reconcile/apply/apply.ts';
import { planFleet } from '../../reconciler/flows/reconcile/plan-fleet.ts';
import { at, firstAttempt, idNo } from '../builders/world.ts';
import { bringUp, edit, recordOf, sawEnding, serverOf } from '../fakes/agents.ts';
import { everyDeath } from '../fakes/deaths.ts';
import { createFakeWorld, type FakeWorld } from '../fakes/world.ts';
import { besides, reconcileOnce } from '../flows/reconcile/apply/reconciling.ts';

const minuteMs = 60_000;
const retired = { at: at(-90), by: 'person', reason: 'x' } as const;

/** Five of ten are retired at once, and a person has approved two. */
async function approvedTwo(change: 'retire' | 'replace'): Promise<FakeWorld> {
  const world = createFakeWorld();
  for (let n = 1; n <= 10; n += 1) bringUp(world, n);
  for (const n of [1, 2, 3, 4, 5]) {
    edit(world, n, change === 'retire' ? { retired } : { revision: 2 });
    sawEnding(world, n, at(-90));
  }
  const { plan } = await planFleet(world.ports);
  assert.equal(plan.refused.length, 5);
  const names = new Set<string>([1, 2].map((n) => idNo(n)));
  const entries = plan.refused.flatMap(({ change: one }) =>
    names.has(one.agent) ? (approvalEntryOf(one) ?? []) : [],
  );
  const text = renderApprovalFile({ apiVersion: 'aura.dev/v1', kind: 'Approval', entries });
  world.forge.mergeReviewed('These may go', { 'approvals/a.yaml': text });
  return world;
}

function stay(world: FakeWorld): void {
  for (const n of [3, 4, 5]) {
    assert.ok(serverOf(world, n) !== null, `${n} is there`);
    assert.deepEqual(recordOf(world, n)?.destroyed, [], `${n}`);
  }
}

describe('what an approver left out stays, wherever a run dies', () => {
  for (const change of ['retire', 'replace'] as const)
    test(change, async () => {
      const deaths = await everyDeath({
        world: () => approvedTwo(change),
        flow: (world) => reconcileOnce(world),
        kinds: ['die', 'dieAfter', 'lost'],
        async after(world) {
          for (let runs = 0; runs < 6; runs += 1) {
            world.advance(40 * minuteMs);
            await reconcileOnce(world).catch(() => null);
            stay(world);
          }
        },
      });
      assert.ok(deaths > 10);
    });
});

test('two runs of replacements at once: no more than the budget', async () => {
  const policy = `limits: {destroysPerHourCount: 2, missingCountMax: 100}\napply: {concurrency: 3}\n`;
  for (let nth = 1; nth <= 30; nth += 3) {
    const world = createFakeWorld({ policy });
    for (let n = 1; n <= 8; n += 1) bringUp(world, n);
    for (let n = 1; n <= 8; n += 1) edit(world, n, { revision: 2 });
    const first = (await planFleet(world.ports)).plan;
    const changes = [...first.changes, ...first.deferred.map(({ change }) => change)];
    const second = { ...first, changes: changes.slice(3) };
    const other = besides(world);
    const apply = (ports: typeof other, plan: typeof first, run: string) =>
      applyPlan(ports, plan, { run: firstAttempt(run), parts: 'agents' });
    world.fault({
      nth,
      kind: 'meanwhile',
      run: async () => void (await apply(other, second, 'b')),
    });
    await apply(world.ports, first, 'a');
    const ended = world.project.deletions.length;
    assert.ok(ended <= 2, `${ended} after ${nth}`);
  }
});

test('two runs, the second of which saw more arrive: the first ends none of them any more', async () => {
  const world = createFakeWorld();
  for (let n = 1; n <= 10; n += 1) bringUp(world, n);
  for (const n of [1, 2, 3]) {
    edit(world, n, { retired });
    sawEnding(world, n, at(-70));
  }
  const { plan } = await planFleet(world.ports);
  assert.equal(plan.changes.length, 3);
  for (const n of [4, 5]) {
    edit(world, n, { retired });
    sawEnding(world, n, at(-20));
  }
  await applyPlan(world.ports, plan, { run: firstAttempt('a'), parts: 'agents' });
  assert.deepEqual(world.project.deletions, []);
});

describe('an unrecorded end', () => {
  test('counts in its burst although its tombstone was lifted meanwhile', async () => {
    const world = createFakeWorld();
    for (let n = 1; n <= 10; n += 1) bringUp(world, n);
    for (const n of [1, 2, 3, 4]) {
      edit(world, n, { retired });
      sawEnding(world, n, at(-90));
    }
    const { plan } = await planFleet(world.ports);
    const one = plan.refused.find(({ change }) => change.agent === idNo(1)) ?? assert.fail();
    const entries = [approvalEntryOf(one.change) ?? assert.fail()];
    const text = renderApprovalFile({ apiVersion: 'aura.dev/v1', kind: 'Approval', entries });
    world.forge.mergeReviewed('This one may go', { 'approvals/a.yaml': text });
    world.fault({ port: 'stacks', method: 'apply', kind: 'dieAfter' });
    await reconcileOnce(world);
    world.calm();
    assert.equal(serverOf(world, 1), null);
    edit(world, 1, { retired: undefined });
    for (let runs = 0; runs < 5; runs += 1) {
      await reconcileOnce(world);
      world.advance(30 * minuteMs);
    }
    for (const n of [2, 3, 4]) assert.ok(serverOf(world, n) !== null, `${n} is there`);
  });
});
