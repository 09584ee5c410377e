/**
 * One agent's case before it is decided: the view, and what follows from it without any rule about
 * what to do. The rows of the decision table (core/plan/decision-table) read this and nothing else.
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
import { effectHash, leaseIsLiveIn } from './recorded.ts';
import { runOf } from './run.ts';
import { wasEndedAfterItRan } from './server-facts.ts';
import { ownCreate } from './server-place.ts';
import type { AgentView, World } from './world.ts';

export type { Change, Idle };

type Tombstone = NonNullable<AgentSpec['retired']>;
type IdleReason = Idle['reason'];
export type Finished = PlanDocument['finished'][number];

/** What is decided for one agent in one run. */
export type Decision =
  | { readonly kind: 'change'; readonly change: Change }
  | { readonly kind: 'idle'; readonly idle: Idle }
  | { readonly kind: 'finished'; readonly finished: Finished };

export type Situation = {
  readonly world: World;
  readonly view: AgentView;
  readonly breakers: readonly Breaker[];
  /** its device is there, and is to join the tailnet again */
  readonly rejoins: boolean;
  readonly wanted: boolean;
  readonly complete: boolean;
  readonly retired: Tombstone | null;
  /** the agent's server: the recorded one, or the one that carries the nonce of a create of ours */
  readonly server: ObservedServer | null;
  /** its record does not know it verified: it is brought up before it is kept up */
  readonly unfinished: boolean;
  /**
   * and nothing says that it ran, neither a mark nor that it was ended before: it alone may be rolled
   * back
   */
  readonly neverRan: boolean;
  readonly attempts: AttemptState;
  readonly failure: LastFailure | null;
  /** ms until which a hold keeps hands off; null without one */
  readonly heldUntilMs: number | null;
};

export type OnServer = Situation & { readonly server: ObservedServer };
export type Retired = Situation & { readonly retired: Tombstone };

/** What is found of the fleet as a whole before anything is decided of one agent. */
export type Shared = {
  readonly breakers: readonly Breaker[];
  /** agents whose device is to join again */
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
  // Where the lease is live, nothing is decided at all; a dead run's was a try like any other.
  const lease = record?.lease;
  const shared = lease !== undefined && diedWithSeveral(runOf(lease), world.records);
  const ended = record === null ? null : crashed(record, shared);
  return {
    world,
    view,
    breakers,
    rejoins: rejoins.has(view.id),
    wanted: shouldRun(agent),
    // Who was looked up by name and not found is not there, as in a complete listing.
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

export function hasLiveLease(view: AgentView, world: World): boolean {
  return leaseIsLiveIn(world, view.record?.lease);
}

type WithoutHead<One> = One extends Change ? Omit<One, 'agent' | 'basis'> : never;

/** The basis says what it was decided on. */
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

/** The recorded server is on, or was when last seen and this reading says nothing about it. */
export function isOrWasOn(situation: Situation): boolean {
  const { server, view, complete } = situation;
  if (server !== null) return serverIsOn(server);
  return !complete && view.record?.server !== undefined && view.record.server.power !== 'off';
}

function serverOfOwnCreate({ record, others }: AgentView): ObservedServer | null {
  if (record === null || others.length === 0) return null;
  return ownCreate(others, record);
}
