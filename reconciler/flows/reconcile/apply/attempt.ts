/** What a run works with, what it has of one agent under its lease, and how that can end. */
import { type Agent, type AgentId, parseAgentId } from '../../../core/agent/agent.ts';
import type { Policy } from '../../../core/agent/policy.ts';
import { Failure } from '../../../core/failure.ts';
import type { AgentRecord, Step } from '../../../core/fleet/recorded.ts';
import type { RunRef } from '../../../core/fleet/run.ts';
import type { Change } from '../../../core/fleet/situation.ts';
import type { Ports } from '../../../ports/ports.ts';

export type ApplyPorts = Pick<
  Ports,
  | 'billing'
  | 'state'
  | 'journal'
  | 'cloud'
  | 'tailnet'
  | 'states'
  | 'stacks'
  | 'configurator'
  | 'forge'
  | 'keys'
  | 'clock'
  | 'log'
>;

/** What one run works with. */
export type Run = {
  readonly ports: ApplyPorts;
  readonly policy: Policy;
  /** the workflow run that acts, as the Forge knows it */
  readonly ref: RunRef;
  /** of Hetzner's price list */
  readonly currency: string;
  /** of the fleet, in the listing that was planned on */
  readonly serversSeen: number;
  onStep(entered: StepEntered): void;
};
export type StepEntered = {
  readonly agent: string;
  readonly change: Change['kind'];
  readonly step: Step;
  readonly at: string;
};

export type Outcome =
  | { readonly kind: 'done' }
  /** on another basis than the plan's: nothing was done */
  | { readonly kind: 'skipped'; readonly message: string }
  /** something else was asked for meanwhile, or a stop came: nothing was undone */
  | { readonly kind: 'superseded'; readonly message: string }
  | { readonly kind: 'failed'; readonly step: Step; readonly failure: Failure };

export type AgentChange = Exclude<Change, { kind: 'destroyOrphan' }>;

/** One agent under our lease. */
export type Attempt = {
  /** with ports whose effects look first whether they may begin */
  readonly run: Run;
  /** Without that look: for what closes port 22, or gives a server its labels back. */
  readonly unheld: Pick<ApplyPorts, 'cloud'>;
  readonly id: AgentId;
  readonly agent: Agent;
  readonly change: AgentChange;
  /** whether a dead run's lease was there: what it held on to may be released */
  readonly tookOver: boolean;
  /** the record as this attempt knows it */
  record(): AgentRecord;
  /** Throws `Stopped` or `Superseded` where the step must not begin. */
  enter(step: Step): Promise<void>;
  /** The same look without a step: before an effect that is taken back in any case. */
  mayGoOn(): Promise<void>;
  /** Whether its lease is still there; true where that cannot be read. */
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
