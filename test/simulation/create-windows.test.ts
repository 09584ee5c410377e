/**
 * Two plans from one world, as a push and the schedule make them: however their applies overlap,
 * and wherever one of them dies, together they create no more than the limits allow.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createRandomness, type Randomness } from '../../local-cloud/randomness.ts';
import type { Plan } from '../../reconciler/core/plan/plan.ts';
import { planFleet } from '../../reconciler/flows/reconcile/plan-fleet.ts';
import { askFor, bringUp, recordOf } from '../fakes/agents.ts';
import { checkInvariants } from '../fakes/invariants.ts';
import { createFakeWorld, type FakeWorld } from '../fakes/world.ts';
import { besides, outcomeText, reconcileOnce } from '../flows/reconcile/apply/reconciling.ts';
import { apply, some, ways } from './two-plans.ts';

const allowed = 3;
const agents = 7;
const wide = '{createsPerHourMax: 40, createsPerCustomerPerHourMax: 40}';
/** The limit of each kind by which three more servers may be made, beside a first one. */
const limits: Readonly<Record<string, { readonly policy: string; readonly message: RegExp }>> = {
  'in an hour': {
    policy: `{createsPerHourMax: ${allowed}, createsPerCustomerPerHourMax: 40}`,
    message: /at most 3 an hour$/,
  },
  'for one customer': {
    policy: `{createsPerHourMax: 40, createsPerCustomerPerHourMax: ${allowed}}`,
    message: /at most 3 an hour for one customer$/,
  },
  'by the cost of the fleet': {
    policy: '{createsPerHourMax: 40, createsPerCustomerPerHourMax: 40, fleetCostMonthlyMax: COST}',
    message: /the fleet would cost [0-9.]+ a month, at most [0-9.]+ is allowed$/,
  },
};

/** A plan that creates all, as made under wide limits; then one of the limits became narrow. */
async function planned(narrow: string): Promise<{ world: FakeWorld; plan: Plan }> {
  const world = createFakeWorld({ policy: `limits: ${wide}\napply: {concurrency: 2}\n` });
  bringUp(world, 20);
  for (let n = 1; n <= agents; n += 1) askFor(world, n, { customer: 'cus_one' });
  const { plan } = await planFleet(world.ports);
  assert.equal(plan.changes.length, agents);
  const { monthlyBefore = 0, monthlyAfter = 0 } = plan.cost ?? {};
  const each = (monthlyAfter - monthlyBefore) / agents;
  const cost = String(monthlyBefore + each * (allowed + 0.5));
  const text = (world.git.text('policy.yaml') ?? '').replace(wide, narrow.replace('COST', cost));
  world.git.commit('Fewer at once', { 'policy.yaml': text });
  return { world, plan };
}

/** A few of them, never more than one plan could create. */
function few(random: Randomness): readonly number[] {
  return Array.from({ length: 1 + random.below(allowed) }, () => random.below(agents));
}

for (const [what, { policy, message }] of Object.entries(limits)) {
  describe(`two plans at once create as many servers as is allowed ${what}`, () => {
    for (const [name, way] of Object.entries(ways)) {
      test(name, async () => {
        let most = 0;
        for (let seed = 1; seed <= 15; seed += 1) {
          const random = createRandomness(seed);
          const { world, plan } = await planned(policy);
          await way(world, [some(plan, few(random)), some(plan, few(random))], random);
          checkInvariants(world);
          // The rest is planned again, and by the same limits.
          for (let runs = 1; runs <= 2; runs += 1) await reconcileOnce(world);
          const made = world.project.servers.size - 1;
          assert.ok(made <= allowed, `seed ${seed}: ${made} servers were made`);
          most = Math.max(most, made);
        }
        assert.equal(most, allowed, 'the limit was never reached: nothing was tried');
      });
    }

    test('one beyond the limit is skipped before any effect, and deferred by the next plan', async () => {
      const { world, plan } = await planned(policy);
      await apply(besides(world), some(plan, [0, 1]), 'run-b');
      const applied = await apply(world.ports, some(plan, [2, 3]), 'run-a');
      const texts = applied.map(({ outcome }) => outcomeText(outcome)).sort();
      assert.equal(texts[0], 'done', 'the third place is free');
      assert.match(texts[1] ?? '', /^skipped: a limit no longer allows it: /);
      assert.match(texts[1] ?? '', message);
      assert.equal(world.project.servers.size, 1 + allowed);
      const [skipped] = applied.filter(({ outcome }) => outcome.kind === 'skipped');
      const n = [1, 2, 3, 4, 5, 6, 7].find((one) => recordOf(world, one)?.name === skipped?.agent);
      assert.equal(n, undefined, 'no record was written for it');
      const { plan: next } = await planFleet(world.ports);
      assert.ok(next.deferred.some(({ change }) => change.agent === skipped?.agent));
    });
  });
}
