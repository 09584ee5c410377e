/** What the benchmark of a run asks of its world, which is a process of its own. */

export type FleetOptions = {
  readonly agents: number;
  /** of them, those whose server and state were made by Terraform */
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
  /** People change the files of so many agents, in one commit. */
  | { readonly ask: 'change'; readonly agents: number }
  /** An hour passes, so that the project's requests are allowed again; counts begin at zero. */
  | { readonly ask: 'nextHour' }
  | { readonly ask: 'calls' }
  | { readonly ask: 'close' };

/** Requests by API and route. */
export type Calls = Readonly<Record<string, Readonly<Record<string, number>>>>;
