/**
 * Reads what is beyond servers, devices and states: keys, snapshots, lone locks, what is announced to
 * go, and how much there is that is none of ours. Only where the fleet itself was read whole: what
 * owns them must be known.
 */

import { agentOfState } from '../../../core/fleet/lock.ts';
import type { Foreign, Marks, ObservedLock } from '../../../core/fleet/marks.ts';
import type { Offers } from '../../../core/fleet/observed.ts';
import { claimIsLiveIn } from '../../../core/fleet/recorded.ts';
import type { World } from '../../../core/fleet/world.ts';
import { cents, fleetMonthlyCost } from '../../../core/stack/cost.ts';
import { listed, type TickPorts } from './listed.ts';

export async function readMarks(ports: TickPorts, world: World): Promise<World> {
  const { fleet } = world.policy;
  const read = <Item>(list: () => Promise<readonly Item[]>) =>
    listed(async () => ({ items: await list(), partial: [] }), 'fleet');
  const [authKeys, sshKeys, snapshots, withdrawals, foreign, locked] = await Promise.all([
    read(() => ports.tailnet.keys(fleet)),
    read(() => ports.cloud.sshKeys(fleet)),
    read(() => ports.cloud.snapshots(fleet)),
    read(() => ports.cloud.withdrawals()),
    read(() => ports.cloud.foreignServers(fleet)),
    read(() => ports.states.lockedKeys(`${fleet}/agents/`)),
  ]);
  const sources = [authKeys, sshKeys, snapshots, withdrawals, foreign, locked];
  const problems = sources.flatMap(({ partial }) => partial);
  if (problems.length > 0) {
    // Whatever is decided without them stands; what they would have shown is found the next time.
    ports.log.warn({ problems }, 'what carries our marks beyond servers could not be read whole');
    return world;
  }
  const marks: Marks = {
    authKeys: authKeys.items,
    sshKeys: sshKeys.items,
    snapshots: snapshots.items,
    withdrawals: withdrawals.items,
    foreign: foreignOf(world, foreign.items),
  };
  return { ...world, marks, locks: await readLocks(ports, world, locked.items) };
}

/** Locks that no live claim is behind, of these states or of those that the listing says are locked. */
export async function readLocks(
  ports: Pick<TickPorts, 'states' | 'log'>,
  world: Pick<World, 'records' | 'runs' | 'nowMs' | 'policy' | 'observed'>,
  keys: readonly string[] = [],
): Promise<readonly ObservedLock[]> {
  const { observed, policy } = world;
  const seen = observed.states.filter(({ locked }) => locked).map(({ key }) => key);
  const wanted = [...new Set([...seen, ...keys])].sort();
  if (wanted.length === 0) return [];
  const busy = new Set(
    world.records.filter(({ claim }) => claimIsLiveIn(world, claim)).map(({ name }) => name),
  );
  const idle = wanted.filter((key) => !busy.has(agentOfState(key, policy.fleet)));
  const locks: ObservedLock[] = [];
  for (const key of idle.slice(0, locksMax)) {
    try {
      const lock = await ports.states.lock(key);
      if (lock !== null) locks.push({ key, ...lock });
    } catch (error) {
      ports.log.warn({ key, error }, 'a lock could not be read; it is left alone');
    }
  }
  return locks;
}

/** So many dead runs are an accident of its own; the rest is read once these are gone. */
const locksMax = 50;

/** A server of ours whose label somebody took off is none of theirs. */
function foreignOf(
  { records, offers }: World,
  servers: readonly {
    readonly id: string;
    readonly serverType: string;
    readonly location: string;
  }[],
): Foreign {
  const ours = new Set(records.map(({ server }) => server?.id));
  const others = servers.filter(({ id }) => !ours.has(id));
  return { servers: others.length, monthlyCost: cents(costOf(offers, others)) };
}

function costOf(offers: Offers | null, servers: Parameters<typeof fleetMonthlyCost>[1]): number {
  return offers === null ? 0 : fleetMonthlyCost(offers, servers);
}
