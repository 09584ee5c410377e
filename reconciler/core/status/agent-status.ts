/**
 * Builds a customer's view of one agent: its progress, location, cost, and what happens next. It
 * contains no ids of other services, no runs and no error texts.
 *
 * The steps depend on the record, the sentence (agent-next) on record and file.
 */
import type { AgentId } from '../agent/agent.ts';
import { isKindThat } from '../fleet/change-kinds.ts';
import type { FleetRecord } from '../fleet/fleet-record.ts';
import { phaseOf } from '../fleet/phase.ts';
import { withoutDeadLease } from '../fleet/progress.ts';
import type { AgentRecord, Attempt, Phase, Step } from '../fleet/recorded.ts';
import { serverIsLost } from '../fleet/server-facts.ts';
import { lastMailed, type Mailed } from '../mail/mail-kind.ts';
import {
  deletedAt,
  type Estimate,
  estimateOf,
  powerOf,
  reprovisionLoses,
  sizeOf,
  type Trouble,
  troubleOf,
} from './agent-details.ts';
import { type NextInput, nextOf } from './agent-next.ts';
import type { Place } from './place-in-queue.ts';

const customerSteps = [
  'queued',
  'creating server',
  'configuring',
  'joining network',
  'running',
] as const;
type CustomerStep = (typeof customerSteps)[number];
type StepState = 'done' | 'current' | 'waiting' | 'failed';

export type AgentStatusView = {
  readonly id: AgentId;
  readonly phase: Phase;
  /** when this phase began; null if unknown */
  readonly since: string | null;
  readonly steps: readonly {
    readonly name: CustomerStep;
    readonly state: StepState;
    /** when the step was entered */
    readonly at?: string;
  }[];
  /** of a server that is being made */
  readonly estimate: Estimate | null;
  /** its place among the agents that wait for their turn */
  readonly queue: Place | null;
  /** the last try failed */
  readonly trouble: Trouble | null;
  readonly server: {
    readonly ipv4: string | null;
    readonly location: string | null;
    readonly type: string | null;
    readonly memoryGb: number | null;
    readonly diskGb: number | null;
  } | null;
  /** whether it is meant to run, and whether its server is on; null without a server */
  readonly power: { readonly asked: 'running' | 'stopped'; readonly is: 'on' | 'off' } | null;
  /** when the agent is deleted with its data, unless that is prevented */
  readonly deletedAt: string | null;
  /** what a fresh server would delete; null without a server to lose */
  readonly reprovisionLoses: string | null;
  readonly tailnet: { readonly name: string | null; readonly address: string } | null;
  readonly region: string | null;
  readonly plan: string | null;
  readonly cost: { readonly monthly: number; readonly currency: string } | null;
  /** the last mail that was sent to the customer; null without one */
  readonly mailed: Mailed | null;
  /** what happens next, in one or two sentences */
  readonly next: string;
};

export type AgentStatusInput = NextInput & {
  readonly id: AgentId;
  /** for sizes and estimates; null where it cannot be read */
  readonly fleet: FleetRecord | null;
};

/** null without a file and a record. */
export function agentStatus(given: AgentStatusInput): AgentStatusView | null {
  const { file } = given;
  // A dead run's lease stays until the next attempt; no run works on the agent until then.
  const record = given.record === null ? null : withoutDeadLease(given.record);
  const input = { ...given, record };
  if (file === null && record === null) return null;
  const spec = file?.kind === 'valid' ? file.agent.spec : null;
  const chosen = record?.chosen ?? null;
  const phase = shownPhase(input);
  const since = phase === record?.phase ? record.phaseSince : undefined;
  const { server, tailnet } = record ?? {};
  const showCost = input.policy?.status.showCost === true && phase !== 'retired';
  return {
    id: input.id,
    phase,
    since: since ?? (record === null ? (spec?.access.since ?? null) : null),
    steps: stepsOf(input, phase),
    estimate: estimateOf(input),
    queue: input.place,
    trouble: troubleOf(input, phase),
    server:
      server === undefined
        ? null
        : {
            ipv4: server.ipv4 ?? null,
            location: chosen?.location ?? null,
            type: chosen?.serverType ?? null,
            ...sizeOf(input.fleet, chosen?.serverType),
          },
    power: powerOf(input),
    deletedAt: deletedAt(input, phase),
    reprovisionLoses: reprovisionLoses(input, phase),
    tailnet:
      tailnet === undefined ? null : { name: tailnet.name ?? null, address: tailnet.address },
    region: spec?.region ?? chosen?.region ?? null,
    plan: spec?.plan ?? chosen?.plan ?? null,
    cost: showCost ? (record?.cost ?? null) : null,
    mailed: lastMailed(record),
    next: nextOf(input, phase),
  };
}

/**
 * The recorded phase, unless the file has changed it since or there is no record. What switches an
 * agent off or ends it is shown at once; that it is switched on is shown when a run has begun.
 */
function shownPhase({ file, record }: AgentStatusInput): Phase {
  if (file === null) return record?.gone === undefined ? (record?.phase ?? 'queued') : 'retired';
  const phase = phaseOf(file, record);
  // A finalized agent that comes back stays recorded as retired until the next run.
  const isNews = record === null || record.phase === 'retired' || endPhases.has(phase);
  return isNews ? phase : record.phase;
}
const endPhases: ReadonlySet<Phase> = new Set([
  'frozen',
  'stopping',
  'stopped',
  'suspended',
  'retiring',
  'retired',
]);

/** The customer's step that each internal step belongs to. */
const placeOfStep: Readonly<Partial<Record<Step, number>>> = {
  lease: 1,
  vm: 1,
  boot: 1,
  configure: 2,
  join: 3,
  verify: 3,
  done: 4,
};
const placeOfPhase: Readonly<Partial<Record<Phase, number>>> = {
  queued: 0,
  creating: 1,
  configuring: 2,
  joining: 3,
  running: 4,
};
const last = customerSteps.length - 1;

/** Only these changes show the progress of a server. */
function isMaking(change: Attempt['change']): boolean {
  return isKindThat(change, 'countsAsAttempt') || isKindThat(change, 'makes');
}

function stepsOf(input: AgentStatusInput, phase: Phase): AgentStatusView['steps'] {
  const { place, state } = progressOf(input, phase);
  return customerSteps.map((name, index) => {
    const so = index < place ? 'done' : index === place ? state : 'waiting';
    const at = so === 'waiting' ? undefined : enteredAt(input, phase, index);
    return {
      name,
      state: so,
      ...(at === undefined ? {} : { at }),
    };
  });
}

/** The step that was reached, and its state. */
function progressOf(input: AgentStatusInput, phase: Phase): { place: number; state: StepState } {
  const { record } = input;
  const lease = record?.lease;
  if (lease !== undefined && isMaking(lease.change) && phase !== 'retiring') {
    return { place: placeOfStep[lease.step] ?? 1, state: 'current' };
  }
  if (phase === 'running') return { place: last, state: 'done' };
  if (phase === 'queued' && record?.gone !== undefined) return { place: 0, state: 'current' };
  const attempt = lastMaking(record);
  const isLost = record !== null && serverIsLost(record);
  if ((record?.everRunning === true && !isLost) || attempt?.outcome === 'succeeded') {
    return { place: last, state: phase === 'updating' ? 'current' : 'waiting' };
  }
  const failed = attempt?.outcome === 'failed' ? (placeOfStep[attempt.step] ?? 1) : null;
  if (phase === 'failed') return { place: failed ?? 1, state: 'failed' };
  const place = placeOfPhase[phase];
  if (place === undefined) return { place: reachedBefore(record), state: 'waiting' };
  if (place > 0 && failed !== null) return { place: failed, state: 'failed' };
  return { place, state: 'current' };
}

/** The last attempt of the chosen revision. */
function lastMaking(record: AgentRecord | null) {
  const revision = record?.chosen?.revision;
  return record?.attempts.findLast(
    (one) => isMaking(one.change) && (revision === undefined || one.revision === revision),
  );
}

/** The furthest step that was ever entered, for an agent that is retiring or off. */
function reachedBefore(record: AgentRecord | null): number {
  return Math.max(0, ...(record?.timings ?? []).map(({ step }) => placeOfStep[step] ?? 0));
}

function enteredAt(input: AgentStatusInput, phase: Phase, place: number): string | undefined {
  const { file, record } = input;
  if (place === 0) {
    // The time of the commit that requested a later server is not known here.
    const agent = file?.kind === 'valid' ? file.agent : null;
    const first = agent?.spec.revision === 1 && input.record?.gone === undefined;
    return first ? agent.metadata.createdAt : undefined;
  }
  const times = (record?.timings ?? [])
    .filter(({ step }) => placeOfStep[step] === place)
    .map(({ at }) => at)
    .sort();
  if (times[0] !== undefined || place < last) return times[0];
  return phase === 'running' ? record?.phaseSince : undefined;
}
