/**
 * Everything that a run has read, in one value (`World`), and the part of one agent (`AgentView`):
 * its file, its record and its resources at Hetzner, Tailscale and in the bucket.
 */
import type { ApprovalDecision } from '../../../schemas/generated/approval.ts';
import type { OrphanDecision } from '../../../schemas/generated/orphan.ts';
import { type Agent, type AgentFile, type AgentId, agentPath } from '../agent/agent.ts';
import type { Catalog } from '../agent/catalog.ts';
import type { UnreadableDecision } from '../agent/decision-file.ts';
import type { Policy } from '../agent/policy.ts';
import type { Builder } from './builder.ts';
import { agentNamedBy, isLeftover, type NodeOwners, nodeOwners } from './device.ts';
import type { FleetResources, ObservedLock } from './fleet-resources.ts';
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
import { type AgentRecord, recordId } from './recorded.ts';
import type { RunRef, RunStates } from './run.ts';

/** An orphan's decision file on `main`. */
export type OrphanFile = {
  readonly path: string;
  readonly oid: string;
  readonly decision: OrphanDecision;
  /** merged by a pull request that a code owner other than its author approved */
  readonly reviewed: boolean;
};

/**
 * An approval whose pull request the Forge confirmed: merged, reviewed by a person, still valid.
 */
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
  readonly builders: readonly Builder[];
  readonly observed: Observed;
  /** empty if the prices could not be read; then the reading is partial */
  readonly offers: Offers;
  /** null if only servers, devices and states were read */
  readonly resources: FleetResources | null;
  /** locks on states of agents without a live lease; on other states only with `--everything` */
  readonly locks: readonly ObservedLock[];
  readonly roleVersion: string;
  /** what the shared stack needs */
  readonly fleet: 'none' | 'create' | 'update';
  /** of the runs that hold leases, of agents and of builders */
  readonly runs: RunStates;
  /** the run that plans; null if a person does */
  readonly run: RunRef | null;
  /** why the stop ref forbids effects; null without one */
  readonly stop: string | null;
  readonly orphanFiles: readonly OrphanFile[];
  readonly approvals: readonly GrantedApproval[];
  /** decision files that cannot be read, sorted by path */
  readonly unreadable: readonly UnreadableDecision[];
  /**
   * agents whose end was requested by a commit about several agents, or by one not found in history
   */
  readonly unprovenAlone: ReadonlySet<string>;
};

/** One agent whose file is valid. */
export type AgentView = {
  readonly id: AgentId;
  readonly path: string;
  readonly oid: string;
  readonly agent: Agent;
  readonly record: AgentRecord | null;
  /** the server that the record names, if it is listed */
  readonly recorded: ObservedServer | null;
  /** servers labelled for this agent that are not the recorded one */
  readonly others: readonly ObservedServer[];
  /** the device that its record names, then leftovers of its earlier servers */
  readonly devices: readonly ObservedDevice[];
  readonly addresses: readonly ObservedPrimaryIp[];
  readonly state: boolean;
};

type Index = {
  readonly records: ReadonlyMap<AgentId, AgentRecord>;
  readonly serversById: ReadonlyMap<string, ObservedServer>;
  readonly serversByAgent: ReadonlyMap<AgentId, readonly ObservedServer[]>;
  readonly nodeOwners: NodeOwners;
  /** devices that no record names, by the agent in their hostname */
  readonly unrecorded: ReadonlyMap<string, readonly ObservedDevice[]>;
  readonly devicesByNode: ReadonlyMap<string, ObservedDevice>;
  readonly addressesByAgent: ReadonlyMap<string, readonly ObservedPrimaryIp[]>;
  readonly states: ReadonlySet<string>;
};

/**
 * Calls `look` for each agent with a valid file, in the files' order, without keeping the views.
 */
export function eachView(world: World, look: (view: AgentView) => void): void {
  const index = indexOf(world);
  const isMeant = lookedAt(world);
  for (const file of world.files) {
    if (file.kind === 'valid' && isMeant(file.id)) look(viewOf(file, index, world.policy.fleet));
  }
}

function agentOfAddress({ labels }: ObservedPrimaryIp, fleet: string): string | null {
  return labels[labelNames.fleet] === fleet ? (labels[labelNames.agent] ?? null) : null;
}

/** Whether this reading covers an agent. */
export function lookedAt({ observed: { reading } }: World): (id: AgentId | null) => boolean {
  if (reading.kind !== 'named') return () => true;
  const named = new Set<AgentId | null>(reading.agents);
  return (id) => named.has(id);
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Ids in files (valid or not) and in records that are not gone. */
export function knownIds(world: World): ReadonlySet<AgentId> {
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

function viewOf(file: AgentFile & { kind: 'valid' }, index: Index, fleet: string): AgentView {
  const record = index.records.get(file.id) ?? null;
  const recorded =
    record?.server === undefined ? null : (index.serversById.get(record.server.id) ?? null);
  const others = index.serversByAgent.get(file.id) ?? none;
  return {
    id: file.id,
    path: file.path,
    oid: file.oid,
    agent: file.agent,
    record,
    recorded,
    others:
      others.length === 1 && others[0] === recorded
        ? none
        : others.filter((server) => server.id !== recorded?.id),
    devices: devicesOf(file.id, record, index),
    addresses: index.addressesByAgent.get(file.id) ?? none,
    state: index.states.has(agentStateKey(fleet, file.id)),
  };
}

const none: readonly never[] = [];

function devicesOf(
  id: AgentId,
  record: AgentRecord | null,
  index: Index,
): readonly ObservedDevice[] {
  const node = record?.tailnet?.nodeId;
  const isOwn = node !== undefined && index.nodeOwners.get(node) === id;
  const own = isOwn ? index.devicesByNode.get(node) : undefined;
  const left = index.unrecorded.get(id)?.filter((device) => isLeftover(device, id, record)) ?? none;
  return own === undefined ? left : [own, ...left];
}

function indexOf(world: World): Index {
  const { observed, policy } = world;
  const fleet = policy.fleet;
  const owners = nodeOwners(world.records);
  return {
    records: new Map(world.records.map((record) => [recordId(record), record])),
    serversById: new Map(observed.servers.map((server) => [server.id, server])),
    serversByAgent: grouped(
      observed.servers,
      (server) => agentOfServer(server, fleet),
      serverOrder,
    ),
    nodeOwners: owners,
    unrecorded: grouped(
      observed.devices.filter(({ nodeId }) => !owners.has(nodeId)),
      agentNamedBy,
      (a, b) => compareText(a.nodeId, b.nodeId),
    ),
    devicesByNode: new Map(observed.devices.map((device) => [device.nodeId, device])),
    addressesByAgent: grouped(
      observed.primaryIps,
      (address) => agentOfAddress(address, fleet),
      (a, b) => compareText(a.id, b.id),
    ),
    states: new Set(observed.states.map((state) => state.key)),
  };
}

function serverOrder(a: ObservedServer, b: ObservedServer): number {
  return compareText(a.created, b.created) || compareText(a.id, b.id);
}

/** Groups items by key, each group sorted; items without a key are left out. */
export function grouped<Item, Key>(
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
