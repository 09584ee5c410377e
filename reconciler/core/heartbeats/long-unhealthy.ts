/**
 * What replicas of the service report about agents for the records: only what has lasted. Short
 * interruptions are in the service's memory and metrics alone.
 */
import type { AgentFile, AgentId } from '../agent/agent.ts';
import type { RecordFile } from '../fleet/recorded.ts';
import { hourMs } from '../text/time.ts';
import { expectedOf, watchingOfExpected } from './expected.ts';
import { problemOf, unhealthySinceMs } from './health.ts';
import type { HealthProblem } from './heartbeat.ts';
import { mergedSighting, type Sighting } from './sighting.ts';
import { liveOf, missedMs, type ReplicaReport, silentMs, watchingOf } from './watching.ts';

export type HealthFinding =
  /** it is healthy, or nothing is expected of it */
  | { readonly kind: 'well' }
  | { readonly kind: 'unhealthy'; readonly problem: HealthProblem; readonly sinceMs: number };

/** From when on git hears of it. */
const lastingMs = hourMs;

/** Agents without an entry: nothing certain is known of them now. */
export function findingsOf(
  reports: readonly ReplicaReport[],
  fleet: {
    /** by path */
    readonly files: ReadonlyMap<string, AgentFile>;
    readonly records: readonly RecordFile[];
  },
  nowMs: number,
): ReadonlyMap<AgentId, HealthFinding> {
  const findings = new Map<AgentId, HealthFinding>();
  const replicas = reports.map(({ replica }) => replica);
  const [first, ...others] = liveOf(replicas, nowMs);
  const watching = first === undefined ? null : watchingOf(first, others, nowMs);
  const sightings = mergedSightings(reports);
  for (const recorded of fleet.records) {
    if (recorded.kind === 'invalid') continue;
    const { id, path } = recorded;
    const expected = expectedOf(fleet.files.get(path), recorded);
    if (expected === null) findings.set(id, { kind: 'well' });
    const sighting = sightings.get(id);
    if (watching === null || expected === null || sighting?.revision !== expected.revision)
      continue;
    const { untilMs } = watching;
    const listened = watchingOfExpected(watching, expected);
    if (untilMs - sighting.wellMs < missedMs) findings.set(id, { kind: 'well' });
    else if (silentMs(sighting, listened) >= lastingMs) {
      const problem = problemOf(sighting, untilMs);
      const sinceMs = unhealthySinceMs(sighting, listened);
      findings.set(id, { kind: 'unhealthy', problem, sinceMs });
    }
  }
  return findings;
}

function mergedSightings(reports: readonly ReplicaReport[]): ReadonlyMap<AgentId, Sighting> {
  const merged = new Map<AgentId, Sighting>();
  for (const { sightings } of reports)
    for (const [id, sighting] of sightings) {
      const known = merged.get(id);
      merged.set(id, known === undefined ? sighting : mergedSighting(known, sighting));
    }
  return merged;
}
