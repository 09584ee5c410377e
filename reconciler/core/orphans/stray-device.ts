/**
 * Decides whether a device with our tag that no record names is an orphan, and why; null if it is
 * not, or not yet.
 *
 * | the agent in its hostname                      | the device                 | result      |
 * |------------------------------------------------|----------------------------|-------------|
 * | none, or one without file and record           | any                        | orphan      |
 * | is leased                                      | any                        | null: it may be joining |
 * | its recorded device is listed                  | any                        | orphan      |
 * | its file is invalid or was removed             | any                        | null: that is reported |
 * | has a server, and its device is not recorded   | not older than the server  | null: a run reads the host, or `HostKeyUnknown` is reported |
 * | should run, or is retired                      | left by an earlier server  | null: the next change removes it |
 * | any other case                                 | any                        | orphan      |
 */
import { type AgentFile, shouldRun } from '../agent/agent.ts';
import { agentNamedBy, isLeftover, isOlder } from '../fleet/device.ts';
import { agentOfServer, type ObservedDevice } from '../fleet/observed.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import type { World } from '../fleet/world.ts';
import { timeMs } from '../text/time.ts';

export type Owners = {
  /** agents that a file or a record names */
  readonly known: ReadonlySet<string>;
  readonly records: ReadonlyMap<string, AgentRecord>;
};
type Seen = {
  readonly files: ReadonlyMap<string, AgentFile>;
  readonly nodes: ReadonlySet<string>;
  /** creation time of each agent's oldest server: a younger device may run on any of its servers */
  readonly servers: ReadonlyMap<string, string>;
};

export function strayDevices(
  world: World,
  owners: Owners,
): (device: ObservedDevice) => string | null {
  // Computed on demand, as most fleets have no such device.
  let seen: Seen | null = null;
  return (device) => {
    const agent = agentNamedBy(device);
    if (agent === null) return 'it carries our tag and names no agent';
    if (!owners.known.has(agent)) return noOwnerText(agent);
    const record = owners.records.get(agent) ?? null;
    if (record?.lease !== undefined) return null;
    seen ??= seenIn(world, owners);
    const own = record?.tailnet?.nodeId;
    if (own !== undefined && seen.nodes.has(own))
      return `${agent} has device ${own}; this is a second one`;
    const file = seen.files.get(agent);
    if (file?.kind !== 'valid') return null;
    const server = seen.servers.get(agent);
    if (server !== undefined && !isOlder(device, server)) return null;
    const isRemoved = shouldRun(file.agent) || file.agent.spec.retired !== undefined;
    if (isRemoved && isLeftover(device, agent, record)) return null;
    return `its name is ${agent}, and nothing proves that it belongs to that agent`;
  };
}

function seenIn({ files, observed, policy }: World, { records }: Owners): Seen {
  const byFile = new Map<string, AgentFile>();
  for (const file of files) if (file.id !== null) byFile.set(file.id, file);
  const byServer = new Map<string, string>();
  for (const [agent, { server }] of records)
    if (server !== undefined) byServer.set(server.id, agent);
  const servers = new Map<string, string>();
  for (const server of observed.servers) {
    const agent = byServer.get(server.id) ?? agentOfServer(server, policy.fleet);
    if (agent === null) continue;
    const known = servers.get(agent);
    if (known === undefined || timeMs(known) > timeMs(server.created))
      servers.set(agent, server.created);
  }
  return {
    files: byFile,
    nodes: new Set(observed.devices.map(({ nodeId }) => nodeId)),
    servers,
  };
}

export function noOwnerText(agent: string): string {
  return `no file and no record names ${agent}`;
}
