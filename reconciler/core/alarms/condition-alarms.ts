/** Alarms about conditions in the records, one for each kind with all its agents. */
import type { AlarmKind } from '../agent/alarm-kinds.ts';
import { isRefused } from '../fleet/limit-conditions.ts';
import type { AgentRecord, Condition } from '../fleet/recorded.ts';
import { deepCheckCondition } from '../plan/deep-check.ts';
import { timeMs } from '../text/time.ts';
import { type Alarm, alarm, type Dated, minuteMs } from './alarm.ts';

/** A condition that raises an alarm, after `minutes` if given. */
type Standing = {
  readonly kind: AlarmKind;
  readonly severity: Alarm['severity'];
  readonly is: (condition: Condition) => boolean;
  readonly minutes?: number;
  /** after the count of agents */
  readonly text: string;
};
const byCondition: readonly Standing[] = [
  {
    kind: 'RefusedForLong',
    severity: 'page',
    is: isRefused,
    minutes: 60,
    text: 'with a change that a limit has refused for 60 minutes or more',
  },
  {
    // The server runs and is billed, and a person has to decide which agent it belongs to.
    kind: 'SpareServer',
    severity: 'page',
    is: ({ reason }) => reason === 'SpareServer',
    minutes: 60,
    text: 'with a server that carries its label and cannot be proven to be its own, for 60 minutes or more',
  },
  {
    kind: 'StripeRefuses',
    severity: 'look',
    is: ({ reason }) => reason === 'StripeRefuses',
    text: 'canceled by their customers or given up, which Stripe refuses to cancel or to refund',
  },
  {
    // The listing is wrong, or an attribute that it does not cover was changed.
    kind: 'DeepCheckDisagrees',
    severity: 'look',
    is: ({ type }) => type === deepCheckCondition,
    text: 'for which Terraform and the listing disagree',
  },
  {
    kind: 'FileLost',
    severity: 'page',
    is: ({ reason }) => reason === 'FileLost',
    text: 'whose file is gone from main and not in its history',
  },
  {
    kind: 'DeviceOffline',
    severity: 'page',
    is: ({ reason }) => reason === 'DeviceOffline',
    minutes: 60,
    text: 'whose server runs and whose device has not been connected to the tailnet for 60 minutes or more',
  },
  {
    // A run writes the condition after an hour.
    kind: 'HeartbeatsStale',
    severity: 'page',
    is: ({ type, reason }) => type === 'Unhealthy' && reason === 'NoHeartbeat',
    text: 'whose host has sent no heartbeat for an hour',
  },
  {
    kind: 'AgentUnhealthy',
    severity: 'page',
    is: ({ type, reason }) => type === 'Unhealthy' && reason !== 'NoHeartbeat',
    text: 'whose heartbeats have reported a problem for an hour',
  },
  {
    // Hetzner locks a server for the time of an action, and after a report of abuse.
    kind: 'ServerLocked',
    severity: 'look',
    is: ({ reason }) => reason === 'ServerLocked',
    minutes: 60,
    text: 'whose server Hetzner has locked for 60 minutes or more',
  },
  {
    // The run or the next one should have closed the port.
    kind: 'PortOpen',
    severity: 'page',
    is: ({ reason }) => reason === 'PortOpen',
    minutes: 15,
    text: 'whose port 22 has been open for 15 minutes or more while no run works on them',
  },
];

export function standingConditions(
  records: readonly AgentRecord[],
  nowMs: number,
): readonly (Alarm | null)[] {
  return byCondition.map(({ kind, severity, is, minutes, text }) =>
    alarm(
      kind,
      severity,
      lasting(records, is, lateMs(nowMs, minutes)),
      (count) => `${count} ${text}`,
    ),
  );
}

/** Records that have had the condition since `latestMs` or earlier. */
export function lasting(
  records: readonly AgentRecord[],
  is: (condition: Condition) => boolean,
  latestMs: number,
): readonly Dated[] {
  return records.flatMap(({ name, conditions }): Dated[] => {
    const since = conditions.find(is)?.since;
    const sinceMs = since === undefined ? null : timeMs(since);
    return sinceMs !== null && sinceMs <= latestMs ? [{ agent: name, sinceMs }] : [];
  });
}

/** A problem that began by this time, ms, raises an alarm; without `minutes` every problem does. */
export function lateMs(nowMs: number, minutes: number | undefined): number {
  return minutes === undefined ? Number.POSITIVE_INFINITY : nowMs - minutes * minuteMs;
}
