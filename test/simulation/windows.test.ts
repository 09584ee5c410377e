/**
 * Two plans from one world, as a push and the schedule make them: however their applies overlap,
 * and wherever one of them dies, together they end at most as many servers as one window allows.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRandomness, type Randomness } from '../../local-cloud/randomness.ts';
import { renderApprovalFile } from '../../reconciler/core/agent/decision-file.ts';
import { approvalEntryOf } from '../../reconciler/core/plan/granted.ts';
import type { Plan } from '../../reconciler/core/plan/plan.ts';
import { planFleet } from '../../reconciler/flows/reconcile/plan-fleet.ts';
import { bringUp, recordOf } from '../fakes/agents.ts';
import { checkInvariants } from '../fakes/invariants.ts';
import { createFakeWorld, type FakeWorld } from '../fakes/world.ts';
import { endedLongAgo } from '../flows/reconcile/apply/cases.ts';
import { besides, outcomeText, reconcileOnce } from '../flows/reconcile/apply/reconciling.ts';
import { apply, some, ways } from './two-plans.ts';

const allowed = 3;
const agents = 7;
const policy = (perHour: number) =>
  `limits: {destroysPerHourCount: ${perHour}, missingCountMax: 100}\napply: {concurrency: 2}\n`;

/** All are to be retired, and a plan of all, as made under a policy that allowed that. */
async function planned(): Promise<{ world: FakeWorld; plan: Plan }> {
  const world = createFakeWorld({ policy: policy(40) });
  for (let n = 1; n <= agents; n += 1) {
    bringUp(world, n);
    endedLongAgo(world, n);
  }
  const { plan } = await planFleet(world.ports);
  assert.equal(plan.changes.length, agents);
  const text = (world.git.text('policy.yaml') ?? '').replace(policy(40), policy(allowed));
  world.git.commit('Fewer at once', { 'policy.yaml': text });
  return { world, plan };
}

/** The same, once a person has merged an approval of it. */
function approve(world: FakeWorld, plan: Plan, places: readonly number[]): Plan {
  const path = 'approvals/a.yaml';
  const part = some(plan, places);
  const entries = part.changes.flatMap((change) => approvalEntryOf(change) ?? []);
  const text = renderApprovalFile({ apiVersion: 'aura.dev/v1', kind: 'Approval', entries });
  world.forge.mergeReviewed('These may go', { [path]: text });
  const changes = part.changes.map((change) =>
    change.kind === 'retire' ? { ...change, approval: path } : change,
  );
  return { ...part, changes };
}

/** A few of them, never more than one plan could end. */
function few(random: Randomness): readonly number[] {
  return Array.from({ length: 1 + random.below(allowed) }, () => random.below(agents));
}

describe('two plans at once end at most as many servers as one window allows', () => {
  for (const [name, way] of Object.entries(ways)) {
    test(name, async () => {
      let most = 0;
      for (let seed = 1; seed <= 15; seed += 1) {
        const random = createRandomness(seed);
        const { world, plan } = await planned();
        await way(world, [some(plan, few(random)), some(plan, few(random))], random);
        checkInvariants(world);
        // The rest is planned again, and by the same window.
        for (let runs = 1; runs <= 2; runs += 1) await reconcileOnce(world);
        const ended = world.project.deletions.length;
        assert.ok(ended <= allowed, `seed ${seed}: ${ended} servers ended`);
        most = Math.max(most, ended);
      }
      assert.equal(most, allowed, 'the window was never used up: nothing was tried');
    });
  }
});

describe('a deletion whose window is used up when it is leased', () => {
  test('is skipped with a reason, before any effect; the rest of the plan continues', async () => {
    const { world, plan } = await planned();
    await apply(besides(world), some(plan, [0, 1]), 'run-b');
    const applied = await apply(world.ports, some(plan, [2, 3]), 'run-a');
    const texts = applied.map(({ outcome }) => outcomeText(outcome)).sort();
    assert.equal(texts[0], 'done', 'the third place is free');
    assert.match(
      texts[1] ?? '',
      /^skipped: the limit is used up since it was planned: at most 3 servers of retired agents /,
    );
    assert.equal(world.project.deletions.length, 3);
    for (const { agent, outcome } of applied) {
      if (outcome.kind === 'done') continue;
      const record = [1, 2, 3, 4, 5, 6, 7]
        .map((n) => recordOf(world, n))
        .find((one) => one?.name === agent);
      assert.deepEqual([record?.lease, record?.attempts], [undefined, []]);
    }
  });

  test('continues where a person has approved it, and uses no place of others', async () => {
    const { world, plan } = await planned();
    const approved = await apply(world.ports, approve(world, plan, [0, 1, 2, 3]), 'run-a');
    assert.deepEqual(
      approved.map(({ outcome }) => outcome.kind),
      Array(4).fill('done'),
    );
    const rest = await apply(besides(world), some(plan, [4, 5, 6]), 'run-b');
    assert.deepEqual(
      rest.map(({ outcome }) => outcome.kind),
      Array(3).fill('done'),
    );
    assert.equal(world.project.deletions.length, agents);
  });

  test('an approved one that is in progress uses no place either', async () => {
    const { world, plan } = await planned();
    const approved = approve(world, plan, [0]);
    const other = besides(world);
    const kinds: string[] = [];
    world.fault({
      port: 'cloud',
      method: 'powerOff',
      kind: 'meanwhile',
      run: async () => {
        for (const { outcome } of await apply(other, some(plan, [1, 2, 3]), 'run-b'))
          kinds.push(outcome.kind);
      },
    });
    await apply(world.ports, approved, 'run-a');
    assert.deepEqual(kinds, ['done', 'done', 'done']);
  });
});
