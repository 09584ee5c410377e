/**
 * Forecasts when a quota of `policy.quotas` is used up, by the records and by how much the fleet has
 * grown within a week. Resources of the project that are not the fleet's are not known here.
 */
import type { Policy } from '../agent/policy.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import { counted } from '../text/counted.ts';
import { dayMs, timeMs } from '../text/time.ts';
import type { Alarm } from './alarm.ts';

type Quota = keyof NonNullable<Policy['quotas']>;

const rateDays = 7;
const daysLook = 14;
const daysPage = 3;

const words: Readonly<Record<Quota, string>> = {
  servers: 'servers',
  primaryIps: 'primary IPs',
  devices: 'devices of the tailnet',
};

export function quotaForecasts(
  records: readonly AgentRecord[],
  { quotas = {} }: Policy,
  nowMs: number,
): readonly Alarm[] {
  const perDay = growth(records, nowMs) / rateDays;
  const servers = records.filter(({ server, gone }) => server !== undefined && gone === undefined);
  const devices = records.filter(
    ({ tailnet, gone }) => tailnet !== undefined && gone === undefined,
  );
  const used = { servers: servers.length, primaryIps: servers.length, devices: devices.length };
  return (['devices', 'primaryIps', 'servers'] as const).flatMap((scope): Alarm[] => {
    const quota = quotas[scope];
    if (quota === undefined) return [];
    const left = quota - used[scope];
    const days = left <= 0 ? 0 : perDay <= 0 ? Number.POSITIVE_INFINITY : left / perDay;
    if (days >= daysLook) return [];
    const when = left <= 0 ? 'used up' : `used up in ${counted(Math.ceil(days), 'day')}`;
    const message = `${used[scope]} of ${quota} ${words[scope]} are in use: the quota is ${when} at the pace of the last ${rateDays} days`;
    const severity = days < daysPage ? 'page' : 'look';
    return [{ kind: 'QuotaForecast', severity, scope, agents: [], since: null, message }];
  });
}

/** Servers that were made within the time, less those that ended. */
function growth(records: readonly AgentRecord[], nowMs: number): number {
  const isRecent = (at: string) => nowMs - timeMs(at) < rateDays * dayMs;
  return records.reduce((sum, { server, destroyed }) => {
    const made = server !== undefined && isRecent(server.created) ? 1 : 0;
    return sum + made - destroyed.filter(({ at }) => isRecent(at)).length;
  }, 0);
}
