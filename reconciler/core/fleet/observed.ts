/**
 * The observed state: what Hetzner, Tailscale and the state bucket list, parsed by the adapters.
 */
import { type AgentId, parseAgentId } from '../agent/agent.ts';

export const labelNames = {
  fleet: 'aura.dev/fleet',
  agent: 'aura.dev/agent',
  subscription: 'aura.dev/subscription',
  customer: 'aura.dev/customer',
  created: 'aura.dev/created',
  revision: 'aura.dev/revision',
  nonce: 'aura.dev/nonce',
  spec: 'aura.dev/spec',
  bootstrap: 'aura.dev/bootstrap',
  /** while the server is isolated: a firewall lets it reach nothing but the tailnet's relays */
  isolated: 'aura.dev/isolated',
  /** set by the first verify, and never removed */
  ran: 'aura.dev/ran',
  /** of a builder: the run that makes it */
  builder: 'aura.dev/builder',
  /** of a prepared image: the hash of what went in */
  image: 'aura.dev/image',
  /** of a prepared image: the image that it was made from */
  base: 'aura.dev/base',
} as const;

export type ServerStatus =
  | 'initializing'
  | 'starting'
  | 'running'
  | 'stopping'
  | 'off'
  | 'deleting'
  | 'migrating'
  | 'rebuilding'
  | 'unknown';

export type ObservedServer = {
  /** Hetzner's id, as decimal text */
  readonly id: string;
  readonly name: string;
  readonly status: ServerStatus;
  /** RFC 3339 */
  readonly created: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ipv4: string | null;
  /** id of the primary IP, which may outlive its server */
  readonly ipv4Id: string | null;
  readonly ipv6Id: string | null;
  readonly location: string;
  readonly serverType: string;
  readonly image: string | null;
  readonly diskGb: number;
  /** of its type */
  readonly memoryGb: number;
  readonly protection: { readonly delete: boolean; readonly rebuild: boolean };
  readonly locked: boolean;
  /** whether Hetzner makes backups of it, which adds a share to its price */
  readonly backups: boolean;
  /** ids of the attached firewalls */
  readonly firewalls: readonly string[];
};

export type ObservedDevice = {
  readonly nodeId: string;
  readonly name: string;
  readonly hostname: string;
  readonly addresses: readonly string[];
  readonly tags: readonly string[];
  /** RFC 3339 */
  readonly created: string;
  readonly online: boolean;
  /** RFC 3339; null while it is online, or if unknown */
  readonly lastSeen: string | null;
  /** its key expires one day, and the device with it */
  readonly keyExpires: boolean;
};

export type ObservedState = {
  readonly key: string;
  readonly modified: string;
  /** a `.tflock` beside the state */
  readonly locked: boolean;
};

export type ObservedPrimaryIp = {
  readonly id: string;
  readonly ip: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly assignee: string | null;
  readonly location: string;
  /** RFC 3339 */
  readonly created: string;
};

export type ObservedFirewall = {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** canonical text of its rules, to compare with the wanted ones */
  readonly rules: string;
  readonly selectors: readonly string[];
};

/** A server type's net monthly price in a location, from the live price list. */
export type Offer = {
  readonly serverType: string;
  readonly location: string;
  readonly monthlyNet: number;
  readonly diskGb: number;
  readonly memoryGb: number;
  /** as Hetzner names it: `x86`, `arm` */
  readonly architecture: string;
  readonly available: boolean;
};

export type Offers = {
  readonly currency: string;
  /** of a server's price, for its backups; 0 if that is not known */
  readonly backupPercent: number;
  readonly ipv4MonthlyNet: Readonly<Record<string, number>>;
  readonly list: readonly Offer[];
};

/** A source that could not be read completely, or whose listing is implausible. */
export type PartialReason = {
  readonly source:
    | 'servers'
    | 'devices'
    | 'states'
    | 'addresses'
    | 'prices'
    | 'files'
    | 'status'
    | 'fleet'
    | 'clock';
  readonly detail: string;
};

export type Reading =
  | { readonly kind: 'complete' }
  /** only these agents were looked up, by name; the others are unknown */
  | { readonly kind: 'named'; readonly agents: readonly AgentId[] }
  | { readonly kind: 'partial'; readonly reasons: readonly PartialReason[] };

export type Observed = {
  readonly servers: readonly ObservedServer[];
  readonly devices: readonly ObservedDevice[];
  readonly states: readonly ObservedState[];
  /** those with our labels; an address that was created with its server has none */
  readonly primaryIps: readonly ObservedPrimaryIp[];
  readonly firewalls: readonly ObservedFirewall[];
  readonly reading: Reading;
};

/** An empty list was not read; without prices no server is created or resized. */
export function pricesAreKnown({ list }: Offers): boolean {
  return list.length > 0;
}

export function serverIsOn(server: Pick<ObservedServer, 'status'>): boolean {
  return server.status === 'running' || server.status === 'starting';
}

/** Whether the server's label opens port 22 to the policy's addresses. */
export function isOpen({ labels, status }: Pick<ObservedServer, 'labels' | 'status'>): boolean {
  return labelNames.bootstrap in labels && status !== 'off';
}

/** Whether the server has a nonce label, which every later change needs. */
export function carriesNonce({ labels }: Pick<ObservedServer, 'labels'>): boolean {
  return /^[0-9a-z]{16}$/.test(labels[labelNames.nonce] ?? '');
}

/** Labels that Aura sets and removes over the API; Terraform ignores them. */
export const labelsBesideTerraform: readonly string[] = [
  labelNames.bootstrap,
  labelNames.isolated,
  labelNames.ran,
];

/**
 * Whether the server itself shows that it ran: verify protects it from deletion and then labels it.
 * Either is proof, even if the other, or the record, was not written.
 */
export function carriesRanLabel({
  labels,
  protection,
}: Pick<ObservedServer, 'labels' | 'protection'>): boolean {
  return protection.delete || labelNames.ran in labels;
}

/** The agent in a server's labels; null if the server does not belong to this fleet. */
export function agentOfServer(server: ObservedServer, fleet: string): AgentId | null {
  if (server.labels[labelNames.fleet] !== fleet) return null;
  return parseAgentId(server.labels[labelNames.agent] ?? '');
}

/** The key of an agent's Terraform state in the bucket. */
export function agentStateKey(fleet: string, id: string): string {
  return `${fleet}/agents/${id}/terraform.tfstate`;
}

/** `tag:<fleet>`, the tag of every agent's device that is not isolated, and of nothing else. */
export function deviceTag(fleet: string): string {
  return `tag:${fleet}`;
}

/** `tag:<fleet>-isolated`, instead of it: the tailnet's policy grants nothing to or from it. */
export function isolatedTag(fleet: string): string {
  return `tag:${fleet}-isolated`;
}

/** Whether a device is one of the fleet's agents', isolated or not. */
export function isAgentDevice({ tags }: Pick<ObservedDevice, 'tags'>, fleet: string): boolean {
  return tags.includes(deviceTag(fleet)) || tags.includes(isolatedTag(fleet));
}

/** `tag:<fleet>-ci`, the tag of runs that join the tailnet; their devices are ephemeral. */
export function runTag(fleet: string): string {
  return `tag:${fleet}-ci`;
}
