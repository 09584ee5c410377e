/** Observes the fleet and plans one run. Changes nothing. */
import type { RunRef } from '../../core/fleet/run.ts';
import type { World } from '../../core/fleet/world.ts';
import { paceOf } from '../../core/plan/pace.ts';
import type { Plan } from '../../core/plan/plan.ts';
import type { ObservePorts } from './observe/listed.ts';
import { observe, type Scope } from './observe/observe.ts';
import { provenPlan } from './observe/read-proofs.ts';

/** @param run the run that plans; null where a person plans */
export async function planFleet(
  ports: ObservePorts,
  scope: Scope = 'fleet',
  run: RunRef | null = null,
): Promise<{ readonly plan: Plan; readonly world: World }> {
  const callsBefore = ports.cloud.budget()?.calls ?? 0;
  const seen = await observe(ports, scope, run);
  const budget = scope === 'fleet' ? ports.cloud.budget() : null;
  const { plan, world } = await provenPlan(ports, seen);
  const { everyMinutes } = world.policy.observe;
  const pace =
    budget === null ? null : paceOf(budget.calls - callsBefore, budget.callsPerHour, everyMinutes);
  return { plan: pace === null ? plan : { ...plan, pace }, world };
}
