/**
 * The situation of one agent: its view, and facts that follow from it. The rows of the decision
 * table (core/plan/decision-table) read only this.
 */
import type { Change, Idle, PlanDocument } from '../../../schemas/generated/plan.ts';
import { type AgentSpec, shouldRun } from '../agent/agent.ts';
import { heldUntilMs } from '../agent/hold.ts';
import {
  type AttemptState,
  attemptState,
  type Breaker,
  diedWithSeveral,
  type LastFailure,
  lastFailure,
} from './attempt.ts';
import { carriesRanLabel, type ObservedServer, serverIsOn } from './observed.ts';
import { crashed } from './progress.ts';
import { effectHash } from './recorded.ts';
import { runOf } from './run.ts';
import { wasEndedAfterItRan } from './server-facts.ts';
import { ownCreate } from './server-place.ts';
import type { AgentView, World } from './world.ts';

export type { Change, Idle };

type Tombstone = NonNullable<AgentSpec['retired']>;
type IdleReason = Idle['reason'];
export type Finished = PlanDocument['finished'][number];

/** The decision for one agent in one run. */
export type Decision =
  | { readonly kind: 'change'; readonly change: Change }
  | { readonly kind: 'idle'; readonly idle: Idle }
  | { readonly kind: 'finished'; readonly finished: Finished };

export type Situation = {
  readonly world: World;
  readonly view: AgentView;
  readonly breakers: readonly Breaker[];
  /** its device exists and must join the tailnet again */
  readonly rejoins: boolean;
  readonly wanted: boolean;
  readonly complete: boolean;
  readonly retired: Tombstone | null;
  /** the agent's server: the recorded one, or the one that carries the nonce of a create of ours */
  readonly server: ObservedServer | null;
  /** it is not recorded as verified: it has to be brought up first */
  readonly unfinished: boolean;
  /** unfinished, and nothing shows that it ran: only then it may be rolled back */
  readonly neverRan: boolean;
  readonly attempts: AttemptState;
  readonly failure: LastFailure | null;
  /** when the hold ends, ms; null without one */
  readonly heldUntilMs: number | null;
};

export type OnServer = Situation & { readonly server: ObservedServer };
export type Retired = Situation & { readonly retired: Tombstone };

/** Facts of the whole fleet that decisions need. */
export type Shared = {
  readonly breakers: readonly Breaker[];
  /** agents whose device must join again */
  readonly rejoins: ReadonlySet<string>;
};

export function situationOf(
  view: AgentView,
  world: World,
  { breakers, rejoins }: Shared,
): Situation {
  const { agent, record } = view;
  const server = view.recorded ?? serverOfOwnCreate(view);
  const isVerified = record?.everRunning === true && record.server?.id === server?.id;
  const unfinished = server !== null && !isVerified;
  // With a live lease nothing is decided; a dead run's lease counts as an attempt.
  const lease = record?.lease;
  const shared = lease !== undefined && diedWithSeveral(runOf(lease), world.records);
  const ended = record === null ? null : crashed(record, shared);
  return {
    world,
    view,
    breakers,
    rejoins: rejoins.has(view.id),
    wanted: shouldRun(agent),
    // A lookup by name that finds nothing proves absence, as a complete listing does.
    complete: world.observed.reading.kind !== 'partial',
    retired: agent.spec.retired ?? null,
    server,
    unfinished,
    neverRan:
      unfinished &&
      !carriesRanLabel(server) &&
      !(record !== null && wasEndedAfterItRan(record, server.id)),
    attempts: attemptState(ended, agent.spec.revision, world),
    failure:
      ended === null ? null : lastFailure(ended, ended.chosen?.revision ?? agent.spec.revision),
    heldUntilMs: heldUntilMs(agent.spec, world.policy, world.nowMs),
  };
}

type WithoutHead<One> = One extends Change ? Omit<One, 'agent' | 'basis'> : never;

/** A change with its basis: the file and record that it was decided on. */
export function change({ view }: Situation, facts: WithoutHead<Change>): Decision {
  const basis = { path: view.path, file: view.oid, record: effectHash(view.record) };
  return { kind: 'change', change: { agent: view.id, basis, ...facts } };
}

export function idle(
  situation: Situation,
  reason: IdleReason,
  message: string,
  untilMs?: number,
): Decision {
  const { view } = situation;
  const until = untilMs === undefined ? {} : { until: new Date(untilMs).toISOString() };
  return {
    kind: 'idle',
    idle: { agent: view.id, path: view.path, file: view.oid, reason, message, ...until },
  };
}

/** Whether the server is on, or was recorded as on and this reading lacks it. */
export function isOrWasOn(situation: Situation): boolean {
  const { server, view, complete } = situation;
  if (server !== null) return serverIsOn(server);
  return !complete && view.record?.server !== undefined && view.record.server.power !== 'off';
}

function serverOfOwnCreate({ record, others }: AgentView): ObservedServer | null {
  if (record === null || others.length === 0) return null;
  return ownCreate(others, record);
}
