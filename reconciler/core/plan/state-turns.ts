/**
 * Decides which states are checked in this run, beside those of the deep check. A state that was
 * written after the last attempt at its agent was not written by Aura and may be damaged. While the
 * agent runs, nothing else finds the damage before the next change needs the state.
 */

import { agentStateKey } from '../fleet/observed.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import { compareText, type World } from '../fleet/world.ts';
import { timeMs } from '../text/time.ts';
import { isDoubted } from './deep-check.ts';

export type StateTurn = {
  readonly agent: string;
  readonly stateKey: string;
  /** whether a readable state removes the agent's DeepCheck condition */
  readonly endsDoubt: boolean;
};

/** Tolerates differences between the bucket's and Hetzner's clock, and a late record of an end. */
const toleranceMs = 10 * 60_000;
const turnsMax = 20;

/**
 * Sorted by agent. If the deep check is off, agents with the condition DeepCheck are checked here.
 */
export function stateTurns({ records, observed, policy }: World): readonly StateTurn[] {
  if (observed.reading.kind !== 'complete') return [];
  const modified = new Map(observed.states.map((state) => [state.key, state.modified]));
  const turns = records.flatMap((record): StateTurn[] => {
    const { name, server, gone, lease } = record;
    if (server === undefined || gone !== undefined || lease !== undefined) return [];
    const stateKey = agentStateKey(policy.fleet, name);
    const written = modified.get(stateKey);
    if (written === undefined) return [];
    const endsDoubt = policy.deepCheck.agentsPerRun === 0 && isDoubted(record);
    const isForeign = isLater(written, lastEnd(record));
    return endsDoubt || isForeign ? [{ agent: name, stateKey, endsDoubt }] : [];
  });
  return turns.sort((a, b) => compareText(a.agent, b.agent)).slice(0, turnsMax);
}

/** The end of the last attempt; without attempts, the creation of the server. */
function lastEnd({ attempts, server }: AgentRecord): string | undefined {
  return attempts.at(-1)?.ended ?? server?.created;
}

/** Compares UTC times as texts first, because there are many and nearly none is later. */
function isLater(written: string, end: string | undefined): boolean {
  if (end === undefined) return true;
  if (written.endsWith('Z') && end.endsWith('Z') && written.slice(0, 19) <= end.slice(0, 19))
    return false;
  return timeMs(written) > timeMs(end) + toleranceMs;
}
