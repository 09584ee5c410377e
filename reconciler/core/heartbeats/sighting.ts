/**
 * What is known of one agent from its heartbeats. Replicas of the service exchange sightings:
 * merging two of one agent gives the same in any order, and any number of times.
 */
import type { AgentId } from '../agent/agent.ts';
import { type Heartbeat, problemIn } from './heartbeat.ts';

export type Sighting = {
  /** of the server that reported */
  readonly revision: number;
  /** when the last heartbeat was sent, by the host's clock, and never later than it arrived */
  readonly atMs: number;
  /** when the last one was sent that reported nothing wrong; the first one, where none did */
  readonly wellMs: number;
  readonly beat: Heartbeat;
};
export type Sightings = ReadonlyMap<AgentId, Sighting>;

export function sightingAfter(
  before: Sighting | undefined,
  now: Omit<Sighting, 'wellMs'>,
): Sighting {
  const earlier = before?.revision === now.revision ? before.wellMs : now.atMs;
  return { ...now, wellMs: problemIn(now.beat) === null ? now.atMs : earlier };
}

/** The later one; a newer server makes everything about the former one void. */
export function mergedSighting(one: Sighting, other: Sighting): Sighting {
  if (one.revision !== other.revision) return one.revision > other.revision ? one : other;
  const later = other.atMs > one.atMs ? other : one;
  return { ...later, wellMs: Math.max(one.wellMs, other.wellMs) };
}
