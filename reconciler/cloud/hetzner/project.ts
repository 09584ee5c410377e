/** One Hetzner project: everything that its APIs know, in maps by id. */
import type { WorldClock } from '../clock.ts';
import type { Randomness } from '../randomness.ts';
import { notFound } from './errors.ts';

export type Status =
  | 'initializing'
  | 'starting'
  | 'running'
  | 'stopping'
  | 'off'
  | 'deleting'
  | 'migrating'
  | 'rebuilding'
  | 'unknown';

export type Server = {
  id: number;
  name: string;
  status: Status;
  created: number;
  labels: Record<string, string>;
  typeName: string;
  location: string;
  image: { id: number; name: string | null; architecture: string } | null;
  diskGb: number;
  userData: string;
  sshKeys: number[];
  ipv4: number | null;
  ipv6: number | null;
  protection: { delete: boolean; rebuild: boolean };
  locked: boolean;
  placementGroup: number | null;
  /** when it was last switched on; what it boots from then */
  startedAt: number | null;
  backups: boolean;
  rescue: boolean;
};

export type PrimaryIp = {
  id: number;
  name: string;
  type: 'ipv4' | 'ipv6';
  ip: string;
  location: string;
  labels: Record<string, string>;
  autoDelete: boolean;
  assignee: number | null;
  protected: boolean;
  created: number;
};

export type SshKey = {
  id: number;
  name: string;
  fingerprint: string;
  publicKey: string;
  labels: Record<string, string>;
  created: number;
};
export type Rule = {
  direction: string;
  protocol: string;
  port: string | null;
  source_ips: string[];
  destination_ips: string[];
  description: string | null;
};
export type AppliedTo =
  | { type: 'server'; server: number }
  | { type: 'label_selector'; selector: string };
export type Firewall = {
  id: number;
  name: string;
  labels: Record<string, string>;
  rules: Rule[];
  appliedTo: AppliedTo[];
  created: number;
};
export type PlacementGroup = {
  id: number;
  name: string;
  labels: Record<string, string>;
  type: string;
  created: number;
};
export type Snapshot = {
  id: number;
  description: string;
  labels: Record<string, string>;
  from: { id: number; name: string };
  diskGb: number;
  architecture: string;
  status: 'creating' | 'available';
  protected: boolean;
  created: number;
};
export type ActionResource = { readonly id: number; readonly type: string };
export type Action = {
  id: number;
  command: string;
  started: number;
  endsAt: number;
  resources: readonly ActionResource[];
  error: { code: string; message: string } | null;
};

export type Project = {
  readonly clock: WorldClock;
  readonly randomness: Randomness;
  readonly servers: Map<number, Server>;
  readonly primaryIps: Map<number, PrimaryIp>;
  readonly sshKeys: Map<number, SshKey>;
  readonly firewalls: Map<number, Firewall>;
  readonly placementGroups: Map<number, PlacementGroup>;
  readonly snapshots: Map<number, Snapshot>;
  readonly actions: Map<number, Action>;
  /** `type/location` that is sold out */
  readonly soldOut: Set<string>;
  nextId(): number;
  nextAddress(): number;
  /** told when a server starts, stops or goes */
  readonly listeners: ((server: Server, event: 'started' | 'stopped' | 'deleted') => void)[];
};

export function createProject(options: {
  readonly clock: WorldClock;
  readonly randomness: Randomness;
}): Project {
  let id = 40_000_000 + options.randomness.below(1_000_000);
  let address = 0;
  return {
    ...options,
    servers: new Map(),
    primaryIps: new Map(),
    sshKeys: new Map(),
    firewalls: new Map(),
    placementGroups: new Map(),
    snapshots: new Map(),
    actions: new Map(),
    soldOut: new Set(),
    listeners: [],
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

/** Starts an action that ends by the world's clock, then does what it is for. */
export function startAction(
  project: Project,
  command: string,
  options: { seconds: number; resources: readonly ActionResource[]; done?: () => void },
): Action {
  const started = project.clock.now();
  const action: Action = {
    id: project.nextId(),
    command,
    started,
    endsAt: started + options.seconds * 1000,
    resources: options.resources,
    error: null,
  };
  project.actions.set(action.id, action);
  const { done } = options;
  if (options.seconds === 0) done?.();
  else if (done !== undefined) project.clock.after(options.seconds * 1000, done);
  return action;
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
    status: !ended ? 'running' : action.error === null ? 'success' : 'error',
    progress: ended ? 100 : Math.min(99, Math.floor(share * 100)),
    started: timeOf(action.started),
    finished: ended ? timeOf(action.endsAt) : null,
    resources: action.resources,
    error: ended ? action.error : null,
  };
}

export function timeOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, '+00:00');
}

export function found<Item>(
  items: ReadonlyMap<number, Item>,
  kind: string,
  id: string | number,
): Item {
  const item = items.get(Number(id));
  if (item === undefined) throw notFound(kind, id);
  return item;
}
