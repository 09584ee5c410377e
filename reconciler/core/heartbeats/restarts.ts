/**
 * Which units restart again and again, by what heartbeats say from look to look. A unit that answers
 * between its restarts is not unhealthy for long.
 */
import type { AgentId } from '../agent/agent.ts';
import { hourMs } from '../text/time.ts';
import type { Sighting } from './sighting.ts';

/** By agent, how often its unit had restarted when the present hour of looks began. */
export type RestartBases = ReadonlyMap<
  AgentId,
  { readonly revision: number; readonly sinceMs: number; readonly restarts: number }
>;
export type Restarting = {
  readonly agent: AgentId;
  readonly restarts: number;
  readonly sinceMs: number;
};

const restartsMin = 5;

export function restartsAfter(
  before: RestartBases,
  seen: readonly { readonly agent: AgentId; readonly sighting: Sighting | null }[],
  nowMs: number,
): { readonly bases: RestartBases; readonly restarting: readonly Restarting[] } {
  const bases = new Map<AgentId, NonNullable<ReturnType<RestartBases['get']>>>();
  const restarting: Restarting[] = [];
  for (const { agent, sighting } of seen) {
    if (sighting === null) continue;
    const { revision, beat } = sighting;
    const { restarts } = beat.unit;
    const known = before.get(agent);
    // A play starts the unit anew, from where its restarts are counted.
    const isSame = known?.revision === revision && known.restarts <= restarts;
    const base = isSame ? known : { revision, sinceMs: nowMs, restarts };
    const more = restarts - base.restarts;
    if (more >= restartsMin) restarting.push({ agent, restarts: more, sinceMs: base.sinceMs });
    const isOver = nowMs - base.sinceMs >= hourMs;
    bases.set(agent, isOver ? { revision, sinceMs: nowMs, restarts } : base);
  }
  return { bases, restarting };
}
