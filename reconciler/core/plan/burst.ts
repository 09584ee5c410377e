/**
 * Detects a burst: more requests to end agents within one hour than is usual, which is more likely
 * an accident (an emptied folder, a wrong account, a mass revert). No agent of a burst is ended
 * until a person approves it or the burst shrinks; requests of other hours proceed.
 *
 * An agent counts at the time its end was first seen on `main`, while the end is requested and for
 * a day after it was carried out, approved or not.
 */

import { endingAsked, firstSeenMs } from '../fleet/ending.ts';
import { type AgentRecord, recordId } from '../fleet/recorded.ts';
import { compareText, type World } from '../fleet/world.ts';
import { dayMs, hourMs, timeMs } from '../text/time.ts';
import { type DestroyBasis, serversLastKnown } from './destroy-budget.ts';

export type WantedEnd = {
  readonly agent: string;
  readonly change: 'retire' | 'replace';
  readonly of: string;
  /** when it was first seen on `main`, ms */
  readonly seenMs: number;
};

/** An agent that counts in its hour: its end is pending, or was carried out at `endedMs`. */
type Counted = {
  readonly agent: string;
  readonly seenMs: number;
  readonly endedMs: number | null;
  /** it has a server again */
  readonly isBack: boolean;
};

export type Burst = {
  /** null where the agent's end is in no burst */
  of(agent: string): {
    /** when it may be ended without an approval, ms; null if never */
    readonly freeMs: number | null;
  } | null;
};

/** The ends that files request, sorted by agent. */
export function wantedEnds({
  files,
  records,
  nowMs,
}: Pick<World, 'files' | 'records' | 'nowMs'>): readonly WantedEnd[] {
  const ends: WantedEnd[] = [];
  let known: ReadonlyMap<string, AgentRecord> | null = null;
  for (const file of files) {
    if (file.kind !== 'valid') continue;
    const { spec } = file.agent;
    // Most files request no end; skip them early.
    if (spec.retired === undefined && spec.revision === 1) continue;
    known ??= new Map(records.map((record) => [recordId(record), record]));
    const record = known.get(file.id) ?? null;
    const asked = endingAsked(spec, record);
    if (asked === null) continue;
    ends.push({ agent: file.id, ...asked, seenMs: firstSeenMs(asked, record, nowMs) });
  }
  return [...ends, ...endsWithoutFile(files, records)].sort((a, b) =>
    compareText(a.agent, b.agent),
  );
}

/**
 * For agents without a valid file the record's `ending` counts, as it does when a lease is taken.
 */
function endsWithoutFile(
  files: World['files'],
  records: readonly AgentRecord[],
): readonly WantedEnd[] {
  const recorded = recordedEnds(records);
  if (recorded.length === 0) return recorded;
  const valid = new Set<string | null>(
    files.map((file) => (file.kind === 'valid' ? file.id : null)),
  );
  return recorded.filter(({ agent }) => !valid.has(agent));
}

/** The requested ends by the records alone, for callers that did not read the files again. */
export function recordedEnds(records: readonly AgentRecord[]): readonly WantedEnd[] {
  return records.flatMap(({ name, ending }) =>
    ending === undefined
      ? []
      : [{ agent: name, change: ending.change, of: ending.of, seenMs: timeMs(ending.seen) }],
  );
}

/**
 * @param wanted an entry counts if its agent has a recorded server or is in `pending`
 * @param pending agents with a change that ends a server
 */
export function burstOf(
  wanted: readonly WantedEnd[],
  pending: ReadonlySet<string>,
  basis: DestroyBasis,
): Burst {
  const ended = endedOf(basis);
  const counted = [...pendingOf(wanted, pending, basis.records), ...ended].sort(
    (a, b) => a.seenMs - b.seenMs || compareText(a.agent, b.agent),
  );
  const maxAt = (atMs: number) => burstMax(basis, ended, atMs);
  const max = maxAt(basis.nowMs);
  const free = new Map<string, number | null>();
  let first = 0;
  for (const [place, { seenMs }] of counted.entries()) {
    // Check the hour that ends here; among equal times, only at the last entry.
    if (counted[place + 1]?.seenMs === seenMs) continue;
    while ((counted[first]?.seenMs ?? seenMs) <= seenMs - hourMs) first += 1;
    const hour = counted.slice(first, place + 1);
    if (hour.length <= max) continue;
    const freeMs = freeMsOf(hour, maxAt);
    for (const { agent, endedMs } of hour) {
      if (endedMs !== null) continue;
      const before = free.get(agent);
      free.set(agent, before === null || freeMs === null ? null : Math.max(before ?? 0, freeMs));
    }
  }
  return {
    of(agent) {
      const freeMs = free.get(agent);
      return freeMs === undefined ? null : { freeMs };
    },
  };
}

/**
 * How many ends may be requested within an hour. For a small fleet the share of implausible losses
 * applies. Servers that were ended within a day still count towards the fleet's size, so that
 * ending part of a set does not lower the limit for the rest.
 */
function burstMax(basis: DestroyBasis, ended: readonly Counted[], atMs: number): number {
  const { limits } = basis.policy;
  const gone = ended.filter(({ endedMs, isBack }) => !isBack && (endedMs ?? 0) > atMs - dayMs);
  const servers = serversLastKnown(basis) + gone.length;
  const share = (percent: number) => Math.floor((servers * percent) / 100);
  const usual = Math.max(limits.burstCount, share(limits.burstPercent));
  const ofSmall = Math.max(limits.missingCountMax, share(limits.missingPercentMax));
  return Math.min(usual, ofSmall);
}

function pendingOf(
  wanted: readonly WantedEnd[],
  pending: ReadonlySet<string>,
  records: readonly AgentRecord[],
): readonly Counted[] {
  if (wanted.length === 0) return [];
  const withServer = new Set(
    records.flatMap(({ name, gone, server }) =>
      gone === undefined && server !== undefined ? [name] : [],
    ),
  );
  return wanted
    .filter(({ agent }) => withServer.has(agent) || pending.has(agent))
    .map(({ agent, seenMs }) => ({ agent, seenMs, endedMs: null, isBack: false }));
}

/** Agents that were ended within a day because a file requested it. */
function endedOf({ records, nowMs }: DestroyBasis): readonly Counted[] {
  return records.flatMap(({ name, server, destroyed }) =>
    destroyed.flatMap(({ at, asked }) => {
      const endedMs = timeMs(at);
      if (asked === undefined || endedMs <= nowMs - dayMs) return [];
      const isBack = server !== undefined;
      return [{ agent: name, seenMs: timeMs(asked), endedMs, isBack }];
    }),
  );
}

/** When enough of the ended agents have stopped counting, ms; null if that never happens. */
function freeMsOf(hour: readonly Counted[], maxAt: (atMs: number) => number): number | null {
  const freed = hour
    .flatMap(({ endedMs }) => (endedMs === null ? [] : [endedMs + dayMs]))
    .sort((a, b) => a - b);
  for (const [place, freeMs] of freed.entries()) {
    if (freed[place + 1] === freeMs) continue;
    if (hour.length - place - 1 <= maxAt(freeMs)) return freeMs;
  }
  return null;
}
