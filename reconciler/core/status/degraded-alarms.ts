/**
 * Alarms about agents whose server or device has not been as it should be for a while, by the
 * conditions that ticks write: what was verified once is no proof of now.
 */
import { shouldRun } from '../agent/agent.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import { timeMs } from '../text/time.ts';
import type { Case } from './agent-alarms.ts';
import { type Alarm, alarm, type Dated, minuteMs } from './alarm.ts';

const offlineMinutesMax = 60;
const openMinutesMax = 15;
const unsettledMinutesMax = 60;

export function devicesOffline(records: readonly AgentRecord[], nowMs: number): Alarm | null {
  const late = lasting(records, 'DeviceOffline', { minutes: offlineMinutesMax, nowMs });
  return alarm('DeviceOffline', 'page', late, (count) => {
    return `${count} whose server runs and whose device has not been connected to the tailnet for ${offlineMinutesMax} minutes or more`;
  });
}

/** A run closes what it opens, and the next one what it could not close: something keeps it open. */
export function portsOpen(records: readonly AgentRecord[], nowMs: number): Alarm | null {
  const late = lasting(records, 'PortOpen', { minutes: openMinutesMax, nowMs });
  return alarm('PortOpen', 'page', late, (count) => {
    return `${count} whose port 22 has been open for ${openMinutesMax} minutes or more with no run at work`;
  });
}

/** Of those that should run another alarm tells, and sooner. */
export function unsettled(cases: readonly Case[], nowMs: number): Alarm | null {
  const others = cases.flatMap(({ file, record }) =>
    record === null || shouldRun(file.agent) ? [] : [record],
  );
  const late = lasting(others, 'Unsettled', { minutes: unsettledMinutesMax, nowMs });
  return alarm('ServerUnsettled', 'look', late, (count) => {
    return `${count} to be off, with a server that has been neither on nor off for ${unsettledMinutesMax} minutes or more`;
  });
}

function lasting(
  records: readonly AgentRecord[],
  reason: string,
  { minutes, nowMs }: { readonly minutes: number; readonly nowMs: number },
): readonly Dated[] {
  return records.flatMap(({ name, conditions, gone }): Dated[] => {
    const since = conditions.find((one) => one.reason === reason)?.since;
    if (since === undefined || gone !== undefined) return [];
    const sinceMs = timeMs(since);
    return nowMs - sinceMs >= minutes * minuteMs ? [{ agent: name, sinceMs }] : [];
  });
}
