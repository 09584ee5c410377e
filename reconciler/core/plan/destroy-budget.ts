/**
 * The destroy budget: how many servers may be ended now, for retirements and replacements
 * separately, in a rolling hour and a rolling day: `max(count, percent of the servers last known)`.
 * Recorded ends, ends in progress and possible ends that no run recorded each take a place. Ends
 * beyond the budget wait, the oldest first, each with the time of its turn.
 *
 * Approved ends are not counted. The plan applies the budget, and each lease checks it again.
 */
import type { Policy } from '../agent/policy.ts';
import { endedServers, isChangeThat, isKindThat, type KindThat } from '../fleet/change-kinds.ts';
import { type AgentRecord, leaseIsLiveIn } from '../fleet/recorded.ts';
import { lastUnsaidEnd } from '../fleet/server-facts.ts';
import type { Change } from '../fleet/situation.ts';
import type { World } from '../fleet/world.ts';
import { dayMs, hourMs, timeMs } from '../text/time.ts';

export type EndChange = KindThat<'needsApproval'>;
/** What the budget is computed from. */
export type DestroyBasis = Pick<World, 'records' | 'policy' | 'nowMs' | 'runs'> & {
  /** servers of the fleet in the listing that was planned on */
  readonly serversSeen: number;
};
type BudgetLimit = 'retiresPerHour' | 'retiresPerDay' | 'replacesPerHour' | 'replacesPerDay';

/** The taken and free places of one kind of change. */
export type Budget = {
  /** whether an end of this server was begun, so that it has a place already */
  holdsPlace(agent: string, server: string): boolean;
  /** takes the next free place: when that end may begin, ms, and which window decides it */
  take(): { readonly atMs: number; readonly limit: BudgetLimit };
};

export function budgetOf(change: EndChange, basis: DestroyBasis): Budget {
  const { policy, nowMs } = basis;
  const servers = serversLastKnown(basis);
  const windows = windowsOf(change, policy).map((window) => ({
    ...window,
    places: Math.max(window.count, Math.floor((servers * window.percent) / 100)),
  }));
  const begun = unsaidEnds(change, basis);
  // Sorted, because `take` appends later times.
  const taken = [...endsOf(change, basis), ...[...begun.values()].map(({ ms }) => ms)].sort(
    (a, b) => a - b,
  );
  const full = fullUntilMs(basis);
  return {
    holdsPlace(agent, server) {
      const end = begun.get(agent);
      // An earlier server of the agent counts beside the one that is to be ended now.
      return end !== undefined && (end.server ?? server) === server;
    },
    take() {
      let atMs = Math.max(nowMs, full);
      let limit: BudgetLimit = change === 'retire' ? 'retiresPerDay' : 'replacesPerDay';
      for (const window of windows) {
        const before = taken[taken.length - window.places];
        const freeMs = window.places === 0 ? Number.POSITIVE_INFINITY : (before ?? 0) + window.ms;
        if (freeMs <= atMs) continue;
        atMs = freeMs;
        limit = window.limit;
      }
      taken.push(atMs);
      return { atMs, limit };
    },
  };
}

/** Changes that the budgets count: they end a server that may have run, and are not approved. */
export function takesBudget(change: Change): change is Change & { kind: EndChange } {
  return endsAServer(change) && !('approval' in change && change.approval !== undefined);
}

/**
 * Changes that end a server that may have run. A retirement that only clears leftovers ends none.
 * Rollbacks end servers that never ran and have a limit of their own (core/plan/rollbacks).
 */
export function endsAServer(change: Change): change is Change & { kind: EndChange } {
  return isChangeThat(change, 'needsApproval') && endedServers(change).length > 0;
}

/** Describes a limit without counts of what waits, so that the text is equal in all records. */
export function budgetText(limit: BudgetLimit, { limits }: Policy): string {
  const whose = limit.startsWith('retires') ? 'retired' : 'reprovisioned';
  const [count, percent, time] = limit.endsWith('Hour')
    ? [limits.destroysPerHourCount, limits.destroysPerHourPercent, 'an hour']
    : [limits.destroysPerDayCount, limits.destroysPerDayPercent, 'a day'];
  return `at most ${count} servers of ${whose} agents are ended ${time}, or ${percent} % of the fleet`;
}

function windowsOf(change: EndChange, { limits }: Policy) {
  const isRetire = change === 'retire';
  return [
    {
      limit: isRetire ? 'retiresPerHour' : 'replacesPerHour',
      ms: hourMs,
      count: limits.destroysPerHourCount,
      percent: limits.destroysPerHourPercent,
    },
    {
      limit: isRetire ? 'retiresPerDay' : 'replacesPerDay',
      ms: dayMs,
      count: limits.destroysPerDayCount,
      percent: limits.destroysPerDayPercent,
    },
  ] as const;
}

/** Times of the recorded, unapproved ends of this kind within a day, ms. */
function endsOf(change: EndChange, { records, nowMs }: DestroyBasis): readonly number[] {
  return records
    .flatMap(({ destroyed }) => destroyed)
    .filter((one) => one.approval === undefined && one.kind === change)
    .map((one) => timeMs(one.at))
    .filter((at) => at > nowMs - dayMs);
}

/** Until a day after records were lost all places are taken: earlier ends are unknown. */
function fullUntilMs({ records }: DestroyBasis): number {
  let newestMs = 0;
  // No spread into Math.max: every record may have one, too many for the arguments of one call.
  for (const { destroyed } of records)
    for (const { kind, at } of destroyed)
      if (kind === 'assumed') newestMs = Math.max(newestMs, timeMs(at));
  return newestMs + dayMs;
}

/**
 * By agent: since when, ms, its server is being ended or may have been ended without a record: a
 * run that died or failed may have ended the server without recording it.
 */
function unsaidEnds(change: EndChange, basis: DestroyBasis) {
  const ends = new Map<string, { readonly ms: number; readonly server: string | null }>();
  for (const record of basis.records) {
    const unsaid = leasedEnd(record, basis) ?? lastUnsaidEnd(record);
    if (unsaid?.change !== change || unsaid.ms <= basis.nowMs - dayMs) continue;
    ends.set(record.name, { ms: unsaid.ms, server: record.server?.id ?? null });
  }
  return ends;
}

/** The kind of a leased end, and the time of its last step, ms (now if live); null without one. */
function leasedEnd({ lease, server }: AgentRecord, { runs, nowMs }: DestroyBasis) {
  if (lease === undefined || lease.approval !== undefined) return null;
  if (!isKindThat(lease.change, 'needsApproval')) return null;
  const isLive = leaseIsLiveIn({ nowMs, runs }, lease);
  // The server may be recorded only after the lease.
  if (server === undefined && !(isLive && lease.step === 'lease')) return null;
  const ms = isLive ? nowMs : timeMs(lease.stepSince ?? lease.since);
  return { change: lease.change, ms };
}

export function serversLastKnown({ records, serversSeen }: DestroyBasis): number {
  const recorded = records.filter(
    (record) => record.gone === undefined && record.server !== undefined,
  ).length;
  return Math.max(recorded, serversSeen);
}
