/** What a run works with, an attempt at one agent under its lease, and its outcomes. */
import { type Agent, type AgentId, parseAgentId } from '../../../core/agent/agent.ts';
import type { Policy } from '../../../core/agent/policy.ts';
import { Failure } from '../../../core/failure.ts';
import type { AgentRecord, Step } from '../../../core/fleet/recorded.ts';
import type { RunRef } from '../../../core/fleet/run.ts';
import type { Change } from '../../../core/fleet/situation.ts';
import type { Ports } from '../../../ports/ports.ts';

export const applyPortNames = [
  'billing',
  'state',
  'journal',
  'cloud',
  'tailnet',
  'states',
  'stacks',
  'configurator',
  'forge',
  'keys',
  'clock',
  'processes',
  'log',
] as const;
export type ApplyPorts = Pick<Ports, (typeof applyPortNames)[number]>;

export type Run = {
  readonly ports: ApplyPorts;
  readonly policy: Policy;
  /** the workflow run, as the Forge identifies it */
  readonly ref: RunRef;
  /** names the plan in leases; null for an import, which has none */
  readonly plan: string | null;
  /** of Hetzner's price list */
  readonly currency: string;
  /** servers of the fleet in the plan's listing */
  readonly serversSeen: number;
  /** what the fleet cost when it was planned, beyond what the records of then say */
  readonly monthlyUnrecorded: number;
  onStep(entered: StepEntered): void;
};
/** What deletes a server: a part of every run, also of one that works on no agent. */
export type Work = {
  readonly ports: Pick<ApplyPorts, 'cloud' | 'stacks' | 'states' | 'clock' | 'log'>;
  readonly policy: Policy;
};
export type StepEntered = {
  readonly agent: string;
  readonly change: Change['kind'];
  readonly step: Step;
  readonly at: string;
};

export type Outcome =
  | { readonly kind: 'done' }
  /** the basis differs from the plan's: nothing was done */
  | { readonly kind: 'skipped'; readonly message: string }
  /** no host can be configured or joined now: nothing was done */
  | { readonly kind: 'deferred'; readonly failure: Failure }
  /** the request changed meanwhile, or a stop was set: nothing was undone */
  | { readonly kind: 'superseded'; readonly message: string }
  | { readonly kind: 'failed'; readonly step: Step; readonly failure: Failure };

export type AgentChange = Exclude<Change, { kind: 'destroyOrphan' }>;

/** One agent under our lease. */
export type Attempt = {
  /** with ports that check before each effect whether it may begin */
  readonly run: Run;
  /** Ports without that check: for closing port 22 and for restoring labels. */
  readonly unheld: Pick<ApplyPorts, 'cloud'>;
  readonly id: AgentId;
  readonly agent: Agent;
  readonly change: AgentChange;
  /** whether a dead run held the lease: its locks and keys may be released */
  readonly tookOver: boolean;
  /** the record as this attempt wrote it last */
  record(): AgentRecord;
  /** Throws `Stopped` or `Superseded` where the step must not begin. */
  enter(step: Step): Promise<void>;
  /** The same check without a step, before an effect that is always undone. */
  mayGoOn(): Promise<void>;
  /** Whether the lease is still this attempt's; true where it cannot be read. */
  holdsLease(): Promise<boolean>;
  /** Writes a fact at once. */
  note(update: (record: AgentRecord, at: string) => AgentRecord): Promise<void>;
  /** The same, decided on all records of the commit that it is written on. */
  noteAmong(
    update: (record: AgentRecord, records: readonly AgentRecord[]) => AgentRecord,
  ): Promise<void>;
};

export function agentIn(change: Pick<Change, 'agent'>): AgentId {
  const id = parseAgentId(change.agent);
  if (id === null) throw new Failure('Bug', `the plan names the agent ${change.agent}`);
  return id;
}
