/**
 * Decides which agent a device belongs to. A device belongs to an agent if the agent's record names
 * its node id, which was read on the agent's own host. A machine chooses its hostname, so that
 * proves nothing: a device that no record names is at most a leftover of the agent in its hostname.
 */
import { type AgentId, parseAgentId } from '../agent/agent.ts';
import { timeMs } from '../text/time.ts';
import type { Observed, ObservedDevice } from './observed.ts';
import { type AgentRecord, recordId } from './recorded.ts';

/** The agent whose id is the device's hostname, which the machine itself chooses. */
export function agentNamedBy(device: Pick<ObservedDevice, 'hostname'>): AgentId | null {
  return parseAgentId(device.hostname);
}

/** By node id, the agent whose record names it; `several` if more than one does. */
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
 * Tolerance between the clocks of Hetzner and Tailscale when a device's time of creation is
 * compared with those of servers, keys and attempts.
 */
const clockToleranceMs = 30_000;

/** Whether a device is older than a server or key, and so cannot belong to it. */
export function isOlder(device: Pick<ObservedDevice, 'created'>, than: string): boolean {
  return timeMs(device.created) + clockToleranceMs < timeMs(than);
}

/**
 * Whether a device that no record names is a leftover of an earlier server of the agent. All of
 * these are required: its hostname is the agent's id; it was created while a run worked on the
 * agent, which a machine cannot choose; it is not connected; it is older than the agent's server,
 * as a younger one may be that server's; and its name, which outlives a change of hostname, is not
 * another agent's.
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

/** The fields of a device that a record keeps. */
export function tailnetOf(device: ObservedDevice): NonNullable<AgentRecord['tailnet']> {
  return { nodeId: device.nodeId, address: device.addresses[0] ?? '', name: device.name };
}

/** The first label of a device's DNS name: `name`, or `name-1` if that was taken. */
export function shortName({ name }: Pick<ObservedDevice, 'name'>): string {
  return name.split('.')[0] ?? name;
}

/** Whether a listed device has this name. */
export function nameIsTaken(name: string, listed: readonly ObservedDevice[]): boolean {
  return listed.some((device) => shortName(device) === name);
}

/**
 * Whether a device of the agent is not named by the agent's id although that name is free. Only a
 * complete reading shows that a name is free.
 */
export function isMisnamed(
  id: AgentId,
  device: ObservedDevice,
  { devices, reading }: Pick<Observed, 'devices' | 'reading'>,
): boolean {
  if (shortName(device) === id || reading.kind !== 'complete') return false;
  return !nameIsTaken(id, devices);
}
