/** One Hetzner project: its resources, and the actions that change them. */
import type { WorldClock } from '../clock.ts';
import type { Randomness } from '../randomness.ts';
import { HetznerError, notFound } from './errors.ts';
import type {
  Action,
  ActionError,
  ActionResource,
  Firewall,
  FloatingIp,
  Limits,
  LoadBalancer,
  PlacementGroup,
  PrimaryIp,
  Server,
  Snapshot,
  SshKey,
  Status,
  Volume,
} from './records.ts';
import { type Ids, withId } from './sorted-ids.ts';
import { Table } from './table.ts';

/** `signalled`: its system was asked to shut down; `stopped` follows. */
export type ServerEvent = 'started' | 'signalled' | 'stopped' | 'rebuilt' | 'deleted';

/** What else matters to real machines. */
export type ProjectChange =
  /** rules, what they apply to, or labels */
  | { readonly kind: 'firewalls' }
  | { readonly kind: 'snapshot'; readonly server: Server; readonly snapshot: Snapshot }
  | { readonly kind: 'snapshotDeleted'; readonly snapshot: Snapshot };

export type Project = {
  readonly clock: WorldClock;
  readonly randomness: Randomness;
  readonly servers: Table<Server>;
  readonly primaryIps: Table<PrimaryIp>;
  readonly sshKeys: Table<SshKey>;
  readonly firewalls: Table<Firewall>;
  readonly placementGroups: Table<PlacementGroup>;
  readonly snapshots: Table<Snapshot>;
  readonly volumes: Table<Volume>;
  readonly floatingIps: Table<FloatingIp>;
  readonly loadBalancers: Table<LoadBalancer>;
  readonly actions: Map<number, Action>;
  /** ids of the actions on a resource, by its id, and on a kind of them */
  readonly actionsOf: Map<number, Ids>;
  readonly actionsByType: Map<string, Ids>;
  readonly limits: Limits;
  /** `type/location` that is sold out */
  readonly soldOut: Set<string>;
  nextId(): number;
  nextAddress(): number;
  /** called when a server starts, is asked to shut down, stops, gets a new disk or is deleted */
  readonly listeners: ((server: Server, event: ServerEvent) => void)[];
  readonly changeListeners: ((change: ProjectChange) => void)[];
  /** the IPv4 addresses that can be reached; null where none can, and any will do */
  readonly ipv4Range: string | null;
};

/** Limits of a project after its owner asked for higher ones; the others are the usual ones. */
const limits: Limits = {
  servers: 200_000,
  primaryIps: 400_000,
  firewalls: 50,
  sshKeys: 500,
  placementGroups: 50,
  snapshots: 1000,
  volumes: 50,
  floatingIps: 20,
  loadBalancers: 5,
};

export function createProject(options: {
  readonly clock: WorldClock;
  readonly randomness: Randomness;
  readonly ipv4Range?: string;
}): Project {
  let id = 40_000_000 + options.randomness.below(1_000_000);
  let address = 0;
  return {
    ...options,
    ipv4Range: options.ipv4Range ?? null,
    servers: new Table((one) => ({
      ...one.labels,
      '@name': one.name,
      '@status': one.status,
      ...(one.placementGroup === null ? {} : { '@group': String(one.placementGroup) }),
    })),
    primaryIps: new Table((one) => ({
      ...one.labels,
      '@name': one.name,
      '@ip': one.ip,
    })),
    sshKeys: new Table((one) => ({
      ...one.labels,
      '@name': one.name,
      '@fingerprint': one.fingerprint,
    })),
    firewalls: new Table((one) => ({ ...one.labels, '@name': one.name })),
    placementGroups: new Table((one) => ({
      ...one.labels,
      '@name': one.name,
      '@type': one.type,
    })),
    snapshots: new Table((one) => ({ ...one.labels, '@type': one.kind })),
    volumes: new Table((one) => ({ ...one.labels, '@name': one.name })),
    floatingIps: new Table((one) => ({ ...one.labels, '@name': one.name })),
    loadBalancers: new Table((one) => ({ ...one.labels, '@name': one.name })),
    actions: new Map(),
    actionsOf: new Map(),
    actionsByType: new Map(),
    limits: { ...limits },
    soldOut: new Set(),
    listeners: [],
    changeListeners: [],
    nextId: () => {
      id += 1 + options.randomness.below(9);
      return id;
    },
    nextAddress: () => {
      address += 1;
      return address;
    },
  };
}

/** Starts an action that ends in world time, then applies its effect. */
export function startAction(
  project: Project,
  command: string,
  options: {
    seconds: number;
    resources: readonly ActionResource[];
    done?: () => void;
    /** how it ends where it fails */
    error?: ActionError;
  },
): Action {
  const started = project.clock.now();
  const action: Action = {
    id: project.nextId(),
    command,
    started,
    endsAt: started + options.seconds * 1000,
    resources: options.resources,
    error: options.error ?? null,
  };
  project.actions.set(action.id, action);
  for (const { id, type } of options.resources) {
    project.actionsOf.set(id, withId(project.actionsOf.get(id), action.id));
    project.actionsByType.set(type, withId(project.actionsByType.get(type), action.id));
  }
  const { done } = options;
  if (options.seconds === 0) done?.();
  else if (done !== undefined) project.clock.after(options.seconds * 1000, done);
  return action;
}

export function tellChange(project: Project, change: ProjectChange): void {
  for (const listen of project.changeListeners) listen(change);
}

export function actionBody(project: Project, action: Action): object {
  const now = project.clock.now();
  const ended = now >= action.endsAt;
  const share =
    action.endsAt === action.started
      ? 1
      : (now - action.started) / (action.endsAt - action.started);
  return {
    id: action.id,
    command: action.command,
    status: statusOf(action, now),
    progress: ended ? 100 : Math.min(99, Math.floor(share * 100)),
    started: timeOf(action.started),
    finished: ended ? timeOf(action.endsAt) : null,
    resources: action.resources,
    error: ended ? action.error : null,
  };
}

export function statusOf(action: Action, nowMs: number): 'running' | 'success' | 'error' {
  if (nowMs < action.endsAt) return 'running';
  return action.error === null ? 'success' : 'error';
}

export function setStatus(project: Project, server: Server, status: Status): void {
  project.servers.change(server, () => {
    server.status = status;
  });
}

export function timeOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, '+00:00');
}

export function found<Item>(
  items: ReadonlyMap<number, Item>,
  kind: string,
  id: string | number,
): Item {
  const item = /^\d{1,15}$/.test(String(id)) ? items.get(Number(id)) : undefined;
  if (item === undefined) throw notFound(kind, id);
  return item;
}

/** Throws where the project's limit is reached. */
export function refuseBeyondLimit(project: Project, of: keyof Limits, more = 1): void {
  if (project[of].size + more <= project.limits[of]) return;
  const { words, name } = limitNames[of];
  throw new HetznerError('resource_limit_exceeded', `${words} limit exceeded`, {
    limits: [{ name }],
  });
}

const limitNames: Readonly<Record<keyof Limits, { words: string; name: string }>> = {
  servers: { words: 'server', name: 'server_limit' },
  primaryIps: { words: 'Primary IP', name: 'primary_ip_limit' },
  firewalls: { words: 'firewall', name: 'firewall_limit' },
  sshKeys: { words: 'SSH key', name: 'ssh_key_limit' },
  placementGroups: { words: 'placement group', name: 'placement_group_limit' },
  snapshots: { words: 'snapshot', name: 'snapshot_limit' },
  volumes: { words: 'volume', name: 'volume_limit' },
  floatingIps: { words: 'floating IP', name: 'floating_ip_limit' },
  loadBalancers: { words: 'load balancer', name: 'load_balancer_limit' },
};
