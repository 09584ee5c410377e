/** One Hetzner project. Every method throws `Failure`. */
import type { AgentId } from '../core/agent/agent.ts';
import type {
  ObservedSnapshot,
  ObservedSshKey,
  Withdrawal,
} from '../core/fleet/fleet-resources.ts';
import type {
  ObservedFirewall,
  ObservedPrimaryIp,
  ObservedServer,
  Offers,
} from '../core/fleet/observed.ts';
import type { Listing } from './listing.ts';

/** All that use the project's token share it, other runs too. */
export type Budget = {
  readonly callsPerHour: number;
  readonly remaining: number;
  /** those of this process so far */
  readonly calls: number;
};

export type Cloud = {
  /**
   * `Date` of the newest answer, ms: one clock for all runners. Asks for something where none came yet.
   * Where it differs from this machine's clock and from the Forge's, what those two agree on.
   */
  now(): Promise<number>;
  /** Why Hetzner's clock is not trusted at the moment; null where it is. */
  clockDoubt(): Promise<string | null>;
  servers(fleet: string): Promise<Listing<ObservedServer>>;
  /** What of the project's requests is left, as the newest answer said; null before the first. */
  budget(): Budget | null;
  /** those that carry the fleet's label; what came with a server has none and goes with it */
  primaryIps(fleet: string): Promise<Listing<ObservedPrimaryIp>>;
  /** those with the fleet's label, or a name that begins with the fleet's */
  firewalls(fleet: string): Promise<readonly ObservedFirewall[]>;
  sshKeys(fleet: string): Promise<readonly ObservedSshKey[]>;
  /** those that carry the fleet's label */
  snapshots(fleet: string): Promise<readonly ObservedSnapshot[]>;
  /** what servers without the fleet's label are and where; never which */
  foreignServers(
    fleet: string,
  ): Promise<
    readonly { readonly id: string; readonly serverType: string; readonly location: string }[]
  >;
  /** server types and images that are announced to go */
  withdrawals(): Promise<readonly Withdrawal[]>;
  offers(): Promise<Offers>;
  server(id: string): Promise<ObservedServer | null>;
  serverByName(name: string): Promise<ObservedServer | null>;
  /** those that carry the labels of the fleet and of this agent, whatever their names; sorted by id */
  serversOf(fleet: string, agent: AgentId): Promise<readonly ObservedServer[]>;
  primaryIp(id: string): Promise<ObservedPrimaryIp | null>;
  /** These wait for the action's end and are fine with a state that is already so. */
  powerOn(id: string): Promise<void>;
  /** ACPI first, then the plug after a while */
  powerOff(id: string): Promise<void>;
  protect(id: string, on: boolean): Promise<void>;
  setLabels(id: string, labels: Readonly<Record<string, string>>): Promise<void>;
  /** no answer is an answer: gone already is fine */
  deleteServer(id: string): Promise<void>;
  deletePrimaryIp(id: string): Promise<void>;
  deleteSshKey(id: string): Promise<void>;
  deleteSnapshot(id: string): Promise<void>;
};
