/**
 * What carries our labels beyond servers, devices and states, and what the account holds beside us.
 * Most runs have no need of it: it is read with `--everything`, or where an orphan
 * has been found or decided on.
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

/** A lock beside a state, as Terraform wrote it. */
export type ObservedLock = {
  /** of the state that it locks */
  readonly key: string;
  readonly id: string;
  /** user and host, as Terraform saw them */
  readonly who: string;
  readonly operation: string;
  readonly created: string;
};

/** What the provider has announced to take off sale. */
export type Withdrawal =
  | {
      readonly kind: 'serverType';
      readonly name: string;
      /** null where it goes everywhere */
      readonly location: string | null;
      readonly at: string;
    }
  | { readonly kind: 'image'; readonly name: string; readonly at: string };

/** Servers of the project that are none of ours: how many and how dear, and nothing else. */
export type Foreign = { readonly servers: number; readonly monthlyCost: number };

export type FleetResources = {
  readonly authKeys: readonly ObservedAuthKey[];
  readonly sshKeys: readonly ObservedSshKey[];
  readonly snapshots: readonly ObservedSnapshot[];
  readonly withdrawals: readonly Withdrawal[];
  readonly foreign: Foreign;
};
