/**
 * Since when the machine has known that an agent's server is to be ended: by a tombstone in its file,
 * or by a higher revision over the one that runs. The record keeps when that was first seen on `main`.
 *
 * The grace of a retirement ends `graceHours` after the later of the tombstone's own time and that
 * moment: a tombstone that was written days before it reached `main` has the same grace as any.
 */
import type { AgentSpec } from '../desired/agent.ts';
import type { Policy } from '../desired/policy.ts';
import { timeMs } from '../time.ts';
import type { AgentRecord } from './recorded.ts';

export type Ending = NonNullable<AgentRecord['ending']>;
export type EndingAsked = Pick<Ending, 'change' | 'of'>;

const hourMs = 3_600_000;

/**
 * What a file asks to be ended; null where nothing. A tombstone is told by its time: whoever takes one
 * over keeps that, and whoever brings one back stamps it anew.
 */
export function endingAsked(spec: AgentSpec, record: AgentRecord | null): EndingAsked | null {
  if (spec.retired !== undefined) return { change: 'retire', of: spec.retired.at };
  const chosen = record?.chosen?.revision;
  if (record?.server === undefined || chosen === undefined || spec.revision <= chosen) return null;
  return { change: 'replace', of: String(spec.revision) };
}

/** When it was first seen, ms: now, where the record does not say so of this very one. */
export function firstSeenMs(asked: EndingAsked, record: AgentRecord | null, nowMs: number): number {
  const known = record?.ending;
  const isSame = known?.change === asked.change && known.of === asked.of;
  return known !== undefined && isSame ? timeMs(known.seen) : nowMs;
}

/**
 * The record with what its file asks to be ended, first seen now where it was not known; the same record
 * where it says so already.
 */
export function withEnding(record: AgentRecord, spec: AgentSpec, nowMs: number): AgentRecord {
  const asked = endingAsked(spec, record);
  if (asked !== null) {
    const seen = new Date(firstSeenMs(asked, record, nowMs)).toISOString();
    const { ending } = record;
    const isKnown =
      ending?.change === asked.change && ending.of === asked.of && ending.seen === seen;
    return isKnown ? record : { ...record, ending: { ...asked, seen } };
  }
  if (record.ending === undefined) return record;
  const { ending: _over, ...rest } = record;
  return rest;
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
