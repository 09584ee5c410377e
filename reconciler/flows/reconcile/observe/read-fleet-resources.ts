/**
 * Reads resources that not every run lists: keys, snapshots, locks without a listed state,
 * announced withdrawals, servers outside the fleet, and how much the quotas count beside the fleet.
 * Requires a complete reading: the owners must be known.
 */

import { isFailure } from '../../../core/failure.ts';
import type {
  FleetResources,
  Foreign,
  ObservedAuthKey,
  ObservedLock,
  Others,
} from '../../../core/fleet/fleet-resources.ts';
import { agentOfState } from '../../../core/fleet/lock.ts';
import type { Observed } from '../../../core/fleet/observed.ts';
import { leaseIsLiveIn } from '../../../core/fleet/recorded.ts';
import type { World } from '../../../core/fleet/world.ts';
import { fleetMonthlyCost } from '../../../core/stack/cost.ts';
import { type Listed, listed, type ObservePorts } from './listed.ts';

export async function readFleetResources(ports: ObservePorts, world: World): Promise<World> {
  const { fleet } = world.policy;
  const [authKeys, sshKeys, snapshots, withdrawals, foreign, locked, total, nodes] =
    await Promise.all([
      authKeysOf(ports, fleet),
      listed('fleet', () => ports.cloud.sshKeys(fleet)),
      listed('fleet', () => ports.cloud.snapshots(fleet)),
      listed('fleet', () => ports.cloud.withdrawals()),
      listed('fleet', () => ports.cloud.foreignServers(fleet)),
      listed('fleet', () => ports.states.lockedKeys(`${fleet}/agents/`)),
      listed('fleet', async () => [await ports.cloud.primaryIpTotal()]),
      listed('fleet', () => ports.tailnet.nodeIds(fleet)),
    ]);
  const sources = [authKeys, sshKeys, snapshots, withdrawals, foreign, locked, total, nodes];
  const problems = sources.flatMap(({ partial }) => partial);
  if (problems.length > 0) {
    // The plan stands without them; the next run reads them again.
    ports.log.warn({ problems }, 'fleet resources other than servers could not be read completely');
    return world;
  }
  const resources: FleetResources = {
    authKeys: authKeys.items,
    sshKeys: sshKeys.items,
    snapshots: snapshots.items,
    withdrawals: withdrawals.items,
    foreign: foreignOf(world, foreign.items),
    others: othersOf(world, {
      foreign: foreign.items,
      primaryIps: total.items[0] ?? 0,
      nodes: nodes.items,
    }),
  };
  const read = new Set(lockedStates(world.observed));
  const others = locked.items.filter((key) => !read.has(key));
  return {
    ...world,
    resources,
    locks: [...world.locks, ...(await readLocks(ports, world, others))],
  };
}

/** They need a scope that the client of the service lacks. */
async function authKeysOf(
  { tailnet }: Pick<ObservePorts, 'tailnet'>,
  fleet: string,
): Promise<Listed<ObservedAuthKey>> {
  try {
    return await listed('fleet', () => tailnet.keys(fleet));
  } catch (thrown) {
    if (!isFailure(thrown, 'Forbidden')) throw thrown;
    return { items: [], partial: [{ source: 'fleet', detail: thrown.message }] };
  }
}

/** Keys of the listed states that are locked. */
export function lockedStates({ states }: Pick<Observed, 'states'>): readonly string[] {
  return states.filter(({ locked }) => locked).map(({ key }) => key);
}

/** Locks on these states without a live lease. */
export async function readLocks(
  ports: Pick<ObservePorts, 'states' | 'log'>,
  world: Pick<World, 'records' | 'runs' | 'nowMs' | 'policy'>,
  keys: readonly string[],
): Promise<readonly ObservedLock[]> {
  if (keys.length === 0) return [];
  const busy = new Set(
    world.records.filter(({ lease }) => leaseIsLiveIn(world, lease)).map(({ name }) => name),
  );
  const idle = keys.filter((key) => !busy.has(agentOfState(key, world.policy.fleet))).sort();
  const locks: ObservedLock[] = [];
  for (const key of idle.slice(0, locksMax)) {
    try {
      const lock = await ports.states.lock(key);
      if (lock !== null) locks.push({ key, ...lock });
    } catch (error) {
      ports.log.warn({ key, error }, 'a lock could not be read; it stays');
    }
  }
  return locks;
}

/** So many dead runs are an incident; the rest is read once these are released. */
const locksMax = 50;

/** Excludes recorded servers that lost their label. */
function foreignOf(
  { records, offers }: World,
  servers: Awaited<ReturnType<ObservePorts['cloud']['foreignServers']>>,
): Foreign {
  const ours = new Set(records.map(({ server }) => server?.id));
  const others = servers.filter(({ id }) => !ours.has(id));
  return { servers: others.length, monthlyCost: fleetMonthlyCost(offers, others) };
}

/** All that there is but the servers of recorded agents, their addresses and their devices. */
function othersOf(
  { records, observed }: World,
  seen: {
    readonly foreign: readonly { readonly id: string }[];
    readonly primaryIps: number;
    readonly nodes: readonly string[];
  },
): Others {
  const live = records.filter(({ gone }) => gone === undefined);
  const ours = new Set(live.map(({ server }) => server?.id));
  const all = new Set([...observed.servers, ...seen.foreign].map(({ id }) => id));
  const own = observed.servers.filter(({ id }) => ours.has(id));
  const addresses = own.flatMap(({ ipv4Id, ipv6Id }) => [ipv4Id, ipv6Id]);
  const joined = new Set(live.map(({ tailnet }) => tailnet?.nodeId));
  return {
    servers: all.size - own.length,
    // A server may be created between the two listings.
    primaryIps: Math.max(0, seen.primaryIps - addresses.filter((id) => id !== null).length),
    devices: seen.nodes.filter((id) => !joined.has(id)).length,
  };
}
