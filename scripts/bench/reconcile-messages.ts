/** Messages of the reconcile benchmark to its world, which is a process of its own. */

export type FleetOptions = {
  readonly agents: number;
  /** those of them whose server and state were made by Terraform */
  readonly sample: number;
  readonly roleVersion: string;
};
/** Variables for the run, and those for Terraform, whose bucket keeps whole states. */
export type FleetAddresses = {
  readonly reconcile: Readonly<Record<string, string>>;
  readonly terraform: Readonly<Record<string, string>>;
};
export type FleetRequest =
  | { readonly ask: 'start' }
  /** While time is fast, a server is made within a second. */
  | { readonly ask: 'hurry'; readonly on: boolean }
  | { readonly ask: 'fill'; readonly options: FleetOptions }
  /** Changes the files of this many agents, in one commit. */
  | { readonly ask: 'change'; readonly agents: number }
  /** Advances an hour, so that the rate limit allows requests again, and resets the counts. */
  | { readonly ask: 'nextHour' }
  | { readonly ask: 'calls' }
  | { readonly ask: 'close' };

/** Requests by API and route. */
export type Calls = Readonly<Record<string, Readonly<Record<string, number>>>>;
