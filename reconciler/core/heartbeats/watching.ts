/**
 * Since when, and until when, the replicas of the service together have listened for heartbeats.
 * Silence counts only within this time: an agent is not silent because the service was down, or
 * because another replica heard it and has not said so yet.
 */

import type { Sighting, Sightings } from './sighting.ts';

export const beatEveryMs = 60_000;
/** Three heartbeats are missing, and the third is late by more than a timer may be. */
export const missedMs = 3 * beatEveryMs + 15_000;
/** A replica that has not written its object for so long has ended. */
const replicaEndedMs = 150_000;
/** Hosts send again after a pause of the service that is no longer than this. */
const pauseMaxMs = 3 * beatEveryMs;

/** One replica of the service, as the others read it. */
export type Replica = {
  /** random, of one process */
  readonly id: string;
  readonly startedMs: number;
  /** since when it, or one that it follows without a pause, has listened */
  readonly listeningSinceMs: number;
  /** until when it has listened: the time of its object */
  readonly asOfMs: number;
};
/** The object of a replica in the bucket: all that it knows, its own and from others. */
export type ReplicaReport = { readonly replica: Replica; readonly sightings: Sightings };

export type Watching = { readonly sinceMs: number; readonly untilMs: number };

/** Those that have not ended. */
export function liveOf(replicas: readonly Replica[], nowMs: number): readonly Replica[] {
  return replicas.filter((one) => nowMs - one.asOfMs < replicaEndedMs);
}

/** Of replicas that have not ended, together. */
export function watchingOf(one: Replica, others: readonly Replica[], nowMs: number): Watching {
  const live = [one, ...others];
  return {
    sinceMs: Math.min(...live.map(({ listeningSinceMs }) => listeningSinceMs)),
    untilMs: Math.min(nowMs, ...live.map(({ asOfMs }) => asOfMs)),
  };
}

/** Since when a replica that starts now counts as listening: it goes on where others have paused. */
export function listeningSince(replicas: readonly Replica[], nowMs: number): number {
  const recent = replicas.filter((one) => nowMs - one.asOfMs <= pauseMaxMs);
  return Math.min(nowMs, ...recent.map(({ listeningSinceMs }) => listeningSinceMs));
}

/** How long nothing good was heard of it, as far as anyone listened. */
export function silentMs({ wellMs }: Sighting, { sinceMs, untilMs }: Watching): number {
  return untilMs - Math.max(wellMs, sinceMs);
}
