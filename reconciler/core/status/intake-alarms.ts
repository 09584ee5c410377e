/**
 * Decides what needs a person the intake of Stripe's events: that nothing is handled any
 * more, that one event is not although others are, and that events come that are for another account.
 * Only the process that takes them knows of it.
 */
import type { AgentId } from '../agent/agent.ts';
import { type Alarm, type AlarmKind, alarm, durationText } from './alarm.ts';

export const intakeAlarmKinds = [
  'EventNotHandled',
  'ForeignEvents',
  'IntakeStalled',
] as const satisfies readonly AlarmKind[];

export type IntakeTroubles = {
  /** Since when nothing was handled for a cause that concerns every event; null where all is well. */
  readonly stalled: {
    readonly sinceMs: number;
    readonly lastMs: number;
    readonly why: string;
  } | null;
  /** events that were answered 503 although they are old */
  readonly overdue: readonly OverdueEvent[];
  readonly foreign: readonly ForeignEvents[];
};
export type OverdueEvent = {
  readonly event: string;
  readonly createdMs: number;
  readonly why: string;
  readonly agents: readonly AgentId[];
};
/** Of an account or a mode that is not the policy's, though they are signed with our secret. */
export type ForeignEvents = { readonly whose: string; readonly sinceMs: number };

/** Shorter than Stripe's pause after its third try, so that no event fails for hours unnoticed. */
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
  const message = `Stripe delivers again and again what is not handled here: ${named}`;
  const agents = [...new Set(overdue.flatMap((one) => one.agents))].sort();
  return { kind: 'EventNotHandled', severity: 'page', scope: '', agents, since, message };
}

function foreignAlarm(foreign: readonly ForeignEvents[]): Alarm | null {
  const cases = foreign.map(({ whose, sinceMs }) => ({ agent: whose, sinceMs }));
  const found = alarm('ForeignEvents', 'look', cases, () => {
    const shown = foreign.slice(0, shownMax).map(({ whose }) => whose);
    return `events come that are not for the account and mode of policy.yaml: ${shown.join(', ')}`;
  });
  return found === null ? null : { ...found, agents: [] };
}
