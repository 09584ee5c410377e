/** Applies silences to alarms: which are sent, and which agents of them are silenced. */

import type { Silence } from '../agent/silences.ts';
import { isoOf, timeMs } from '../text/time.ts';
import type { Alarm } from './alarm.ts';

export type HeardAlarm = Alarm & {
  /** until when the whole alarm is not sent, and why; null if it is sent */
  readonly silenced: { readonly until: string; readonly reason: string } | null;
  /** its agents that are silenced, sorted */
  readonly silencedAgents: readonly string[];
  /** when the last silence about it ended, from which on it counts as new; null without one */
  readonly silenceEnded: string | null;
};

export function withSilences(
  alarms: readonly Alarm[],
  silences: readonly Silence[],
  nowMs: number,
): readonly HeardAlarm[] {
  return alarms.map((alarm) => {
    const about = silences.filter((silence) => concerns(silence, alarm));
    const inForce = about.filter(
      ({ since, until }) => timeMs(since) <= nowMs && nowMs < timeMs(until),
    );
    const silencedAgents = alarm.agents.filter((agent) =>
      inForce.some((silence) => silence.agent === undefined || silence.agent === agent),
    );
    const isWhole =
      inForce.some(({ agent }) => agent === undefined) ||
      (alarm.agents.length > 0 && silencedAgents.length === alarm.agents.length);
    const ends = about.map(({ until }) => timeMs(until)).filter((endMs) => endMs <= nowMs);
    return {
      ...alarm,
      silenced: isWhole ? firstEnd(inForce) : null,
      silencedAgents,
      silenceEnded: ends.length === 0 ? null : isoOf(Math.max(...ends)),
    };
  });
}

function concerns({ alarm: kind, scope, agent }: Silence, alarm: Alarm): boolean {
  const isScope = scope === undefined || scope === alarm.scope;
  return kind === alarm.kind && isScope && (agent === undefined || alarm.agents.includes(agent));
}

function firstEnd(inForce: readonly Silence[]): HeardAlarm['silenced'] {
  const [first] = inForce.toSorted((a, b) => timeMs(a.until) - timeMs(b.until));
  return first === undefined ? null : { until: first.until, reason: first.reason };
}
