/** Observes the fleet and plans one run. Changes nothing. */
import type { RunRef } from '../../core/fleet/run.ts';
import type { World } from '../../core/fleet/world.ts';
import { findOrphans, type OrphanFindings } from '../../core/orphans/orphan.ts';
import { paceOf } from '../../core/plan/pace.ts';
import type { Plan } from '../../core/plan/plan.ts';
import type { ObservePorts } from './observe/listed.ts';
import { observe } from './observe/observe.ts';
import { readFleetResources } from './observe/read-fleet-resources.ts';
import { provenPlan } from './observe/read-proofs.ts';
import type { Scope } from './observe/scope.ts';

/** @param run the run that plans; null where a person plans */
export async function planFleet(
  ports: ObservePorts,
  scope: Scope = 'fleet',
  run: RunRef | null = null,
): Promise<{ readonly plan: Plan; readonly world: World }> {
  const callsBefore = ports.cloud.budget()?.calls ?? 0;
  const seen = await observe(ports, scope, run);
  const { world: read, found } = await findFleetOrphans(ports, seen, scope);
  const isListing = scope === 'fleet' || scope === 'listing';
  const budget = isListing ? ports.cloud.budget() : null;
  const { plan, world } = await provenPlan(ports, read, found);
  const { everyMinutes } = world.policy.observe;
  const pace =
    budget === null ? null : paceOf(budget.calls - callsBefore, budget.callsPerHour, everyMinutes);
  return { plan: pace === null ? plan : { ...plan, pace }, world };
}

/**
 * Other fleet resources are read on request, and where an orphan was found or decided on: one
 * proposal lists all kinds. A partial reading shows no orphans.
 */
async function findFleetOrphans(
  ports: ObservePorts,
  world: World,
  scope: Scope,
): Promise<{ readonly world: World; readonly found: OrphanFindings }> {
  const found = findOrphans(world);
  const { observed, orphanFiles, unreadable } = world;
  const known = found.orphans.length + orphanFiles.length + unreadable.length;
  const isWanted = scope === 'everything' || (scope === 'fleet' && known > 0);
  if (observed.reading.kind !== 'complete' || !isWanted) return { world, found };
  const whole = await readFleetResources(ports, world);
  return { world: whole, found: findOrphans(whole) };
}
