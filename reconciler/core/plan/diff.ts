/** Applies the decision table (core/plan/decision-table) to every agent. */
import type { AgentFile, AgentId } from '../agent/agent.ts';
import { firstProblemText } from '../agent/document.ts';
import { type Breaker, openBreakers } from '../fleet/attempt.ts';
import { isChangeThat } from '../fleet/change-kinds.ts';
import { leaseIsLiveIn } from '../fleet/recorded.ts';
import { runOf, runText } from '../fleet/run.ts';
import {
  type Change,
  type Decision,
  type Finished,
  type Idle,
  idle,
  type Shared,
  type Situation,
  situationOf,
} from '../fleet/situation.ts';
import { type AgentView, compareText, eachView, lookedAt, type World } from '../fleet/world.ts';
import { busy, converged, rows } from './decision-table.ts';
import { rejoinable } from './degraded.ts';
import { dueWith, permitted, waitsAfterFailure } from './restraint.ts';
import { decisionBy, type Row, type RowText } from './row.ts';

export type Diff = {
  readonly changes: readonly Change[];
  readonly idle: readonly Idle[];
  readonly finished: readonly Finished[];
};

export function diff(
  world: World,
  breakers: readonly Breaker[] = openBreakers(world.records, world.policy, world.nowMs),
): Diff {
  const changes: Change[] = [];
  const idles: Idle[] = [];
  const finished: Finished[] = [];
  const isMeant = lookedAt(world);
  for (const file of world.files)
    if (file.kind === 'invalid' && isMeant(file.id)) idles.push(invalidFile(file));
  const shared = { breakers, rejoins: rejoinable(world) };
  eachView(world, (view) => {
    const { decision } = decide(view, world, shared);
    if (decision?.kind === 'change') changes.push(decision.change);
    if (decision?.kind === 'idle') idles.push(decision.idle);
    // Only a reading of the whole fleet finishes agents.
    if (decision?.kind === 'finished' && world.observed.reading.kind !== 'named')
      finished.push(decision.finished);
  });
  return {
    changes: changes.sort((a, b) => compareText(a.agent, b.agent)),
    idle: idles.sort((a, b) => compareText(a.agent, b.agent) || compareText(a.path, b.path)),
    finished: finished.sort((a, b) => compareText(a.agent, b.agent)),
  };
}

/**
 * The row that applies to an agent; null without a valid file, or if the reading does not cover it.
 */
export function rowOf(world: World, id: AgentId): RowText | null {
  const breakers = openBreakers(world.records, world.policy, world.nowMs);
  const shared = { breakers, rejoins: rejoinable(world) };
  const found: RowText[] = [];
  eachView(world, (view) => {
    if (view.id === id) found.push(decide(view, world, shared).row);
  });
  return found[0] ?? null;
}

type Ruled = { readonly row: RowText; readonly decision: Decision | null };

function decide(view: AgentView, world: World, shared: Shared): Ruled {
  const situation = situationOf(view, world, shared);
  const lease = view.record?.lease;
  if (lease !== undefined && leaseIsLiveIn(world, lease)) {
    const message = `locked by run ${runText(runOf(lease))}`;
    return { row: busy, decision: idle(situation, 'Busy', message) };
  }
  let first: RowText = converged;
  let waiting: Decision | null = null;
  for (const row of rows) {
    const decision = decisionBy(row, situation);
    if (decision === null) continue;
    const waits = waitsFor(row, situation, decision);
    if (waits !== null) {
      if (waiting === null) first = row;
      waiting = waiting === null ? waits : dueWith(waiting, waits);
    } else if (decision.kind === 'change' || waiting === null) {
      return { row, decision: permitted(situation, decision) };
    } else if (isUnreachable(decision)) {
      return { row, decision: permitted(situation, dueWith(decision, waiting)) };
    }
    if (!isUpkeep(decision)) break;
  }
  return { row: first, decision: permitted(situation, waiting) };
}

/** Why the decision has to wait; null if it can be carried out now. */
function waitsFor(row: Row, situation: Situation, decision: Decision): Decision | null {
  if (isImpossible(decision)) return decision;
  return row.atOnce === true ? null : waitsAfterFailure(situation, decision);
}

function isImpossible(decision: Decision): boolean {
  return decision.kind === 'idle' && decision.idle.reason === 'ResizeImpossible';
}

/** HostKeyUnknown takes precedence over an upkeep change that waits. */
function isUnreachable(decision: Decision): boolean {
  return decision.kind === 'idle' && decision.idle.reason === 'HostKeyUnknown';
}

function isUpkeep(decision: Decision): boolean {
  if (decision.kind !== 'change') return isImpossible(decision);
  return isChangeThat(decision.change, 'keepsUp');
}

function invalidFile(file: AgentFile & { readonly kind: 'invalid' }): Idle {
  const { path, oid } = file;
  const message = firstProblemText(file.problems);
  return { agent: file.id ?? path, path, file: oid, reason: 'Invalid', message };
}
