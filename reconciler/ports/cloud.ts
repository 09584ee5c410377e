/** One Hetzner project. Every method throws `Failure`. */
import type { AgentId } from '../core/agent/agent.ts';
import type {
  Charge,
  ObservedImage,
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

/** The rate limit of the project, shared by all runs. */
export type Budget = {
  readonly callsPerHour: number;
  readonly remaining: number;
  /** calls of this process so far */
  readonly calls: number;
};

export type Cloud = {
  /**
   * `Date` of the newest answer in ms: one clock for all runners. Sends a request if there was
   * none. If it differs from this machine's clock and the Forge's, the time that those two agree
   * on.
   */
  now(): Promise<number>;
  /** Why Hetzner's clock is not trusted now; null where it is. */
  clockDoubt(): Promise<string | null>;
  servers(fleet: string): Promise<Listing<ObservedServer>>;
  /** The rate limit in the newest answer; null before the first. */
  budget(): Budget | null;
  /** those with the fleet's label; addresses created with a server have none */
  primaryIps(fleet: string): Promise<Listing<ObservedPrimaryIp>>;
  /** how many the project has, of both types, also unmarked ones */
  primaryIpTotal(): Promise<number>;
  /** those with the fleet's label, or a name that begins with the fleet's */
  firewalls(fleet: string): Promise<readonly ObservedFirewall[]>;
  sshKeys(fleet: string): Promise<readonly ObservedSshKey[]>;
  /** under an id at most one; under a name of Hetzner's one for each architecture */
  images(idOrName: string): Promise<readonly ObservedImage[]>;
  /** those that carry the fleet's label */
  snapshots(fleet: string): Promise<readonly ObservedSnapshot[]>;
  /** what is billed in the whole project besides servers and their addresses */
  charges(fleet: string): Promise<Listing<Charge>>;
  /** servers without the fleet's label */
  foreignServers(
    fleet: string,
  ): Promise<readonly Pick<ObservedServer, 'id' | 'serverType' | 'location' | 'backups'>[]>;
  /** server types and images with an announced end */
  withdrawals(): Promise<readonly Withdrawal[]>;
  offers(): Promise<Offers>;
  server(id: string): Promise<ObservedServer | null>;
  serverByName(name: string): Promise<ObservedServer | null>;
  /** those with the labels of the fleet and of this agent; sorted by id */
  serversOf(fleet: string, agent: AgentId): Promise<readonly ObservedServer[]>;
  primaryIp(id: string): Promise<ObservedPrimaryIp | null>;
  /** These wait for the action to end, and accept a state that is already reached. */
  powerOn(id: string): Promise<void>;
  /** ACPI first, then a hard power-off */
  powerOff(id: string): Promise<void>;
  protect(id: string, on: boolean): Promise<void>;
  setLabels(id: string, labels: Readonly<Record<string, string>>): Promise<void>;
  /**
   * Makes a snapshot of the server's disk, waits until it is available, and returns its id. Throws
   * `OutcomeUnknown` where the answer was lost: the snapshot may exist, under its labels.
   */
  createSnapshot(
    server: string,
    what: { readonly description: string; readonly labels: Readonly<Record<string, string>> },
  ): Promise<string>;
  /** accepts a server that is already gone */
  deleteServer(id: string): Promise<void>;
  deletePrimaryIp(id: string): Promise<void>;
  deleteSshKey(id: string): Promise<void>;
  deleteSnapshot(id: string): Promise<void>;
};
