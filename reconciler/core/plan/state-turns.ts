/**
 * Decides whose state is looked at in this run, beside those that Terraform itself reads in turns. A
 * state that was written after the last run at its agent ended was written by none of ours: it may be
 * damaged, and the agent runs on, so that nothing else would find that before it has to be changed.
 */

import { agentStateKey } from '../fleet/observed.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import { compareText, type World } from '../fleet/world.ts';
import { timeMs } from '../text/time.ts';
import { deepCheckCondition } from './deep-check.ts';

export type StateTurn = {
  readonly agent: string;
  readonly stateKey: string;
  /** that it can be read is all that was in doubt */
  readonly endsDoubt: boolean;
};

/**
 * How far the bucket's clock and Hetzner's may be apart, and an end be written after its last effect.
 */
const toleranceMs = 10 * 60_000;
const turnsMax = 20;

/** Sorted by agent. Where Terraform reads none in turns, those in doubt are looked at here. */
export function stateTurns({ records, observed, policy }: World): readonly StateTurn[] {
  if (observed.reading.kind !== 'complete') return [];
  const modified = new Map(observed.states.map((state) => [state.key, state.modified]));
  const turns = records.flatMap((record): StateTurn[] => {
    const { name, server, gone, lease } = record;
    if (server === undefined || gone !== undefined || lease !== undefined) return [];
    const stateKey = agentStateKey(policy.fleet, name);
    const written = modified.get(stateKey);
    if (written === undefined) return [];
    const endsDoubt = policy.deepCheck.agentsPerRun === 0 && wasDoubted(record);
    const isForeign = isLater(written, lastEnd(record));
    return endsDoubt || isForeign ? [{ agent: name, stateKey, endsDoubt }] : [];
  });
  return turns.sort((a, b) => compareText(a.agent, b.agent)).slice(0, turnsMax);
}

/** Its server's making, where no attempt is remembered. */
function lastEnd({ attempts, server }: AgentRecord): string | undefined {
  return attempts.at(-1)?.ended ?? server?.created;
}

/** Nearly none is, and there are many: times in UTC are ordered as their texts are. */
function isLater(written: string, end: string | undefined): boolean {
  if (end === undefined) return true;
  if (written.endsWith('Z') && end.endsWith('Z') && written.slice(0, 19) <= end.slice(0, 19))
    return false;
  return timeMs(written) > timeMs(end) + toleranceMs;
}

function wasDoubted({ conditions }: AgentRecord): boolean {
  return conditions.some(({ type }) => type === deepCheckCondition);
}
