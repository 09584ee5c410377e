/**
 * The uptime of agents by day (UTC): the minutes in which each was healthy or unhealthy. A minute
 * of which nothing is known counts as neither, and one that a replica found unhealthy is that:
 * what was missing is noticed late. Merging the days of two replicas loses nothing of either, in
 * any order and any number of times.
 */
import { type AgentId, parseAgentId } from '../agent/agent.ts';
import { dayMs } from '../text/time.ts';
import { countOf, type Minutes, minutesIn, minutesOfDay, union } from './minutes.ts';

export type DayOfAgent = { readonly up: Minutes; readonly down: Minutes };
export type UptimeDay = ReadonlyMap<AgentId, DayOfAgent>;

/** Of one day and agent, to keep many of them. */
export type DayCount = { readonly up: number; readonly known: number };

export type Uptime = {
  /** of the minutes in which its health was known; null without any */
  readonly percent: number | null;
  /** the oldest first; `percent` as above, for one day */
  readonly days: readonly { readonly day: string; readonly percent: number | null }[];
};

const minuteMs = 60_000;
const neither: DayOfAgent = { up: [], down: [] };

/** `2026-11-30` */
export function dayOfMs(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** The time from one moment until before another, by day; minutes that have begun count whole. */
export function minutesByDay(
  fromMs: number,
  untilMs: number,
): readonly { readonly day: string; readonly minutes: Minutes }[] {
  const parts: { day: string; minutes: Minutes }[] = [];
  const [first, last] = [Math.floor(fromMs / minuteMs), Math.ceil(untilMs / minuteMs) - 1];
  for (let from = first; from <= last && parts.length < daysMax; ) {
    const start = Math.floor(from / minutesOfDay) * minutesOfDay;
    const to = Math.min(last, start + minutesOfDay - 1);
    parts.push({ day: dayOfMs(from * minuteMs), minutes: [from - start, to - start] });
    from = to + 1;
  }
  return parts;
}
const daysMax = 3;

export function withMinutes(
  before: DayOfAgent | undefined,
  kind: keyof DayOfAgent,
  minutes: Minutes,
): DayOfAgent {
  const known = before ?? neither;
  return { ...known, [kind]: union(known[kind], minutes) };
}

export function mergedDay(one: UptimeDay, other: UptimeDay): Map<AgentId, DayOfAgent> {
  const merged = new Map(one);
  for (const [id, { up, down }] of other) {
    const known = merged.get(id) ?? neither;
    merged.set(id, { up: union(known.up, up), down: union(known.down, down) });
  }
  return merged;
}

export function countOfDay({ up, down }: DayOfAgent): DayCount {
  const known = countOf(union(up, down));
  return { up: known - countOf(down), known };
}

/** @param counts by day; a day without one is shown without a percentage */
export function uptimeOf(
  counts: ReadonlyMap<string, DayCount>,
  { nowMs, days }: { readonly nowMs: number; readonly days: number },
): Uptime {
  const [shown, sum] = [[] as Uptime['days'][number][], { up: 0, known: 0 }];
  for (let ago = days - 1; ago >= 0; ago -= 1) {
    const day = dayOfMs(nowMs - ago * dayMs);
    const { up, known } = counts.get(day) ?? { up: 0, known: 0 };
    shown.push({ day, percent: percentOf(up, known) });
    sum.up += up;
    sum.known += known;
  }
  return { percent: percentOf(sum.up, sum.known), days: shown };
}

/** Two decimals, rounded down: 100 only where nothing was missing. */
function percentOf(up: number, known: number): number | null {
  return known === 0 ? null : Math.floor((up * 10_000) / known) / 100;
}

export function renderDay(day: string, agents: UptimeDay): string {
  return JSON.stringify({ day, agents: Object.fromEntries([...agents].sort(byId)) });
}

/** What of it can be read: null where it is not that day's. */
export function parseDay(text: string, day: string): UptimeDay | null {
  const value = jsonIn(text);
  if (value?.['day'] !== day) return null;
  const { agents } = value;
  if (agents === null || typeof agents !== 'object') return null;
  const parsed = new Map<AgentId, DayOfAgent>();
  for (const [name, one] of Object.entries(agents as Record<string, unknown>)) {
    const [id, fields] = [parseAgentId(name), one as { up?: unknown; down?: unknown } | null];
    const [up, down] = [minutesIn(fields?.up), minutesIn(fields?.down)];
    if (id !== null && up !== null && down !== null) parsed.set(id, { up, down });
  }
  return parsed;
}

function jsonIn(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function byId([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
