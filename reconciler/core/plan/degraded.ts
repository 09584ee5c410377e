/**
 * Finds agents whose server or device is degraded, independently of their decisions: an agent that
 * waits or is held is reported too.
 *
 * | found, while no run works on the agent                                 | reason        |
 * |------------------------------------------------------------------------|---------------|
 * | its server is neither running nor off                                  | PowerUnknown  |
 * | port 22 of its server is open                                          | PortOpen      |
 * | Hetzner has locked its server                                          | ServerLocked  |
 * | its server has been on for ten minutes, and its device off for as long | DeviceOffline |
 * | the same, and its device is not in a whole listing at all              | DeviceOffline |
 *
 * The device of an isolated agent may be offline: it is cut off, and no run makes it join again.
 * Only the reading counts: a record of an earlier verify does not prove the present state.
 */
import type { PlanDocument } from '../../../schemas/generated/plan.ts';
import { isOpen, type ObservedDevice, type ObservedServer, serverIsOn } from '../fleet/observed.ts';
import { isImplausible } from '../fleet/plausible.ts';
import { type AgentRecord, leaseIsLiveIn } from '../fleet/recorded.ts';
import { compareText, type World } from '../fleet/world.ts';
import { timeMs } from '../text/time.ts';

type Degraded = PlanDocument['degraded'][number];

const offlineMinutesMax = 10;

/** Sorted by agent and reason. */
export function degradedAgents(world: World): readonly Degraded[] {
  const { servers } = world.observed;
  const odd = new Map<string, ObservedServer>();
  for (const server of servers)
    if (isPowerUnknown(server) || isOpen(server) || server.locked) odd.set(server.id, server);
  const found: Degraded[] = [];
  for (const [agent, device] of offlineAgents(world).agents)
    found.push({ agent, reason: 'DeviceOffline', message: offlineMessage(device) });
  found.push(...missingDevices(world));
  if (odd.size > 0)
    for (const record of world.records) {
      const server = isIdle(record, world) ? odd.get(record.server?.id ?? '') : undefined;
      if (server !== undefined) found.push(...oddities(record.name, server));
    }
  return found.sort((a, b) => compareText(a.agent, b.agent) || compareText(a.reason, b.reason));
}

/**
 * Agents whose device must join again. Empty if implausibly many are offline: then the tailnet or
 * our reading of it is down, and rejoining would open port 22 of every server.
 */
export function rejoinable(world: World): ReadonlySet<string> {
  const { agents, joined } = offlineAgents(world);
  return isImplausible(agents.size, joined, world.policy) ? new Set() : new Set(agents.keys());
}

/** By agent, the device that is offline while its server runs; and the number of joined devices. */
function offlineAgents(world: World): {
  readonly agents: ReadonlyMap<string, ObservedDevice>;
  readonly joined: number;
} {
  const { servers, devices } = world.observed;
  const offline = new Map<string, ObservedDevice>();
  for (const device of devices) if (!device.online) offline.set(device.nodeId, device);
  const agents = new Map<string, ObservedDevice>();
  if (offline.size === 0) return { agents, joined: 0 };
  const known = new Map(servers.map((server) => [server.id, server]));
  const isolated = isolatedAgents(world);
  let joined = 0;
  for (const record of world.records) {
    const { name, server, gone, tailnet } = record;
    if (server === undefined || gone !== undefined || tailnet === undefined) continue;
    if (isolated.has(name)) continue;
    joined += 1;
    const device = offline.get(tailnet.nodeId);
    if (device === undefined || !isIdle(record, world)) continue;
    if (isOffline(record, known.get(server.id), device, world)) agents.set(name, device);
  }
  return { agents, joined };
}

/** Only in a complete reading: elsewhere an unseen device is unknown, not missing. */
function missingDevices(world: World): readonly Degraded[] {
  const { servers, devices, reading } = world.observed;
  if (reading.kind !== 'complete') return [];
  const listed = new Set(devices.map(({ nodeId }) => nodeId));
  const lost = world.records.filter(
    (record) =>
      record.tailnet !== undefined && !listed.has(record.tailnet.nodeId) && isIdle(record, world),
  );
  if (lost.length === 0) return [];
  const isolated = isolatedAgents(world);
  const known = new Map(servers.map((server) => [server.id, server]));
  return lost.flatMap((record): Degraded[] => {
    const { name: agent, server, tailnet } = record;
    if (isolated.has(agent)) return [];
    if (!isOffline(record, known.get(server?.id ?? ''), { lastSeen: null }, world)) return [];
    const message = `its server runs and its device ${tailnet?.nodeId} is not in the tailnet`;
    return [{ agent, reason: 'DeviceOffline', message }];
  });
}

function isolatedAgents({ files }: World): ReadonlySet<string> {
  const isolated = new Set<string>();
  for (const file of files)
    if (file.kind === 'valid' && file.agent.spec.isolated !== undefined) isolated.add(file.id);
  return isolated;
}

function isIdle({ gone, lease }: AgentRecord, world: World): boolean {
  return gone === undefined && !leaseIsLiveIn(world, lease);
}

function isPowerUnknown({ status }: ObservedServer): boolean {
  return status !== 'running' && status !== 'off';
}

function oddities(agent: string, server: ObservedServer): readonly Degraded[] {
  const { id, status, locked } = server;
  const found: Degraded[] = [];
  if (isPowerUnknown(server))
    found.push({ agent, reason: 'PowerUnknown', message: `server ${id} is ${status}` });
  if (locked) {
    const message = `Hetzner has locked server ${id}, and no run works on it`;
    found.push({ agent, reason: 'ServerLocked', message });
  }
  if (isOpen(server)) {
    const message = `port 22 of server ${id} is open, and no run works on it`;
    found.push({ agent, reason: 'PortOpen', message });
  }
  return found;
}

/** A server that was just switched on needs time to join; one that never ran has not joined yet. */
function isOffline(
  { server: recorded, everRunning }: AgentRecord,
  server: ObservedServer | undefined,
  { lastSeen }: Pick<ObservedDevice, 'lastSeen'>,
  { nowMs }: World,
): boolean {
  if (recorded === undefined || server === undefined || !everRunning) return false;
  if (!serverIsOn(server) || recorded.power === 'off') return false;
  const since = [recorded.created, recorded.disrupted, lastSeen ?? undefined];
  const times = since.flatMap((one) => (one === undefined ? [] : [timeMs(one)]));
  return nowMs - Math.max(...times) >= offlineMinutesMax * 60_000;
}

function offlineMessage({ nodeId, lastSeen }: ObservedDevice): string {
  const since = lastSeen === null ? '' : `, last seen at ${lastSeen}`;
  return `its server runs and its device ${nodeId} is not connected to the tailnet${since}`;
}
