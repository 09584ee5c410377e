/**
 * The requested end of an agent's server, by a tombstone or by a higher revision in its file. The
 * record keeps when the request was first seen on `main`.
 *
 * The grace of a retirement ends `graceHours` after the later of the tombstone's own time and that
 * moment, so that a tombstone written days before it reached `main` has a full grace.
 */
import type { AgentSpec } from '../agent/agent.ts';
import type { Policy } from '../agent/policy.ts';
import { hourMs, timeMs } from '../text/time.ts';
import type { AgentRecord } from './recorded.ts';
import { unsaidEnd } from './server-facts.ts';

type Ending = NonNullable<AgentRecord['ending']>;
type EndingAsked = Pick<Ending, 'change' | 'of'>;

/** The end that a file requests; null if none. A tombstone is identified by its time. */
export function endingAsked(spec: AgentSpec, record: AgentRecord | null): EndingAsked | null {
  if (spec.retired !== undefined) return { change: 'retire', of: spec.retired.at };
  const chosen = record?.chosen?.revision;
  if (record?.server === undefined || chosen === undefined || spec.revision <= chosen) return null;
  // The server of an agent that should be off is not replaced until the agent should run.
  if (spec.access.state !== 'granted' || spec.power !== 'running') return null;
  return { change: 'replace', of: String(spec.revision) };
}

/** When the request was first seen, ms; now if the record does not hold it. */
export function firstSeenMs(asked: EndingAsked, record: AgentRecord | null, nowMs: number): number {
  const known = record?.ending;
  return known !== undefined && isThat(known, asked) ? timeMs(known.seen) : nowMs;
}

/**
 * The record without an end that its file no longer requests. The end stays if the server may have
 * been ended for it without a record of that.
 */
export function withoutOtherEnding(record: AgentRecord, spec: AgentSpec): AgentRecord {
  if (record.ending === undefined || isThat(record.ending, endingAsked(spec, record)))
    return record;
  return unsaidEnd(record) === null ? withoutEnding(record) : record;
}

/**
 * The record with the end that its file requests, first seen at `seenMs` unless it is recorded
 * already. It replaces another end even if that may have ended the server: otherwise the new grace
 * would begin again in every run.
 */
export function withEnding(record: AgentRecord, spec: AgentSpec, seenMs: number): AgentRecord {
  const asked = endingAsked(spec, record);
  if (asked === null) return withoutOtherEnding(record, spec);
  if (record.ending !== undefined && isThat(record.ending, asked)) return record;
  return { ...record, ending: { ...asked, seen: new Date(seenMs).toISOString() } };
}

export function withoutEnding(record: AgentRecord): AgentRecord {
  const { ending: _over, ...rest } = record;
  return rest;
}

function isThat(known: Ending, asked: EndingAsked | null): boolean {
  return asked !== null && known.change === asked.change && known.of === asked.of;
}

/** When the grace of a tombstone ends, ms; infinite without one. */
export function graceEndMs(
  { retired }: Pick<AgentSpec, 'retired'>,
  record: AgentRecord | null,
  { policy, nowMs }: { readonly policy: Policy; readonly nowMs: number },
): number {
  if (retired === undefined) return Number.POSITIVE_INFINITY;
  const seenMs = firstSeenMs({ change: 'retire', of: retired.at }, record, nowMs);
  return Math.max(timeMs(retired.at), seenMs) + policy.retire.graceHours * hourMs;
}
