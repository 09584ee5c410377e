/** What the fleet costs a month, for the policy's ceiling. */
import { type Builder, builderIsLive, builderOf } from '../fleet/builder.ts';
import { isKindThat } from '../fleet/change-kinds.ts';
import { labelNames } from '../fleet/observed.ts';
import { pricedServers } from '../fleet/priced.ts';
import { type AgentRecord, leaseIsLiveIn } from '../fleet/recorded.ts';
import type { Change } from '../fleet/situation.ts';
import type { World } from '../fleet/world.ts';
import { cents, fleetMonthlyCost } from '../stack/cost.ts';
import { promisedCreates } from './starts.ts';

/** The monthly cost of all servers, including those that are being created or were promised. */
export function costOfFleet(world: World): number {
  return cents(costOfServers(world) + costOfExpected(world));
}

function costOfServers(world: World): number {
  return fleetMonthlyCost(world.offers, pricedServers(world));
}

/** Of servers that are being created or were promised. */
function costOfExpected(world: World): number {
  const promised = promisedCreates(world.records, world.nowMs);
  const kept = world.records.filter(({ name }) => promised.has(name));
  return kept.reduce(
    (sum, { cost }) => sum + (cost?.monthly ?? 0),
    fleetMonthlyCost(world.offers, [...beingMade(world), ...buildersBeingMade(world)]),
  );
}

/**
 * What the fleet costs beyond what its records say: servers that no record names, and differences
 * in price. It is added where only the records are newer than the plan.
 */
export function unrecordedCost(world: World): number {
  return cents(costOfFleet(world) - recordedCost(world.records, world.nowMs));
}

/** The same as the cost of the fleet, but from the records alone. */
export function recordedCost(records: readonly AgentRecord[], nowMs: number): number {
  const promised = promisedCreates(records, nowMs);
  return records.reduce((sum, record) => {
    const servers = promised.has(record.name) ? 1 : recordedServers(record);
    return sum + servers * (record.cost?.monthly ?? 0);
  }, 0);
}

/** Two while a server is made in place of one that was lost and is still recorded. */
function recordedServers({ gone, server, lease }: AgentRecord): number {
  if (gone !== undefined) return 0;
  const isMade =
    lease !== undefined && isKindThat(lease.change, 'bringsUp') && lease.nonce !== server?.nonce;
  return (server === undefined ? 0 : 1) + (isMade ? 1 : 0);
}

/** For a replacement, the difference between its new server and the one that it ends. */
export function addedCost(change: Change & { kind: 'create' | 'replace' }, world: World): number {
  if (change.kind === 'create') return change.monthlyCost;
  const { offers } = world;
  const ended = pricedServers(world).filter(({ id }) => id === change.server);
  return change.monthlyCost - fleetMonthlyCost(offers, ended);
}

/** Why a server's cost forbids its create; null if it is within its plan's ceiling. */
export function beyondCeiling(
  { choice, monthlyCost }: Change & { kind: 'create' | 'replace' },
  { catalog, policy, offers }: World,
) {
  const { currency } = policy.limits;
  if (offers.currency !== currency)
    return {
      limit: 'fleetCost' as const,
      message: `the ceilings are in ${currency}, and Hetzner's prices in ${offers.currency}: set limits.currency in policy.yaml, and the ceilings by it`,
    };
  const ceiling = catalog.plans[choice.plan]?.monthlyCeiling ?? 0;
  if (monthlyCost <= ceiling) return null;
  const message = `${monthlyCost} a month is more than plan ${choice.plan} may cost (${ceiling})`;
  return { limit: 'planCost' as const, message };
}

/** Servers that other runs are creating and no listing shows yet. */
function beingMade({ records, observed, runs, nowMs }: World) {
  const ids = new Set(observed.servers.map(({ id }) => id));
  const nonces = new Set(observed.servers.map(({ labels }) => labels[labelNames.nonce]));
  const isWhole = observed.reading.kind === 'complete';
  return records.flatMap(({ lease, creates, chosen: earlier, server }) => {
    if (lease?.change !== 'create' || nonces.has(lease.nonce)) return [];
    const chosen = creates?.find(({ nonce }) => nonce === lease.nonce)?.chosen ?? earlier;
    if (chosen === undefined) return [];
    // In a reading that is not complete, recorded servers are priced already.
    if (server !== undefined && (ids.has(server.id) || !isWhole)) return [];
    return leaseIsLiveIn({ nowMs, runs }, lease) ? [chosen] : [];
  });
}

/** Live builders that no listing shows yet; one that is dead was not made, or is listed. */
function buildersBeingMade({ builders, observed, runs, nowMs }: World): readonly Builder[] {
  const listed = new Set(observed.servers.map((server) => builderOf(server, builders)));
  return builders.filter((one) => !listed.has(one) && builderIsLive(one, { nowMs, runs }));
}
