/**
 * How many of the month's minutes of GitHub Actions the runs of the agents repository have used, as
 * `fleet.yaml` keeps it, and from when to when they are counted next: once a day, each run once.
 */
import { dayMs, hourMs, isoOf, timeMs } from '../text/time.ts';
import type { FleetRecord } from './fleet-record.ts';

export type ActionsMinutes = NonNullable<FleetRecord['actionsMinutes']>;
export type Period = { readonly from: string; readonly until: string };

/** Runs that began since then may still go on; no job takes longer. */
const openMs = 2 * hourMs;

/** null where it is not time yet */
export function periodDue(known: ActionsMinutes | undefined, nowMs: number): Period | null {
  const from = known !== undefined && isOfMonth(known, nowMs) ? known.until : monthOf(nowMs);
  const until = isoOf(Math.floor((nowMs - openMs) / 1000) * 1000);
  return timeMs(until) - timeMs(from) < dayMs ? null : { from, until };
}

export function withMinutes(
  known: ActionsMinutes | undefined,
  { from, until }: Period,
  minutes: number,
): ActionsMinutes {
  return from === known?.until
    ? { since: known.since, until, minutes: known.minutes + minutes }
    : { since: from, until, minutes };
}

/** Whether they are those of this month: the quota begins anew with each. */
export function isOfMonth({ since }: ActionsMinutes, nowMs: number): boolean {
  return since === monthOf(nowMs);
}

export function monthEndMs(nowMs: number): number {
  const now = new Date(nowMs);
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1);
}

function monthOf(nowMs: number): string {
  return `${isoOf(nowMs).slice(0, 7)}-01T00:00:00Z`;
}
