/**
 * Whether an agent is healthy by its heartbeats. One that reports a problem counts like one that is
 * missing: three in a row make an agent unhealthy, and a short interruption does not.
 */
import { isoOf } from '../text/time.ts';
import { type Expected, watchingOfExpected } from './expected.ts';
import { type HealthProblem, problemIn } from './heartbeat.ts';
import type { Sighting } from './sighting.ts';
import { beatEveryMs, missedMs, silentMs, type Watching } from './watching.ts';

export type AgentHealth = {
  /** `unknown`: it was not heard, and was not listened for long enough to say more */
  readonly state: 'healthy' | 'unhealthy' | 'unknown';
  /** when the last heartbeat was sent; null if none is known */
  readonly lastHeartbeat: string | null;
  /** only where it is unhealthy */
  readonly problem: HealthProblem | null;
  readonly rebootPending: boolean;
};

/** What a replica knows: together with the others, and since its own start. */
export type Listening = {
  readonly watching: Watching;
  readonly startedMs: number;
  readonly nowMs: number;
};

/** Without news from the other replicas for so long, an agent that was well is no longer known. */
const newsMaxMs = 5 * beatEveryMs;

export function healthOf(
  sighting: Sighting | undefined,
  expected: Expected,
  { watching, startedMs, nowMs }: Listening,
): AgentHealth {
  if (sighting?.revision !== expected.revision)
    return { state: 'unknown', lastHeartbeat: null, problem: null, rebootPending: false };
  const { atMs, wellMs, beat } = sighting;
  const { untilMs } = watching;
  const seen = { lastHeartbeat: isoOf(atMs), rebootPending: beat.rebootPending };
  const isCurrent = nowMs - untilMs < newsMaxMs || nowMs - wellMs < missedMs;
  if (untilMs - wellMs < missedMs && isCurrent) return { state: 'healthy', problem: null, ...seen };
  const isSilent = silentMs(sighting, watchingOfExpected(watching, expected)) >= missedMs;
  const hasMissed = isSilent && untilMs - startedMs >= missedMs;
  if (!hasMissed) return { state: 'unknown', problem: null, ...seen };
  return { state: 'unhealthy', problem: problemOf(sighting, untilMs), ...seen };
}

/** What the last heartbeat reports; where it is old, that there is none. */
export function problemOf({ atMs, beat }: Sighting, untilMs: number): HealthProblem {
  return (untilMs - atMs < missedMs ? problemIn(beat) : null) ?? 'NoHeartbeat';
}

/** From when on it is unhealthy: the heartbeat after the last good one did not come. */
export function unhealthySinceMs({ wellMs }: Sighting, { sinceMs }: Watching): number {
  return Math.max(wellMs, sinceMs) + beatEveryMs;
}
