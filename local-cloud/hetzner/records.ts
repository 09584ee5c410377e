/** Records of a project's resources, as the world keeps them. */

export type Labels = Readonly<Record<string, string>>;

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

export type ServerImage = {
  readonly id: number;
  readonly name: string | null;
  readonly architecture: string;
};

/** Listings filter by the `readonly` fields, which only the table changes. */
export type Server = {
  readonly id: number;
  name: string;
  status: Status;
  readonly created: number;
  labels: Labels;
  /** the labels in effect for firewalls until the change reaches them; null: none yet */
  labelsBefore: Labels | null;
  labelsChangedAt: number;
  typeName: string;
  readonly location: string;
  image: ServerImage | null;
  diskGb: number;
  userData: string;
  readonly sshKeys: readonly number[];
  ipv4: number | null;
  ipv6: number | null;
  protection: { readonly delete: boolean; readonly rebuild: boolean };
  /** by an action, until it ends */
  locked: boolean;
  /** by Hetzner's staff, for instance after a report of abuse */
  lockedByStaff: boolean;
  placementGroup: number | null;
  /** when it was last switched on, which is when its boot starts */
  startedAt: number | null;
  backups: boolean;
  rescue: boolean;
  /** its system ignores a shutdown */
  deaf: boolean;
};

export type PrimaryIp = {
  readonly id: number;
  name: string;
  readonly type: 'ipv4' | 'ipv6';
  readonly ip: string;
  readonly location: string;
  labels: Labels;
  autoDelete: boolean;
  assignee: number | null;
  protected: boolean;
  readonly created: number;
  /** reverse names by address, where one was set */
  dnsPtr: Readonly<Record<string, string>>;
};

export type SshKey = {
  readonly id: number;
  name: string;
  readonly fingerprint: string;
  readonly publicKey: string;
  labels: Labels;
  readonly created: number;
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
  | { readonly type: 'server'; readonly server: number; readonly since: number }
  | { readonly type: 'label_selector'; readonly selector: string; readonly since: number };
export type Firewall = {
  readonly id: number;
  name: string;
  labels: Labels;
  rules: Rule[];
  appliedTo: AppliedTo[];
  readonly created: number;
};

export type PlacementGroup = {
  readonly id: number;
  name: string;
  labels: Labels;
  readonly type: string;
  readonly created: number;
};

export type Volume = {
  readonly id: number;
  name: string;
  labels: Labels;
  sizeGb: number;
  readonly format: string | null;
  readonly location: string;
  server: number | null;
  protected: boolean;
  readonly created: number;
};

export type FloatingIp = {
  readonly id: number;
  name: string;
  description: string;
  readonly type: 'ipv4' | 'ipv6';
  readonly ip: string;
  readonly location: string;
  labels: Labels;
  server: number | null;
  protected: boolean;
  readonly created: number;
};

export type LoadBalancer = {
  readonly id: number;
  name: string;
  readonly typeName: string;
  readonly location: string;
  readonly ip: string;
  labels: Labels;
  protected: boolean;
  readonly created: number;
};

export type Snapshot = {
  readonly id: number;
  readonly kind: 'snapshot' | 'backup';
  description: string;
  labels: Labels;
  readonly from: { readonly id: number; readonly name: string };
  readonly diskGb: number;
  readonly architecture: string;
  readonly flavor: string;
  readonly version: string;
  status: 'creating' | 'available';
  protected: boolean;
  readonly created: number;
};

export type ActionResource = { readonly id: number; readonly type: string };
export type ActionError = { readonly code: string; readonly message: string };
export type Action = {
  readonly id: number;
  readonly command: string;
  readonly started: number;
  readonly endsAt: number;
  readonly resources: readonly ActionResource[];
  error: ActionError | null;
};

/** Limits on the number of each resource in a project. */
export type Limits = {
  servers: number;
  primaryIps: number;
  firewalls: number;
  sshKeys: number;
  placementGroups: number;
  snapshots: number;
  volumes: number;
  floatingIps: number;
  loadBalancers: number;
};
