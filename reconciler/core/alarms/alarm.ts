/** The type of an alarm: one problem that needs a person, with the agents that it concerns. */
import type { AlarmKind } from '../agent/alarm-kinds.ts';
import { compareText } from '../fleet/world.ts';
import { counted } from '../text/counted.ts';

export type Alarm = {
  readonly kind: AlarmKind;
  /** `page`: now, at night too; `look`: today */
  readonly severity: 'page' | 'look';
  /** distinguishes alarms of one kind; empty if there can be only one */
  readonly scope: string;
  /** names of agents, or paths of files without one, sorted */
  readonly agents: readonly string[];
  /** when the oldest case began; null if unknown */
  readonly since: string | null;
  readonly message: string;
};

export type Dated = { readonly agent: string; readonly sinceMs: number | null };

export const minuteMs = 60_000;

/** null without cases */
export function alarm(
  kind: AlarmKind,
  severity: Alarm['severity'],
  cases: readonly Dated[],
  say: (count: string, oldestMs: number | null) => string,
): Alarm | null {
  if (cases.length === 0) return null;
  const times = cases.flatMap(({ sinceMs }) => (sinceMs === null ? [] : [sinceMs]));
  const oldestMs = times.length === 0 ? null : Math.min(...times);
  return {
    kind,
    severity,
    scope: '',
    agents: cases.map(({ agent }) => agent).sort(compareText),
    since: oldestMs === null ? null : new Date(oldestMs).toISOString(),
    message: say(counted(cases.length, 'agent'), oldestMs),
  };
}

/** A duration in its two largest units. */
export function durationText(ms: number): string {
  const minutes = Math.floor(ms / minuteMs);
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24];
  if (days > 0) return hours === 0 ? `${days} d` : `${days} d ${hours} h`;
  const rest = minutes % 60;
  return hours === 0 ? `${rest} min` : `${hours} h ${rest} min`;
}
