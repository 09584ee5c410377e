/**
 * Rebuilds the records that were lost with branch `status`: identity, choices, server ids, nonces
 * and devices, from the files, the servers' labels, the states and the tailnet.
 *
 * Unknown facts are assumed so that nothing is destroyed: every server has run, and the windows of
 * destructive changes are full for a day. A record that can be read stays as it is. If two servers
 * have one agent's label and no state names one of them, a person decides.
 */
import type { AgentFile, AgentId } from '../agent/agent.ts';
import type { Catalog } from '../agent/catalog.ts';
import type { Policy } from '../agent/policy.ts';
import { agentNamedBy, isOlder, nodeOwners, tailnetOf } from './device.ts';
import {
  agentOfServer,
  carriesNonce,
  deviceTag,
  labelNames,
  type ObservedDevice,
  type ObservedServer,
} from './observed.ts';
import { withPhase } from './phase.ts';
import {
  type AgentRecord,
  newRecord,
  type RecordFile,
  readableRecords,
  recordId,
} from './recorded.ts';
import { choiceOfServer } from './server-choice.ts';
import { recordedServer } from './server-facts.ts';
import { compareText, grouped } from './world.ts';

export type RebuildInput = {
  readonly nowMs: number;
  readonly policy: Policy;
  readonly catalog: Catalog;
  readonly files: readonly AgentFile[];
  /** the remaining records, readable or not */
  readonly records: readonly RecordFile[];
  readonly servers: readonly ObservedServer[];
  readonly devices: readonly ObservedDevice[];
  /** the server in each agent's state, as far as states were read */
  readonly stateServers: ReadonlyMap<AgentId, string>;
};

export type Rebuilt = {
  /** sorted by agent */
  readonly records: readonly AgentRecord[];
  /** number of records that can be read and stay */
  readonly kept: number;
  /** agents that a person has to look at, sorted */
  readonly left: readonly { readonly agent: string; readonly why: string }[];
};

export function rebuildRecords(input: RebuildInput): Rebuilt {
  const readable = new Set(readableRecords(input.records).map(recordId));
  const byAgent = serversByAgent(input);
  const devices = devicesByAgent(input);
  const records: AgentRecord[] = [];
  const left: { agent: string; why: string }[] = [];
  const filed = new Set<AgentId>();
  for (const file of input.files) {
    const { id } = file;
    if (id === null) continue;
    filed.add(id);
    const candidates = byAgent.get(id) ?? [];
    if (readable.has(id) || candidates.length === 0) continue;
    const server = theServer(candidates, input.stateServers.get(id));
    const why = server === null ? spare(candidates) : mismatch(file, server);
    if (server === null || why !== null) {
      left.push({ agent: id, why: why ?? spare(candidates) });
      continue;
    }
    const { device, doubt } = theDevice(server, devices.get(id) ?? []);
    records.push(recordOf(input, file, { id, server, device }));
    if (doubt !== null) left.push({ agent: id, why: doubt });
  }
  for (const [id, servers] of byAgent) {
    if (filed.has(id) || readable.has(id)) continue;
    const ids = servers.map((server) => server.id).join(', ');
    left.push({ agent: id, why: `it has no file; server ${ids} will be proposed as an orphan` });
  }
  return {
    records: withFullWindows(records, input).sort((a, b) => compareText(a.name, b.name)),
    kept: readable.size,
    left: left.sort((a, b) => compareText(a.agent, b.agent)),
  };
}

/** Agents with more than one labelled server: their states have to be read. */
export function ambiguousAgents(input: Omit<RebuildInput, 'stateServers'>): readonly AgentId[] {
  const several = [...serversByAgent(input)].filter(([, servers]) => servers.length > 1);
  return several.map(([id]) => id).sort(compareText);
}

function serversByAgent({ servers, policy }: Pick<RebuildInput, 'servers' | 'policy'>) {
  const agentOf = (server: ObservedServer) => agentOfServer(server, policy.fleet);
  return grouped(servers, agentOf, (a, b) => compareText(a.id, b.id));
}

/** Devices that no readable record names, by the agent in their hostname. */
function devicesByAgent({ devices, policy, records }: RebuildInput) {
  const owners = nodeOwners(readableRecords(records));
  const unrecorded = devices.filter(
    ({ nodeId, tags }) => !owners.has(nodeId) && tags.includes(deviceTag(policy.fleet)),
  );
  return grouped(unrecorded, agentNamedBy, (a, b) => compareText(a.nodeId, b.nodeId));
}

function theServer(
  candidates: readonly ObservedServer[],
  stateServer: string | undefined,
): ObservedServer | null {
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) return only;
  return candidates.find(({ id }) => id === stateServer) ?? null;
}

function spare(candidates: readonly ObservedServer[]): string {
  const ids = candidates.map(({ id }) => id).join(', ');
  return `servers ${ids} all carry its labels, and no state says which one is its own`;
}

/** Why this server is not recorded for the file's agent; null if it is. */
function mismatch(file: AgentFile, server: ObservedServer): string | null {
  const { id, labels } = server;
  const subscription = labels[labelNames.subscription];
  if (subscription === undefined || labels[labelNames.customer] === undefined)
    return `server ${id} cannot be attributed to an agent: labels are missing`;
  if (!carriesNonce(server)) return `server ${id} carries no nonce, which every later change needs`;
  if (file.kind === 'valid' && file.agent.spec.subscription !== subscription)
    return `server ${id} is of subscription ${subscription}, and the file of ${file.agent.spec.subscription}`;
  return null;
}

type Found = {
  readonly id: AgentId;
  readonly server: ObservedServer;
  readonly device: ObservedDevice | null;
};

function recordOf(input: RebuildInput, file: AgentFile, found: Found): AgentRecord {
  const { id, server, device } = found;
  const { labels } = server;
  const base = newRecord(
    id,
    labels[labelNames.subscription] ?? '',
    file.kind === 'valid' ? file.agent.spec.customer : (labels[labelNames.customer] ?? ''),
  );
  const recorded = recordedServer(server, labels[labelNames.nonce] ?? '');
  const phase = recorded.power === 'off' ? 'stopped' : 'running';
  return {
    ...withPhase(base, phase, new Date(input.nowMs).toISOString()),
    server: recorded,
    chosen: choiceOfServer(server, file.kind === 'valid' ? file.agent.spec : null, input),
    ...(device === null || device.addresses.length === 0 ? {} : { tailnet: tailnetOf(device) }),
    everRunning: true,
  };
}

/**
 * A machine chooses its hostname, and without the host keys no host can be read. So a device is
 * recorded only if it is the only one with the agent's id and may run on its server; the rest is
 * reported to the person who stopped the fleet.
 */
function theDevice(
  server: ObservedServer,
  named: readonly ObservedDevice[],
): { readonly device: ObservedDevice | null; readonly doubt: string | null } {
  const [only] = named;
  if (only === undefined) return { device: null, doubt: null };
  const ids = named.map(({ nodeId }) => nodeId).sort(compareText);
  if (named.length > 1)
    return { device: null, doubt: `no device is recorded: ${ids.join(', ')} all carry its id` };
  if (isOlder(only, server.created))
    return { device: null, doubt: `no device is recorded: ${ids[0]} is older than its server` };
  return { device: only, doubt: null };
}

/** The ends before the loss are unknown, so that no budget has a place for a day. */
function withFullWindows(records: readonly AgentRecord[], { nowMs }: RebuildInput): AgentRecord[] {
  const at = new Date(nowMs).toISOString();
  const destroyed = [{ at, server: 'unknown', kind: 'assumed' as const }];
  return records.map((record) => ({ ...record, destroyed }));
}
