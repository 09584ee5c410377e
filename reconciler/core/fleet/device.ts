/**
 * Decides whose device is which. A device is an agent's where the agent's record names its node id,
 * which was read on the agent's own host. A hostname is what a machine calls itself, and proves
 * nothing: a device that no record names is at most a leftover of the agent whose id it bears.
 */
import { type AgentId, parseAgentId } from '../agent/agent.ts';
import { timeMs } from '../text/time.ts';
import type { Observed, ObservedDevice } from './observed.ts';
import { type AgentRecord, recordId } from './recorded.ts';

/** The agent whose id a device bears as its hostname. The machine itself chooses that. */
export function agentNamedBy(device: Pick<ObservedDevice, 'hostname'>): AgentId | null {
  return parseAgentId(device.hostname);
}

/** By node id, the agent whose record names it; `several` where more than one does. */
export type NodeOwners = ReadonlyMap<string, AgentId | 'several'>;

export function nodeOwners(records: readonly AgentRecord[]): NodeOwners {
  const owners = new Map<string, AgentId | 'several'>();
  for (const record of records) {
    const node = record.gone === undefined ? record.tailnet?.nodeId : undefined;
    if (node !== undefined) owners.set(node, owners.has(node) ? 'several' : recordId(record));
  }
  return owners;
}

/**
 * How far the clocks of Hetzner and Tailscale, and of Tailscale's own machines, may be apart. The
 * time of creation of a device is compared with those of servers, keys and attempts.
 */
const clockToleranceMs = 30_000;

/** Made before a server (or a key) was, so that it cannot run on it (or have joined by it). */
export function isOlder(device: Pick<ObservedDevice, 'created'>, than: string): boolean {
  return timeMs(device.created) + clockToleranceMs < timeMs(than);
}

/**
 * Whether a device that no record names was left behind by an earlier server of the agent: it bears
 * the agent's id, it was made while a run worked on the agent, it is not connected, it is older than
 * the agent's server, and its name is not another agent's. Each is needed: a machine chooses its
 * hostname, but not when its device was made; what is connected runs somewhere; a younger one may be
 * that of the agent's server; and a machine that renamed itself may keep the name that it joined by.
 */
export function isLeftover(device: ObservedDevice, id: AgentId, record: AgentRecord | null) {
  if (record === null || device.online || device.hostname !== id) return false;
  const named = parseAgentId(shortName(device).replace(/(?<=^agt-.{12})-\d+$/, ''));
  if (named !== null && named !== id) return false;
  if (record.server !== undefined && !isOlder(device, record.server.created)) return false;
  return wasWorkedOn(record, timeMs(device.created));
}

function wasWorkedOn({ attempts, lease }: AgentRecord, atMs: number): boolean {
  const within = (from: string, to: string) =>
    atMs >= timeMs(from) - clockToleranceMs && atMs <= timeMs(to) + clockToleranceMs;
  if (lease !== undefined && within(lease.since, lease.until)) return true;
  return attempts.some(({ started, ended }) => within(started, ended));
}

/** What a record keeps of a device. */
export function tailnetOf(device: ObservedDevice): NonNullable<AgentRecord['tailnet']> {
  return { nodeId: device.nodeId, address: device.addresses[0] ?? '', name: device.name };
}

/**
 * The first label of the name that Tailscale gives a device: `name`, or `name-1` where it was taken.
 */
export function shortName({ name }: Pick<ObservedDevice, 'name'>): string {
  return name.split('.')[0] ?? name;
}

/** Whether a device in a listing has a name that is to be another one's. */
export function nameIsTaken(name: string, listed: readonly ObservedDevice[]): boolean {
  return listed.some((device) => shortName(device) === name);
}

/**
 * Whether a device of the agent has another name than its id and could have that: `id-1`, where an
 * earlier one had the name, or what the machine calls itself. Names are free only in a whole listing.
 */
export function isMisnamed(
  id: AgentId,
  device: ObservedDevice,
  { devices, reading }: Pick<Observed, 'devices' | 'reading'>,
): boolean {
  if (shortName(device) === id || reading.kind !== 'complete') return false;
  return !nameIsTaken(id, devices);
}
