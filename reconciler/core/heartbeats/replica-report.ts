/** Renders and parses the object by which a replica reports to the others what it knows. */
import { type AgentId, parseAgentId } from '../agent/agent.ts';
import { heartbeatIn } from './heartbeat.ts';
import type { Sighting } from './sighting.ts';
import type { Replica, ReplicaReport } from './watching.ts';

export function renderReport({ replica, sightings }: ReplicaReport): string {
  return JSON.stringify({ replica, agents: Object.fromEntries(sightings) });
}

/**
 * null for what is no report. An agent's part that cannot be read, as of another version of this
 * program, is left out.
 */
export function parseReport(text: string): ReplicaReport | null {
  let value: { readonly replica?: unknown; readonly agents?: unknown } | null;
  try {
    value = JSON.parse(text) as typeof value;
  } catch {
    return null;
  }
  const replica = replicaIn(value?.replica);
  const agents = value?.agents;
  if (replica === null || agents === null || typeof agents !== 'object') return null;
  const sightings = new Map<AgentId, Sighting>();
  for (const [name, one] of Object.entries(agents)) {
    const [id, sighting] = [parseAgentId(name), sightingIn(one)];
    if (id !== null && sighting !== null) sightings.set(id, sighting);
  }
  return { replica, sightings };
}

function replicaIn(value: unknown): Replica | null {
  const { id, startedMs, listeningSinceMs, asOfMs } = fieldsOf(value);
  if (typeof id !== 'string' || !/^[0-9a-f]{16}$/.test(id)) return null;
  if (!isTime(startedMs) || !isTime(listeningSinceMs) || !isTime(asOfMs)) return null;
  return { id, startedMs, listeningSinceMs, asOfMs };
}

function sightingIn(value: unknown): Sighting | null {
  const { revision, atMs, wellMs, beat: given } = fieldsOf(value);
  const beat = heartbeatIn(given);
  if (beat === null || !isTime(revision) || !isTime(atMs) || !isTime(wellMs)) return null;
  return { revision, atMs, wellMs, beat };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
}

/** A whole number that is exact: milliseconds, or a revision. */
function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
