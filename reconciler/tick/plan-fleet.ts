/** One tick's reading and decision: read everything, decide, hand over the plan. Changes nothing. */
import { type Plan, planOf } from '../core/plan.ts';
import type { World } from '../core/world.ts';
import { readWorld, type TickPorts } from './read-world.ts';

export async function planFleet(
  ports: TickPorts,
): Promise<{ readonly plan: Plan; readonly world: World }> {
  const world = await readWorld(ports);
  return { plan: planOf(world), world };
}
