/** How the applies of two plans may overlap. */
import type { Randomness } from '../../local-cloud/randomness.ts';
import type { Plan } from '../../reconciler/core/plan/plan.ts';
import { type AppliedChange, applyPlan } from '../../reconciler/flows/reconcile/apply/apply.ts';
import type { Ports } from '../../reconciler/ports/ports.ts';
import { firstAttempt } from '../builders/world.ts';
import type { FakeWorld } from '../fakes/world.ts';
import { besides } from '../flows/reconcile/apply/reconciling.ts';

/** The changes of a plan at these places. */
export function some(plan: Plan, places: readonly number[]): Plan {
  return { ...plan, changes: plan.changes.filter((_, place) => places.includes(place)) };
}

export function apply(ports: Ports, plan: Plan, run: string): Promise<readonly AppliedChange[]> {
  return applyPlan(ports, plan, { run: firstAttempt(run), parts: 'agents' });
}

export const ways: Readonly<
  Record<string, (world: FakeWorld, plans: readonly [Plan, Plan], random: Randomness) => unknown>
> = {
  async 'one after the other'(world, [first, second]) {
    await apply(world.ports, first, 'run-a');
    await apply(besides(world), second, 'run-b');
  },
  'both at once': (world, [first, second]) =>
    Promise.all([apply(world.ports, first, 'run-a'), apply(besides(world), second, 'run-b')]),
  async 'one in the midst of the other'(world, [first, second], random) {
    const other = besides(world);
    world.fault({
      nth: 1 + random.below(12),
      kind: 'meanwhile',
      run: async () => void (await apply(other, second, 'run-b')),
    });
    await apply(world.ports, first, 'run-a');
  },
  async 'one that died'(world, [first, second], random) {
    world.forge.runs.set('run-a', 'running');
    const kind = random.below(2) === 0 ? ('die' as const) : ('dieAfter' as const);
    world.fault({ nth: 1 + random.below(20), kind });
    await apply(world.ports, first, 'run-a').catch(() => null);
    world.calm();
    world.restart();
    world.forge.runs.set('run-a', 'over');
    await apply(world.ports, second, 'run-b');
  },
};
