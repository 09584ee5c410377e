/**
 * Incidents that visitors see: those that people wrote, and those that the records show, without
 * reasons that are meant for operators.
 */
import type { Catalog } from '../agent/catalog.ts';
import type { IncidentsFile, WrittenIncident } from '../agent/incidents.ts';
import type { Policy } from '../agent/policy.ts';
import { type Breaker, openBreakers } from '../fleet/attempt.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import { dayMs, isoOf, timeMs } from '../text/time.ts';

export type PublicIncident = {
  readonly title: string;
  readonly state: WrittenIncident['state'];
  /** null where it is not known */
  readonly since: string | null;
  /** null while it lasts */
  readonly until: string | null;
  /** empty: all of them */
  readonly regions: readonly string[];
  readonly text: string;
};

export type FleetSources = {
  /** null where it cannot be read */
  readonly policy: Policy | null;
  readonly catalog: Catalog | null;
  /** whether a stop is in force */
  readonly isStopped: boolean;
  readonly records: readonly AgentRecord[];
  readonly incidents: IncidentsFile;
  readonly nowMs: number;
};

/** Resolved ones are shown for as long. */
const resolvedDays = 7;

/** Those that last first, then the newest first. */
export function publicIncidents(sources: FleetSources): readonly PublicIncident[] {
  const all = [...written(sources), ...paused(sources), ...breakersOf(sources).map(ofBreaker)];
  return all.toSorted(
    (a, b) =>
      Number(a.until !== null) - Number(b.until !== null) ||
      beganMs(b) - beganMs(a) ||
      (a.title < b.title ? -1 : 1),
  );
}

/** One whose time is not known was just seen. */
function beganMs({ since }: PublicIncident): number {
  return since === null ? Number.MAX_SAFE_INTEGER : timeMs(since);
}

function written({ incidents, nowMs }: FleetSources): readonly PublicIncident[] {
  if (incidents.kind === 'invalid') return [];
  return incidents.incidents
    .filter(({ until }) => until === undefined || nowMs - timeMs(until) < resolvedDays * dayMs)
    .map(({ title, state, since, until = null, regions = [], text }) => {
      return { title, state, since, until, regions, text };
    });
}

/** By a stop or by the policy. Records say so for longer: until the first run after its end. */
export function isPaused({ policy, isStopped }: FleetSources): boolean {
  return isStopped || policy?.pause !== undefined;
}

/** Of a stop, the time since which the first agent has waited: a branch has no time of its own. */
function pausedSince({ policy, records }: FleetSources): string | null {
  if (policy?.pause !== undefined) return policy.pause.since;
  const since = records.flatMap(({ conditions }) =>
    conditions.flatMap((one) => (one.type === 'Paused' ? [one.since] : [])),
  );
  return since.sort()[0] ?? null;
}

function paused(sources: FleetSources): readonly PublicIncident[] {
  if (!isPaused(sources)) return [];
  return [
    {
      title: 'Changes are paused',
      state: 'identified',
      since: pausedSince(sources),
      until: null,
      regions: [],
      text: 'Agents that run are not affected. New agents, starts and stops wait until work goes on.',
    },
  ];
}

type RegionBreaker = Breaker & { readonly regions: readonly string[] };

/** With the regions of the catalog that a breaker concerns. */
export function breakersOf({
  policy,
  catalog,
  records,
  nowMs,
}: FleetSources): readonly RegionBreaker[] {
  if (policy === null) return [];
  return openBreakers(records, policy, nowMs).map((breaker) => {
    const regions = Object.entries(catalog?.regions ?? {}).flatMap(([name, { locations }]) =>
      breaker.location !== null && locations.includes(breaker.location) ? [name] : [],
    );
    return { ...breaker, regions };
  });
}

function ofBreaker({ reason, regions, sinceMs }: RegionBreaker): PublicIncident {
  const cause =
    reason === 'ResourceUnavailable'
      ? 'Our provider has few free servers.'
      : 'One of our providers has a problem.';
  return {
    title: 'New agents take longer',
    state: 'identified',
    since: isoOf(sinceMs),
    until: null,
    regions,
    text: `${cause} We try again automatically. Agents that run are not affected.`,
  };
}
