/**
 * What the flows need of the world outside, in the flows' own words. Adapters implement these;
 * tests implement them with state. Every method throws `Failure` (core/failure.ts) and nothing else.
 */

import type {
  BilledSubscription,
  UnreadSubscription,
  VerifiedEvent,
} from './core/billing/billing.ts';
import type { LogEntry } from './core/commands/history.ts';
import type { AgentConfig, AgentFile, AgentId } from './core/desired/agent.ts';
import type { GateExpectation, PlannedResource } from './core/stack/gate.ts';
import type { Refreshed } from './core/stack/refreshed.ts';
import type { StackSpec } from './core/stack/stack-spec.ts';
import type { StoredState } from './core/stack/state-check.ts';
import type {
  ObservedAuthKey,
  ObservedLock,
  ObservedSnapshot,
  ObservedSshKey,
  Withdrawal,
} from './core/world/marks.ts';
import type {
  ObservedDevice,
  ObservedFirewall,
  ObservedPrimaryIp,
  ObservedServer,
  ObservedState,
  Offers,
  PartialReason,
} from './core/world/observed.ts';
import type { AgentRecord, RecordFile } from './core/world/recorded.ts';
import type { RunRef, RunState } from './core/world/run.ts';

/** A listing and whether it is whole: what is missing from a partial one is unknown, not absent. */
export type Listing<Item> = {
  readonly items: readonly Item[];
  readonly partial: readonly PartialReason[];
};

// ---------------------------------------------------------------- Stripe

export type Billing = {
  /** Signature, tolerance of 300 s into the past and the future. `nowMs` is wall time. */
  verify(rawBody: Buffer, signature: string | undefined, nowMs: number): VerifiedEvent;
  account(): Promise<{ readonly id: string; readonly livemode: boolean }>;
  /** null only where Stripe says `resource_missing` */
  subscription(id: string): Promise<BilledSubscription | null>;
  /** ids of all that the customer ever had */
  subscriptionIdsOf(customer: string): Promise<readonly string[]>;
  /** Who paid the charge; null where no customer did. */
  customerOfCharge(charge: string): Promise<string | null>;
  /** Whether a payment of the customer is disputed or called fraudulent now. */
  isDisputed(customer: string): Promise<boolean>;
  /** every status, the newest first, paged; those that come after the one of this id, where given */
  allSubscriptions(after?: string): AsyncIterable<BilledSubscription | UnreadSubscription>;
  /** Both carry an idempotency key made of agent, revision and purpose. */
  cancelSubscription(id: string, purpose: StripePurpose): Promise<void>;
  pauseCollection(id: string, purpose: StripePurpose): Promise<void>;
  /**
   * What of the last invoice was paid and is not given back yet; `none` where nothing is left. With a
   * time, in seconds, only what each of its lines asked for the time after it.
   */
  refundLastInvoice(
    id: string,
    purpose: StripePurpose,
    unusedSince?: number,
  ): Promise<'refunded' | 'none'>;
};
export type StripePurpose = {
  readonly agent: AgentId;
  readonly revision: number;
  readonly purpose: string;
};

// ---------------------------------------------------------------- git

/**
 * The files of one branch at one commit, whatever they are called. `list` is sorted by path, and what it
 * lists can be read. Texts hold every byte (core/desired/file-content.ts): what is no text, or no plain
 * file, is an invalid one to those who parse it, and never absent.
 */
export type Snapshot = {
  readonly commit: string;
  list(prefix: string): Promise<readonly { readonly path: string; readonly oid: string }[]>;
  /**
   * What became of the files below a folder since another commit of ours, an oid or null where it is
   * gone; null where that commit cannot be read here.
   */
  changesSince(
    commit: string,
    prefix: string,
  ): Promise<readonly { readonly path: string; readonly oid: string | null }[] | null>;
  /** null where nothing is there */
  read(path: string): Promise<{ readonly oid: string; readonly text: string } | null>;
  /** texts by blob oid, read in one go */
  readAll(oids: readonly string[]): Promise<ReadonlyMap<string, string>>;
};

export type FileEdit = {
  readonly path: string /** null removes the file */;
  readonly text: string | null;
};
export type CommitDraft = {
  readonly subject: string;
  readonly body: string;
  readonly trailers: readonly (readonly [name: string, value: string])[];
  readonly edits: readonly FileEdit[];
  /** a commit that becomes its second parent: the edits are made on that one's files */
  readonly merges?: string;
};

export type PushOutcome =
  | { readonly kind: 'pushed'; readonly commits: readonly string[] }
  /** the tip moved: fetch, decide again, push again */
  | { readonly kind: 'rejected' };

export type Removal = {
  readonly commit: string;
  readonly parent: string;
  readonly cause: string | null;
  readonly at: string;
  readonly agentsRemoved: number;
};

/** One branch's files in a git repository: `main` (what is asked for) or `status` (what was done). */
export type DesiredState = {
  /** The tip as the server has it now; null where the branch does not exist. */
  fetch(branch: string): Promise<Snapshot | null>;
  /** The tip that the server confirmed last, without asking it again; null where none was. */
  confirmed(branch: string): Promise<Snapshot | null>;
  /**
   * The tip as the server has it now, though it may not contain what was read of the branch before:
   * to judge a branch that was rewritten. Nothing counts as read because of it.
   */
  offered(branch: string): Promise<Snapshot | null>;
  /** That commit is what was read of the branch, whatever was before: the branch goes on from it. */
  accept(branch: string, commit: string): Promise<void>;
  /** Commits on top of `base` in order, one push. Never forces. `base` null creates the branch. */
  push(
    branch: string,
    base: Snapshot | null,
    commits: readonly CommitDraft[],
  ): Promise<PushOutcome>;
  /** The last first-parent removal of a path on `main`; null where it never was or still is there. */
  lastRemoval(path: string): Promise<Removal | null>;
  /** The same of many agents' files, for one walk through history; those without one are left out. */
  lastRemovals(paths: readonly string[]): Promise<ReadonlyMap<string, Removal>>;
  /** the text of a file at a commit */
  textAt(commit: string, path: string): Promise<string | null>;
  /** first-parent history of `branch`, or of one path in it, newest first, at most `max` */
  log(branch: string, max: number, path?: string | null): Promise<readonly LogEntry[]>;
  /** last first-parent commit that touched the path; null where none */
  lastCommitOf(branch: string, path: string): Promise<LogEntry | null>;
  /** the newest commit that the branch and `main`, as they were fetched last, have in common */
  forkOf(branch: string): Promise<Snapshot | null>;
  /** why effects are stopped: the subject of the commit of `stop`, or of a branch below it; null where
   * there is none */
  stop(): Promise<string | null>;
  /** Removes every branch that stops. Resolves with their names, sorted. */
  resume(): Promise<readonly string[]>;
  /** creates or removes a branch on the remote: `stop`, proposals */
  createBranch(name: string, commit: string): Promise<void>;
  deleteBranch(name: string): Promise<void>;
};

/** Whole branches of the repository in one file that git itself has verified. */
export type Bundler = {
  /** Throws `NotFound` where the server lacks one of them. */
  make(branches: readonly string[]): Promise<{
    readonly content: Buffer;
    readonly tips: Readonly<Record<string, string>>;
  }>;
};

/** What a tick begins with: both branches and the stop ref at one moment. */
export type Tips = {
  readonly main: Snapshot | null;
  readonly status: Snapshot | null;
  /** why effects are stopped; null where they are not */
  readonly stop: string | null;
};

/** The tips as the server has them now, in one exchange where nothing moved. */
export type Glance = { tips(): Promise<Tips> };

/** The files of agents at a commit, each content parsed once, also from one run to the next. */
export type AgentFiles = {
  at(snapshot: Snapshot): Promise<readonly AgentFile[]>;
  /** What `make` makes of a content, as it was made the last time where the content is the same. */
  once<Value>(name: string, oid: string, make: () => Value): Promise<Value>;
};

/**
 * The records of branch `status`, one writer a process. `update` decides on the newest record and
 * decides again where a push was lost; `now` returns after the push, `soon` may wait for company.
 */
export type Journal = {
  /** The newest; at that snapshot of the branch, or without it, where one is given. */
  read(at?: Snapshot | null): Promise<{
    readonly commit: string | null;
    readonly records: readonly RecordFile[];
    readonly initialised: boolean;
  }>;
  update(
    agent: AgentId,
    decide: (current: AgentRecord | null) => AgentRecord | null,
    urgency: 'now' | 'soon',
  ): Promise<AgentRecord | null>;
  /**
   * The same at once, for what depends on other agents too: `records` are all that can be read at the
   * commit that is built on. Where another run was faster, it is decided again on what that one wrote.
   */
  updateAmong(
    agent: AgentId,
    decide: (current: AgentRecord | null, records: readonly AgentRecord[]) => AgentRecord | null,
  ): Promise<AgentRecord | null>;
  /** Takes a record away that says that it is over, with the next push; false where it does not. */
  forget(agent: AgentId, isOver: (record: AgentRecord) => boolean): Promise<boolean>;
  flush(): Promise<void>;
};

// ---------------------------------------------------------------- Hetzner

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
  /** Why Hetzner's clock is not believed at the moment; null where it is. */
  clockDoubt(): Promise<string | null>;
  servers(fleet: string): Promise<Listing<ObservedServer>>;
  /** What of the project's requests is left, as the newest answer said; null before the first. */
  budget(): Budget | null;
  /** those that carry the fleet's label; what came with a server has none and goes with it */
  primaryIps(fleet: string): Promise<Listing<ObservedPrimaryIp>>;
  /** those with the fleet's label, or a name that begins with the fleet's */
  firewalls(fleet: string): Promise<readonly ObservedFirewall[]>;
  firewall(id: string): Promise<ObservedFirewall | null>;
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
  changeType(id: string, serverType: string): Promise<void>;
  protect(id: string, on: boolean): Promise<void>;
  setLabels(id: string, labels: Readonly<Record<string, string>>): Promise<void>;
  /** no answer is an answer: gone already is fine */
  deleteServer(id: string): Promise<void>;
  deletePrimaryIp(id: string): Promise<void>;
  deleteSshKey(id: string): Promise<void>;
  deleteSnapshot(id: string): Promise<void>;
};

// ---------------------------------------------------------------- Tailscale

/** `created` by the clock that devices' times of creation are by, too */
export type NewAuthKey = {
  readonly id: string;
  readonly secret: string;
  readonly created: string;
};
export type Tailnet = {
  devices(fleet: string): Promise<Listing<ObservedDevice>>;
  device(nodeId: string): Promise<ObservedDevice | null>;
  /** single use, pre-authorised, tagged with the fleet's tag, not ephemeral */
  createKey(request: {
    readonly fleet: string;
    readonly agent: AgentId;
    readonly seconds: number;
  }): Promise<NewAuthKey>;
  /** those that still open something */
  keys(fleet: string): Promise<readonly ObservedAuthKey[]>;
  revokeKey(id: string): Promise<void>;
  /**
   * Gives a device a name that no longer follows what the machine calls itself. Where another device
   * of the tailnet has that name, Tailscale may refuse it or add `-1`: the device shows what it is.
   */
  rename(nodeId: string, name: string): Promise<void>;
  deleteDevice(nodeId: string): Promise<void>;
};

// ---------------------------------------------------------------- Terraform and its states

/** An object of the bucket that is no state: a bundle of the repository, a mark of what was told. */
export type ArchivedObject = { readonly key: string; readonly modified: string };
export type Archive = {
  /** sorted by key */
  list(prefix: string): Promise<readonly ArchivedObject[]>;
  put(key: string, content: Uint8Array): Promise<void>;
  get(key: string): Promise<Buffer | null>;
  remove(key: string): Promise<void>;
};

export type States = {
  list(prefix: string): Promise<Listing<ObservedState>>;
  /** what Terraform remembers; null where there is no such state */
  read(key: string): Promise<StoredState | null>;
  /** the lock beside a state; null without one */
  lock(stateKey: string): Promise<StateLock | null>;
  /** keys of the states under a prefix that are locked, whether the states are there or not */
  lockedKeys(prefix: string): Promise<readonly string[]>;
  remove(key: string): Promise<void>;
};

export type StackRequest = {
  readonly spec: StackSpec;
  readonly expect: GateExpectation;
  /** resources to import before the plan: Terraform's address and Hetzner's id */
  readonly imports: readonly { readonly address: string; readonly id: string }[];
};
export type StackOutcome =
  | {
      readonly kind: 'applied';
      readonly effects: readonly PlannedResource[];
      readonly outputs: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'unchanged' }
  /** the gate: the plan would do more than was asked for */
  | { readonly kind: 'refused'; readonly reasons: readonly string[] };
export type StateLock = Omit<ObservedLock, 'key'>;

export type Stacks = {
  /** Plans, reads the plan, holds it against `expect`, applies exactly that plan. */
  apply(request: StackRequest): Promise<StackOutcome>;
  /** The same without the apply. */
  plan(request: StackRequest): Promise<StackOutcome>;
  /** What Terraform finds of the server that a state remembers. Writes nothing and takes no lock. */
  refresh(stateKey: string): Promise<Refreshed>;
  lock(stateKey: string): Promise<StateLock | null>;
  unlock(stateKey: string, lockId: string): Promise<void>;
};

// ---------------------------------------------------------------- the host

export type Host = {
  readonly agent: AgentId;
  readonly ipv4: string;
  /** the public host key that this address must show, e.g. `ssh-ed25519 AAAA…` */
  readonly hostKey: string;
};
export type Configurator = {
  /** What this program's roles are called now; another one means configure in place. */
  readonly roleVersion: string;
  /** Until cloud-init has finished; Failure('BootTimeout') past `timeoutMs` of the cloud's time. */
  waitForBoot(host: Host, timeoutMs: number): Promise<void>;
  configure(
    host: Host,
    request: { readonly config: AgentConfig; readonly configHash: string },
  ): Promise<void>;
  /**
   * The node id that the host's own Tailscale has, read over the pinned connection; null where it has
   * joined no tailnet. A host can lie about it: what it says is checked by Tailscale's API.
   */
  nodeOf(host: Host): Promise<string | null>;
  /** Joins, or joins again under this hostname; the node id as `nodeOf` gives it afterwards. */
  join(
    host: Host,
    request: { readonly authKey: string; readonly hostname: string; readonly tag: string },
  ): Promise<string>;
  /** Whether openclaw answers on the host. */
  healthy(host: Host): Promise<boolean>;
};

/** Secrets that are made here, and what VMs are told to trust. */
export type Keys = {
  /** OpenSSH public key of the CA whose certificates open the VMs */
  readonly caPublicKey: string;
  /** a fresh ed25519 host key pair, in OpenSSH's forms */
  newHostKey(agent: AgentId): { readonly privateKey: string; readonly publicKey: string };
  /** 16 characters of [0-9a-z]: the label that tells one create from every other */
  newNonce(): string;
};

// ---------------------------------------------------------------- the rest

export type Proposal = {
  readonly number: number;
  readonly url: string;
  readonly head: string;
  readonly body: string;
};
export type MergedProposal = {
  readonly number: number;
  readonly mergedAt: string;
  readonly mergedBy: string;
  /** the commit of `main` that it was made on */
  readonly base: string;
  /** people other than its author who approved of exactly what was merged, sorted */
  readonly approvedBy: readonly string[];
};
/** A login that may end while we run: asked before each exchange, which costs nothing mostly. */
export type TokenSource = {
  token(): Promise<string>;
  /** This one was refused: the next is a fresh one, where there can be one. */
  forget(token: string): void;
};

export type Forge = {
  /** `Date` of an answer, ms */
  now(): Promise<number>;
  openProposal(head: string): Promise<Proposal | null>;
  propose(request: {
    readonly head: string;
    readonly base: string;
    readonly title: string;
    readonly body: string;
  }): Promise<Proposal>;
  /** The newest from that branch, where it is closed and was not merged; null where it is not so. */
  closedProposal(head: string): Promise<Proposal | null>;
  /** @param body what it says from then on; as it was where absent */
  closeProposal(number: number, body?: string): Promise<void>;
  /** the pull request by which a commit came to `main`; null where there is none */
  mergedProposalOf(commit: string): Promise<MergedProposal | null>;
  /** logins of a team, `org/name`; null where the Forge does not let us see them */
  membersOf(team: string): Promise<readonly string[] | null>;
  /** Whether a login may write to the repository: of others the Forge counts no review either. */
  mayWrite(login: string): Promise<boolean>;
  /** of one attempt of a run: a later one says that it is over */
  runState(run: RunRef): Promise<RunState>;
  /** when the newest run of a workflow (its file's name) that went well ended; null where none did */
  lastSuccessfulRun(workflow: string): Promise<string | null>;
  dispatch(eventType: string, payload: Readonly<Record<string, string>>): Promise<void>;
};

export type Mail = {
  send(mail: {
    readonly to: string;
    readonly subject: string;
    readonly text: string;
    readonly idempotencyKey: string;
  }): Promise<void>;
};

export type Clock = {
  /** wall time, ms */
  now(): number;
  wait(ms: number): Promise<void>;
};

/** pino's own shape, as far as flows use it. */
export type Log = {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

/** Everything that `main` composes; a flow takes the part that it needs. */
export type Ports = {
  readonly billing: Billing;
  readonly state: DesiredState;
  readonly glance: Glance;
  readonly files: AgentFiles;
  readonly journal: Journal;
  readonly cloud: Cloud;
  readonly tailnet: Tailnet;
  readonly states: States;
  readonly archive: Archive;
  readonly bundler: Bundler;
  readonly stacks: Stacks;
  readonly configurator: Configurator;
  readonly keys: Keys;
  readonly forge: Forge;
  readonly mail: Mail;
  readonly clock: Clock;
  readonly log: Log;
};
