/**
 * Decides the alarms of the intake of Stripe's events: no event is handled, single events are not
 * handled, or events arrive for another account. Only the intake's process has these facts.
 */
import type { AgentId } from '../agent/agent.ts';
import type { AlarmKind } from '../agent/alarm-kinds.ts';
import { dayMs, hourMs } from '../text/time.ts';
import { type Alarm, alarm, durationText } from './alarm.ts';

/** Stripe retries after twelve hours at most: past that it gave up the event. */
export const overdueKeptMs = 14 * hourMs;
export const foreignKeptMs = dayMs;
/** No event that could have succeeded arrived since. */
export const stalledKeptMs = hourMs;

/** The kinds, and how long they last after their last cause: a service that saw none for as long knows. */
export const intakeJudgedAfter: readonly (readonly [AlarmKind, number])[] = [
  ['EventNotHandled', overdueKeptMs],
  ['ForeignEvents', foreignKeptMs],
  ['IntakeStalled', stalledKeptMs],
];

export type IntakeTroubles = {
  /** since when a cause that concerns every event prevents handling; null without one */
  readonly stalled: {
    readonly sinceMs: number;
    readonly lastMs: number;
    readonly why: string;
  } | null;
  /** old events that were answered 503 */
  readonly overdue: readonly OverdueEvent[];
  readonly foreign: readonly ForeignEvents[];
};
export type OverdueEvent = {
  readonly event: string;
  readonly createdMs: number;
  readonly why: string;
  readonly agents: readonly AgentId[];
};
/** Events with a valid signature for an account or mode that is not the policy's. */
export type ForeignEvents = { readonly whose: string; readonly sinceMs: number };

/** Shorter than Stripe's delay after its third attempt, so that the alarm comes within hours. */
export const overdueAfterMs = 60 * 60_000;
const stalledAfterMs = 60_000;

export function isStalled({ stalled }: IntakeTroubles, nowMs: number): boolean {
  return stalled !== null && nowMs - stalled.sinceMs >= stalledAfterMs;
}

export function intakeAlarms(troubles: IntakeTroubles, nowMs: number): readonly Alarm[] {
  const { stalled } = troubles;
  const found = isStalled(troubles, nowMs) ? stalled : null;
  return [
    found === null ? null : stalledAlarm(found, nowMs),
    overdueAlarm(troubles.overdue),
    foreignAlarm(troubles.foreign),
  ].filter((one) => one !== null);
}

function stalledAlarm(
  { sinceMs, why }: NonNullable<IntakeTroubles['stalled']>,
  nowMs: number,
): Alarm {
  const message = `no event of Stripe's has been handled for ${durationText(nowMs - sinceMs)}: ${why}`;
  const since = new Date(sinceMs).toISOString();
  return { kind: 'IntakeStalled', severity: 'page', scope: '', agents: [], since, message };
}

const shownMax = 5;

function overdueAlarm(overdue: readonly OverdueEvent[]): Alarm | null {
  const [first] = overdue;
  if (first === undefined) return null;
  const since = new Date(Math.min(...overdue.map(({ createdMs }) => createdMs))).toISOString();
  const shown = overdue.slice(0, shownMax).map(({ event, why }) => `${event} (${why})`);
  const rest = overdue.length - shown.length;
  const named = `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  const message = `Stripe repeats events that are not handled here: ${named}`;
  const agents = [...new Set(overdue.flatMap((one) => one.agents))].sort();
  return { kind: 'EventNotHandled', severity: 'page', scope: '', agents, since, message };
}

function foreignAlarm(foreign: readonly ForeignEvents[]): Alarm | null {
  const cases = foreign.map(({ whose, sinceMs }) => ({ agent: whose, sinceMs }));
  const found = alarm('ForeignEvents', 'look', cases, () => {
    const shown = foreign.slice(0, shownMax).map(({ whose }) => whose);
    return `events arrive that are not for the account and mode of policy.yaml: ${shown.join(', ')}`;
  });
  return found === null ? null : { ...found, agents: [] };
}
