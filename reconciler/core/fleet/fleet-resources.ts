/**
 * Resources with our labels beyond servers, devices and states, and foreign servers of the project.
 * They are read only with `--everything`, or if an orphan was found or decided on.
 */

/** An unused auth key of the tailnet whose description begins with our fleet's name. */
export type ObservedAuthKey = {
  readonly id: string;
  readonly description: string;
  /** RFC 3339 */
  readonly created: string;
  readonly expires: string;
};

export type ObservedSshKey = {
  readonly id: string;
  readonly name: string;
  readonly created: string;
  readonly labels: Readonly<Record<string, string>>;
};

export type ObservedSnapshot = {
  readonly id: string;
  readonly description: string;
  readonly created: string;
  readonly labels: Readonly<Record<string, string>>;
  /** net, a month; null while its size is not known */
  readonly monthlyCost: number | null;
};

/** What Hetzner bills in the project, besides servers with their addresses. */
export type Charge = {
  readonly kind: 'snapshot' | 'address' | 'volume' | 'floatingIp' | 'loadBalancer';
  readonly id: string;
  /** it carries the fleet's label */
  readonly isOurs: boolean;
  /** net, a month; null while that is not known */
  readonly monthly: number | null;
};

/** An image that a server can be made from: Hetzner's, or a snapshot. */
export type ObservedImage = {
  readonly id: string;
  readonly architecture: string;
  /** the least disk of a server */
  readonly diskGb: number;
  readonly available: boolean;
  readonly labels: Readonly<Record<string, string>>;
};

/** A lock beside a state, as Terraform wrote it. */
export type ObservedLock = {
  /** key of the locked state */
  readonly key: string;
  readonly id: string;
  /** user and host, as Terraform wrote them */
  readonly who: string;
  readonly operation: string;
  readonly created: string;
};

/** A deprecation that Hetzner has announced. */
export type Withdrawal =
  | {
      readonly kind: 'serverType';
      readonly name: string;
      /** null for all locations */
      readonly location: string | null;
      readonly at: string;
    }
  | { readonly kind: 'image'; readonly name: string; readonly at: string };

/** Servers of the project that Aura does not manage: their number and cost only. */
export type Foreign = { readonly servers: number; readonly monthlyCost: number };

/** What counts against the quotas of the accounts beside the recorded agents. */
export type Others = {
  readonly servers: number;
  /** of both types: Hetzner's limit counts both */
  readonly primaryIps: number;
  readonly devices: number;
};

export type FleetResources = {
  readonly authKeys: readonly ObservedAuthKey[];
  readonly sshKeys: readonly ObservedSshKey[];
  readonly snapshots: readonly ObservedSnapshot[];
  readonly withdrawals: readonly Withdrawal[];
  readonly foreign: Foreign;
  readonly others: Others;
};
