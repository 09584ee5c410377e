/**
 * Whether so many agents came to be ended within one hour that it is rather an accident than custom: an
 * emptied folder, a wrong account, a mass revert. None of those is ended then, until a person approves
 * or they are fewer; what came at other times goes on.
 *
 * An agent counts by when its end was first seen on `main`, while that is asked for and for a day after
 * it was ended, approved or not: an approval of two of five leaves three out on purpose.
 */

import { endingAsked, firstSeenMs } from '../fleet/ending.ts';
import { type AgentRecord, recordId } from '../fleet/recorded.ts';
import { compareText, type World } from '../fleet/world.ts';
import { timeMs } from '../text/time.ts';
import { type DestroyBasis, serversLastKnown } from './destroy-budget.ts';

export type WantedEnd = {
  readonly agent: string;
  readonly change: 'retire' | 'replace';
  readonly of: string;
  /** when it was first seen on `main`, ms */
  readonly seenMs: number;
};

/** An agent that counts in its hour: pending, or ended at that time. */
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
    /** when it is let through without an approval, ms; null where it never is */
    readonly freeMs: number | null;
  } | null;
};

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** What all valid files ask to be ended, sorted by agent. */
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
    // Nearly every file asks for no end, and there are many.
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

/** Those of agents that no valid file names count as their records say, as they do at a lease. */
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

/** The same by the records alone, where the files were not read again. */
export function recordedEnds(records: readonly AgentRecord[]): readonly WantedEnd[] {
  return records.flatMap(({ name, ending }) =>
    ending === undefined
      ? []
      : [{ agent: name, change: ending.change, of: ending.of, seenMs: timeMs(ending.seen) }],
  );
}

/**
 * @param wanted of them those count that have a server: one that is recorded, or one that is `pending`
 * @param pending agents of which a change ends a server
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
    // One look an hour that ends here, at the last of those that were seen at one moment.
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
 * How many may come to be ended within an hour. More than a fifth of a small fleet is as odd as a
 * burst. What was ended within a day is counted to the fleet: the rest of a set is no larger a share of
 * it for that. What has a new server is in it already.
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

/** Those that were ended within a day because a file asked for it. */
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

/** When enough of those that were ended count no more; null where that never comes. */
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
