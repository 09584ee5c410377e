/**
 * Everything a tick knows, in one value, and the same seen from one agent: its file, its record,
 * and whatever at Hetzner, Tailscale and in the bucket says that it belongs to it.
 */
import type { ApprovalDecision } from '../../schemas/generated/approval.ts';
import type { OrphanDecision } from '../../schemas/generated/orphan.ts';
import { type Agent, type AgentFile, type AgentId, agentPath, parseAgentId } from './agent.ts';
import type { Catalog } from './catalog.ts';
import {
  agentOfServer,
  agentStateKey,
  labelNames,
  type Observed,
  type ObservedDevice,
  type ObservedPrimaryIp,
  type ObservedServer,
  type Offers,
} from './observed.ts';
import type { Policy } from './policy.ts';
import { type AgentRecord, type RunState, recordId } from './recorded.ts';

/** An orphan's decision file as it stands on `main`. */
export type OrphanFile = {
  readonly path: string;
  readonly oid: string;
  readonly decision: OrphanDecision;
};

/** An approval whose pull request the Forge confirmed: merged, reviewed by a person, still valid. */
export type GrantedApproval = { readonly path: string; readonly approval: ApprovalDecision };

export type World = {
  /** Hetzner's clock, ms */
  readonly nowMs: number;
  readonly main: string;
  readonly status: string | null;
  readonly catalog: Catalog;
  readonly policy: Policy;
  readonly files: readonly AgentFile[];
  readonly records: readonly AgentRecord[];
  readonly observed: Observed;
  readonly offers: Offers;
  readonly roleVersion: string;
  /** what the shared stack needs */
  readonly fleet: 'none' | 'create' | 'update';
  readonly runs: ReadonlyMap<string, RunState>;
  /** why the remote's stop ref forbids effects; null where there is none */
  readonly stop: string | null;
  readonly orphanFiles: readonly OrphanFile[];
  readonly approvals: readonly GrantedApproval[];
};

/** One agent whose file is valid. */
export type AgentView = {
  readonly id: AgentId;
  readonly path: string;
  readonly oid: string;
  readonly agent: Agent;
  readonly record: AgentRecord | null;
  /** the server that the record names, where the listing has it */
  readonly recorded: ObservedServer | null;
  /** servers that carry our labels for this agent, or its name, and are not the recorded one */
  readonly others: readonly ObservedServer[];
  readonly devices: readonly ObservedDevice[];
  readonly addresses: readonly ObservedPrimaryIp[];
  readonly state: boolean;
};

type Index = {
  readonly records: ReadonlyMap<AgentId, AgentRecord>;
  readonly serversById: ReadonlyMap<string, ObservedServer>;
  readonly serversByAgent: ReadonlyMap<AgentId, readonly ObservedServer[]>;
  readonly devicesByHost: ReadonlyMap<string, readonly ObservedDevice[]>;
  readonly devicesByNode: ReadonlyMap<string, ObservedDevice>;
  readonly addressesByAgent: ReadonlyMap<string, readonly ObservedPrimaryIp[]>;
  readonly states: ReadonlySet<string>;
};

/** One view an agent with a valid file, sorted by id. */
export function agentViews(world: World): readonly AgentView[] {
  const index = indexOf(world);
  const views: AgentView[] = [];
  for (const file of world.files) {
    if (file.kind === 'valid') views.push(viewOf(file, index, world.policy.fleet));
  }
  return views.sort((a, b) => compareText(a.id, b.id));
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Ids that a file (valid or not) or a record that is not gone speaks for. */
export function claimedIds(world: World): ReadonlySet<AgentId> {
  const ids = new Set<AgentId>();
  for (const file of world.files) if (file.id !== null) ids.add(file.id);
  for (const record of world.records) if (record.gone === undefined) ids.add(recordId(record));
  return ids;
}

/** Records that are not gone and whose agent has no file, valid or not. */
export function removedAgents(world: World): readonly { agent: AgentId; path: string }[] {
  const filed = new Set(world.files.map((file) => file.id));
  return world.records
    .filter((record) => record.gone === undefined && !filed.has(recordId(record)))
    .map((record) => ({ agent: recordId(record), path: agentPath(recordId(record)) }))
    .sort((a, b) => compareText(a.agent, b.agent));
}

/** The agent a device stands for: its hostname is the agent's id. Tailscale may add `-1` to its name. */
export function agentOfDevice(device: ObservedDevice): AgentId | null {
  return parseAgentId(device.hostname);
}

function viewOf(file: AgentFile & { kind: 'valid' }, index: Index, fleet: string): AgentView {
  const record = index.records.get(file.id) ?? null;
  const recorded =
    record?.server === undefined ? null : (index.serversById.get(record.server.id) ?? null);
  const devices = new Map<string, ObservedDevice>();
  for (const device of index.devicesByHost.get(file.id) ?? []) devices.set(device.nodeId, device);
  const node = record?.tailnet?.nodeId;
  const known = node === undefined ? undefined : index.devicesByNode.get(node);
  if (known !== undefined) devices.set(known.nodeId, known);
  return {
    id: file.id,
    path: file.path,
    oid: file.oid,
    agent: file.agent,
    record,
    recorded,
    others: (index.serversByAgent.get(file.id) ?? []).filter(
      (server) => server.id !== recorded?.id,
    ),
    devices: [...devices.values()].sort((a, b) => compareText(a.nodeId, b.nodeId)),
    addresses: index.addressesByAgent.get(file.id) ?? [],
    state: index.states.has(agentStateKey(fleet, file.id)),
  };
}

function indexOf(world: World): Index {
  const { observed, policy } = world;
  const fleet = policy.fleet;
  return {
    records: new Map(world.records.map((record) => [recordId(record), record])),
    serversById: new Map(observed.servers.map((server) => [server.id, server])),
    serversByAgent: grouped(
      observed.servers,
      (server) => agentOfServer(server, fleet),
      serverOrder,
    ),
    devicesByHost: grouped(observed.devices, agentOfDevice, (a, b) =>
      compareText(a.nodeId, b.nodeId),
    ),
    devicesByNode: new Map(observed.devices.map((device) => [device.nodeId, device])),
    addressesByAgent: grouped(
      observed.primaryIps,
      (address) =>
        address.labels[labelNames.fleet] === fleet
          ? (address.labels[labelNames.agent] ?? null)
          : null,
      (a, b) => compareText(a.id, b.id),
    ),
    states: new Set(observed.states.map((state) => state.key)),
  };
}

function serverOrder(a: ObservedServer, b: ObservedServer): number {
  return compareText(a.created, b.created) || compareText(a.id, b.id);
}

function grouped<Item, Key>(
  items: readonly Item[],
  keyOf: (item: Item) => Key | null,
  order: (a: Item, b: Item) => number,
): ReadonlyMap<Key, readonly Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === null) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  for (const group of groups.values()) group.sort(order);
  return groups;
}
