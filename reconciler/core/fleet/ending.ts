/**
 * Since when the machine has known that an agent's server is to be ended: by a tombstone in its file,
 * or by a higher revision over the one that runs. The record keeps when that was first seen on `main`.
 *
 * The grace of a retirement ends `graceHours` after the later of the tombstone's own time and that
 * moment: a tombstone that was written days before it reached `main` has the same grace as any.
 */
import type { AgentSpec } from '../agent/agent.ts';
import type { Policy } from '../agent/policy.ts';
import { timeMs } from '../text/time.ts';
import type { AgentRecord } from './recorded.ts';
import { unsaidEnd } from './server-facts.ts';

type Ending = NonNullable<AgentRecord['ending']>;
type EndingAsked = Pick<Ending, 'change' | 'of'>;

const hourMs = 3_600_000;

/**
 * What a file asks to be ended; null where nothing. A tombstone is identified by its time: taking one
 * over keeps that, and what brings one back stamps it again.
 */
export function endingAsked(spec: AgentSpec, record: AgentRecord | null): EndingAsked | null {
  if (spec.retired !== undefined) return { change: 'retire', of: spec.retired.at };
  const chosen = record?.chosen?.revision;
  if (record?.server === undefined || chosen === undefined || spec.revision <= chosen) return null;
  // Of one that is to stay off nothing is replaced before it is to run again.
  if (spec.access.state !== 'granted' || spec.power !== 'running') return null;
  return { change: 'replace', of: String(spec.revision) };
}

/** When it was first seen, ms: now, where the record does not say so of this very one. */
export function firstSeenMs(asked: EndingAsked, record: AgentRecord | null, nowMs: number): number {
  const known = record?.ending;
  return known !== undefined && isThat(known, asked) ? timeMs(known.seen) : nowMs;
}

/**
 * The record without an end that its file does not ask for any more; the same record where it does, and
 * where its server may have been ended for it, which is not said yet.
 */
export function withoutOtherEnding(record: AgentRecord, spec: AgentSpec): AgentRecord {
  if (record.ending === undefined || isThat(record.ending, endingAsked(spec, record)))
    return record;
  return unsaidEnd(record) === null ? withoutEnding(record) : record;
}

/**
 * The same with what its file asks for, first seen at that moment where the record did not know of it.
 * It takes another one's place, also where that may have ended the server: else its grace would begin
 * again in every run, and never be over.
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
