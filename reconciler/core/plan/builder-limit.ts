/**
 * Decides whether a builder may be bought. It counts as a create and adds to the fleet's cost, under
 * the same limits as the servers of agents.
 */
import { buildersSince } from '../fleet/builder.ts';
import type { World } from '../fleet/world.ts';
import type { BuilderChoice } from '../stack/builder-choice.ts';
import { cents } from '../stack/cost.ts';
import { hourMs } from '../text/time.ts';
import { costOfFleet } from './fleet-cost.ts';
import { startsPerCustomer } from './starts.ts';

/** Why not, in this world; null where it may be bought. */
export function builderRefusal(
  world: World,
  { monthlyCost }: Pick<BuilderChoice, 'monthlyCost'>,
): string | null {
  const { limits, pause } = world.policy;
  const { reading } = world.observed;
  const stop = world.stop ?? pause?.reason;
  if (stop !== undefined) return `effects are stopped: ${stop}`;
  if (reading.kind === 'partial') {
    const details = reading.reasons.map(({ source, detail }) => `${source}: ${detail}`);
    return `the reading is partial: ${details.join('; ')}`;
  }
  if (world.offers.currency !== limits.currency)
    return `the ceilings are in ${limits.currency}, and Hetzner's prices in ${world.offers.currency}`;
  const since = world.nowMs - hourMs;
  const started = [...startsPerCustomer(world.records, since).values()].reduce(
    (sum, count) => sum + count,
    buildersSince(world.builders, since),
  );
  if (started >= limits.createsPerHourMax)
    return `at most ${limits.createsPerHourMax} servers are created in an hour`;
  const after = cents(costOfFleet(world) + monthlyCost);
  return after <= limits.fleetCostMonthlyMax
    ? null
    : `the fleet would cost ${after} a month, at most ${limits.fleetCostMonthlyMax} is allowed`;
}
