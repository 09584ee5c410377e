/** One tick's reading and decision: read everything, decide, hand over the plan. Changes nothing. */

import type { Policy } from '../../core/agent/policy.ts';
import type { RunRef } from '../../core/fleet/run.ts';
import type { World } from '../../core/fleet/world.ts';
import { type Pace, paceOf } from '../../core/plan/pace.ts';
import {
  type Decided,
  decidedAgain,
  decidedOf,
  needsDetails,
  type Plan,
  planOf,
} from '../../core/plan/plan.ts';
import type { TickPorts } from './observe/listed.ts';
import { readDetails } from './observe/read-details.ts';
import { readMarks } from './observe/read-marks.ts';
import { provenPlan } from './observe/read-proofs.ts';
import { type Look, readWorld } from './observe/read-world.ts';

/**
 * Most ticks change nothing, and those need neither prices nor addresses: they are read where
 * something is to be changed, and then it is decided again.
 *
 * @param run the one that plans; null where a person does
 */
export async function planFleet(
  ports: TickPorts,
  look: Look = 'fleet',
  run: RunRef | null = null,
): Promise<{ readonly plan: Plan; readonly world: World }> {
  const callsBefore = ports.cloud.budget()?.calls ?? 0;
  const seen = await readWorld(ports, look, run);
  const decided = decidedOf(seen);
  const pace = look === 'fleet' ? paceSince(ports, callsBefore, seen.policy) : null;
  const everything = wantsMarks(seen, decided, look);
  if (!everything && !needsDetails(decided))
    return { plan: withPace(planOf(seen, decided), pace), world: seen };
  const detailed = await readDetails(ports, seen);
  const read = everything ? await readMarks(ports, detailed) : detailed;
  const same = !everything && read.observed.reading === seen.observed.reading;
  const again = same ? decidedAgain(read, decided) : decidedOf(read);
  const { plan, world } = await provenPlan(ports, read, again);
  return { plan: withPace(plan, pace), world };
}

/**
 * What is beyond the fleet's servers is read where somebody asks for everything, and where an orphan
 * was found or decided on: one proposal lists those of every kind. Without a whole reading none is
 * known to be one.
 */
function wantsMarks(world: World, { found }: Decided, look: Look): boolean {
  const { observed, orphanFiles, unreadable } = world;
  if (observed.reading.kind !== 'complete') return false;
  const decisions = orphanFiles.length + unreadable.length;
  return look === 'everything' || found.orphans.length + decisions > 0;
}

function paceSince({ cloud }: TickPorts, callsBefore: number, { observe }: Policy): Pace | null {
  const budget = cloud.budget();
  if (budget === null) return null;
  return paceOf(budget.calls - callsBefore, budget.callsPerHour, observe.everyMinutes);
}

function withPace(plan: Plan, pace: Pace | null): Plan {
  return pace === null ? plan : { ...plan, pace };
}
