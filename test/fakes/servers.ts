/**
 * Hetzner's project in memory: servers, their addresses, firewalls and keys, and a log of all
 * deletions with the content of git at that moment.
 */
import { Failure } from '../../reconciler/core/failure.ts';
import type { ObservedSnapshot, Withdrawal } from '../../reconciler/core/fleet/fleet-resources.ts';
import type {
  ObservedFirewall,
  ObservedPrimaryIp,
  ObservedServer,
  Offers,
  ServerStatus,
} from '../../reconciler/core/fleet/observed.ts';
import type { FakeTime } from './time.ts';

export type FakeServer = {
  readonly id: string;
  name: string;
  readonly created: string;
  labels: Record<string, string>;
  /** as it was made with */
  readonly made: Readonly<Record<string, string>>;
  readonly ipv4: string;
  readonly ipv4Id: string;
  readonly location: string;
  serverType: string;
  readonly image: string;
  diskGb: number;
  protection: { delete: boolean; rebuild: boolean };
  locked: boolean;
  /** locked by an action of the provider's own until then */
  lockedUntilMs?: number;
  /** its create was answered by an error, and it is visible only from then on */
  hiddenUntilMs?: number;
  /** the status that the API returns until then, whatever it does */
  ailing?: { readonly status: ServerStatus; readonly untilMs: number };
  /** the firewalls that apply to it until then, after its labels have changed */
  heldBy?: { readonly firewalls: readonly string[]; readonly untilMs: number };
  /** the firewalls that its create named by id */
  readonly attached: readonly string[];
  readonly userData: string;
  /** created by a test, not by the flows: exempt from the invariants about created resources */
  planted: boolean;
  /** when it enters which status, oldest first */
  statuses: { readonly atMs: number; readonly status: ServerStatus }[];
};
type NewServer = Pick<FakeServer, 'name' | 'serverType' | 'location' | 'image'> & {
  readonly labels: Readonly<Record<string, string>>;
  readonly userData: string;
  readonly firewalls?: readonly string[];
};
/** An effect of the flows on a server, with the tips of git at that moment. */
type Done = Tips & { readonly atMs: number; readonly server: FakeServer };
type Tips = {
  readonly main: string | null;
  readonly status: string | null;
  /** subscriptions that are paid for */
  readonly paying: readonly string[];
};
export type Deletion = Done & { readonly via: 'api' | 'stack' };
export type Creation = Done;
export type Switching = Done & { readonly to: 'on' | 'off'; readonly via: 'api' | 'stack' };

/** The proofs that a server ran, whatever became of its record. */
export const ranLabel = 'aura.dev/ran';
export const createMs = 15_000;
export const startMs = 8000;
export const stopMs = 5000;
export const snapshotMs = 30_000;

/** One that is deleted with its server, or stays without one. */
type FakeAddress = ObservedPrimaryIp & { readonly autoDelete: boolean };
export type FakeProject = {
  readonly servers: Map<string, FakeServer>;
  readonly primaryIps: Map<string, FakeAddress>;
  readonly firewalls: Map<string, Omit<ObservedFirewall, 'id'>>;
  /** ids of servers without their label's firewalls, until the label is written again */
  readonly unheld: Set<string>;
  readonly sshKeys: Map<
    string,
    { name: string; publicKey: string; labels: Record<string, string>; created: string }
  >;
  readonly snapshots: Map<string, ObservedSnapshot>;
  /** names of Hetzner's images */
  readonly images: Set<string>;
  withdrawals: readonly Withdrawal[];
  readonly deletions: Deletion[];
  /** what Terraform created */
  readonly creations: Creation[];
  readonly switchings: Switching[];
  /** ids of servers that were ever protected or labelled as having run, by any party */
  readonly ran: Set<string>;
  offers: Offers;
  /** `type/location` pairs that are in the price list and sold out */
  readonly soldOut: Set<string>;
  serversMax: number;
  /** how long firewalls take to follow labels */
  firewallLagMs: number;
  /** how long the addresses of a server that is gone stay assigned to it */
  addressLagMs: number;
  isVisible(server: FakeServer): boolean;
  isLocked(server: FakeServer): boolean;
  /** Writes labels by the API: firewalls follow. */
  relabel(server: FakeServer, labels: Readonly<Record<string, string>>): void;
  /** Frees the addresses that are due. */
  freeAddresses(): void;
  statusOf(server: FakeServer): ServerStatus;
  /** ms since when it is running; null while it is not */
  runningSince(server: FakeServer): number | null;
  observed(server: FakeServer): ObservedServer;
  /** as the API takes it: names are unique, types sell out */
  create(wanted: NewServer, planted?: boolean): FakeServer;
  /** throws `Protected`; false where it is gone already */
  remove(id: string, via: Deletion['via']): boolean;
  noteCreation(server: FakeServer): void;
  noteSwitching(server: FakeServer, to: 'on' | 'off', via: Deletion['via']): void;
  /** Checks whether it has a label that it ran. */
  noteRan(server: FakeServer): void;
  nextId(): string;
};

export function createProject(options: {
  readonly time: FakeTime;
  readonly offers: Offers;
  readonly tips: () => Tips;
  /** Hetzner gives an id once: those of another project begin at another number. */
  readonly idsFrom?: number;
}): FakeProject {
  const { time } = options;
  let count = options.idsFrom ?? 1000;
  const nextId = () => {
    count += 1;
    return String(count);
  };
  const project: FakeProject = {
    servers: new Map(),
    primaryIps: new Map(),
    firewalls: new Map(),
    unheld: new Set(),
    sshKeys: new Map(),
    snapshots: new Map(),
    images: new Set(['debian-12', 'ubuntu-24.04']),
    withdrawals: [],
    deletions: [],
    creations: [],
    switchings: [],
    ran: new Set(),
    offers: options.offers,
    soldOut: new Set(),
    serversMax: 1000,
    firewallLagMs: 0,
    addressLagMs: 0,
    isVisible: ({ hiddenUntilMs = 0 }) => hiddenUntilMs <= time.now(),
    isLocked: ({ locked, lockedUntilMs = 0 }) => locked || lockedUntilMs > time.now(),
    relabel(server, labels) {
      const firewalls = firewallsOf(project, server, time.now());
      if (project.firewallLagMs > 0)
        server.heldBy = { firewalls, untilMs: time.now() + project.firewallLagMs };
      server.labels = { ...labels };
      project.unheld.delete(server.id);
      project.noteRan(server);
    },
    freeAddresses() {
      for (const { server, atMs } of project.deletions)
        if (atMs + project.addressLagMs <= time.now()) releaseAddress(project, server);
    },
    nextId,
    statusOf: (server) =>
      server.statuses.findLast(({ atMs }) => atMs <= time.now())?.status ?? 'unknown',
    runningSince(server) {
      const now = server.statuses.findLast(({ atMs }) => atMs <= time.now());
      return now?.status === 'running' ? now.atMs : null;
    },
    observed: (server) => observedServer(project, server, time.now()),
    create(wanted, planted = false) {
      refuseCreate(project, wanted);
      const server = newServer(project, wanted, time.now());
      server.planted = planted;
      if (project.firewallLagMs > 0 && !planted)
        server.heldBy = { firewalls: server.attached, untilMs: time.now() + project.firewallLagMs };
      project.servers.set(server.id, server);
      project.primaryIps.set(server.ipv4Id, addressOf(server));
      return server;
    },
    noteCreation: (server) =>
      void project.creations.push({ atMs: time.now(), server, ...options.tips() }),
    noteSwitching: (server, to, via) =>
      void project.switchings.push({ atMs: time.now(), server, to, via, ...options.tips() }),
    noteRan({ id, protection, labels }) {
      if (protection.delete || labels[ranLabel] === '1') project.ran.add(id);
    },
    remove(id, via) {
      const server = project.servers.get(id);
      if (server === undefined) return false;
      project.noteRan(server);
      if (server.protection.delete)
        throw new Failure('Protected', `server ${id} is protected from deletion`);
      if (project.isLocked(server)) throw new Failure('Locked', `server ${id} is locked`);
      project.servers.delete(id);
      project.deletions.push({ atMs: time.now(), server, via, ...options.tips() });
      project.freeAddresses();
      return true;
    },
  };
  return project;
}

function refuseCreate(project: FakeProject, wanted: NewServer): void {
  const { name, serverType, location, firewalls = [] } = wanted;
  for (const id of firewalls)
    if (!project.firewalls.has(id)) throw new Failure('NotFound', `there is no firewall ${id}`);
  if ([...project.servers.values()].some((server) => server.name === name))
    throw new Failure('Conflict', `the name ${name} is already used`);
  if (project.soldOut.has(`${serverType}/${location}`))
    throw new Failure('ResourceUnavailable', `${serverType} is sold out in ${location}`);
  if (project.servers.size >= project.serversMax)
    throw new Failure('ResourceLimitExceeded', 'the project has as many servers as it may have');
}

function newServer(project: FakeProject, wanted: NewServer, nowMs: number): FakeServer {
  const id = project.nextId();
  const number = Number(id) - 1000;
  return {
    id,
    name: wanted.name,
    created: new Date(Math.floor(nowMs / 1000) * 1000).toISOString(),
    labels: { ...wanted.labels },
    made: { ...wanted.labels },
    ipv4: `198.51.${100 + Math.floor(number / 250)}.${number % 250}`,
    ipv4Id: project.nextId(),
    location: wanted.location,
    serverType: wanted.serverType,
    image: wanted.image,
    diskGb: diskOf(project, wanted.serverType),
    protection: { delete: false, rebuild: false },
    locked: false,
    attached: wanted.firewalls ?? [],
    userData: wanted.userData,
    planted: false,
    statuses: [
      { atMs: nowMs, status: 'initializing' },
      { atMs: nowMs + createMs, status: 'starting' },
      { atMs: nowMs + createMs + startMs, status: 'running' },
    ],
  };
}

export function stopServer(server: FakeServer, nowMs: number): void {
  server.statuses = [
    ...server.statuses.filter(({ atMs }) => atMs <= nowMs),
    { atMs: nowMs, status: 'stopping' },
    { atMs: nowMs + stopMs, status: 'off' },
  ];
}

/** From now on it starts, and runs a while later. */
export function startServer(server: FakeServer, nowMs: number): void {
  server.statuses = [
    ...server.statuses.filter(({ atMs }) => atMs <= nowMs),
    { atMs: nowMs, status: 'starting' },
    { atMs: nowMs + startMs, status: 'running' },
  ];
}

/** What Hetzner creates with a server: it is deleted with it, and has no label. */
function addressOf(server: FakeServer): FakeAddress {
  return {
    id: server.ipv4Id,
    ip: server.ipv4,
    labels: {},
    assignee: server.id,
    autoDelete: true,
    location: server.location,
    created: server.created,
  };
}

function releaseAddress(project: FakeProject, server: FakeServer): void {
  for (const [id, address] of project.primaryIps) {
    if (address.assignee !== server.id) continue;
    if (address.autoDelete) project.primaryIps.delete(id);
    else project.primaryIps.set(id, { ...address, assignee: null });
  }
}

/** The larger types of the catalog have twice the memory. */
export function memoryOf(serverType: string): number {
  return /2$/.test(serverType.slice(0, -1)) ? 4 : 2;
}

export function diskOf(project: FakeProject, serverType: string): number {
  return project.offers.list.find((offer) => offer.serverType === serverType)?.diskGb ?? 40;
}

function observedServer(project: FakeProject, server: FakeServer, nowMs: number): ObservedServer {
  const { ailing } = server;
  const isAiling = ailing !== undefined && ailing.untilMs > nowMs;
  return {
    id: server.id,
    name: server.name,
    status: isAiling ? ailing.status : project.statusOf(server),
    created: server.created,
    labels: { ...server.labels },
    ipv4: server.ipv4,
    ipv4Id: server.ipv4Id,
    ipv6Id: null,
    location: server.location,
    serverType: server.serverType,
    image: server.image,
    diskGb: server.diskGb,
    memoryGb: memoryOf(server.serverType),
    protection: { ...server.protection },
    locked: project.isLocked(server),
    backups: false,
    firewalls: firewallsOf(project, server, nowMs),
  };
}

/** Those that apply to it directly or by its labels, or that applied before these were changed. */
function firewallsOf(project: FakeProject, server: FakeServer, nowMs: number): readonly string[] {
  const { attached, heldBy } = server;
  if (heldBy !== undefined && heldBy.untilMs > nowMs) return heldBy.firewalls;
  return [...project.firewalls]
    .filter(() => !project.unheld.has(server.id))
    .filter(
      ([id, { selectors }]) =>
        attached.includes(id) || selectors.some((selector) => selects(selector, server.labels)),
    )
    .map(([id]) => id)
    .sort();
}

/** `k=v,k=v`: all that our own selectors use. */
function selects(selector: string, labels: Readonly<Record<string, string>>): boolean {
  return selector.split(',').every((part) => {
    const [name = '', value = ''] = part.split('=');
    return labels[name] === value;
  });
}
