/**
 * Forecasts when a quota of `policy.quotas` is used up, at the pace of a week. The quotas are of the
 * whole project and tailnet: the recorded agents count, and what else there is, as the last run that
 * read everything found it. Minutes of GitHub Actions are forecast at the pace of their month.
 */
import type { Policy } from '../agent/policy.ts';
import { type ActionsMinutes, isOfMonth, monthEndMs } from '../fleet/actions-minutes.ts';
import type { FleetRecord } from '../fleet/fleet-record.ts';
import { othersNow, rateDays } from '../fleet/others.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import { counted } from '../text/counted.ts';
import { dayMs, timeMs } from '../text/time.ts';
import type { Alarm } from './alarm.ts';

type Quota = Exclude<keyof NonNullable<Policy['quotas']>, 'actionsMinutes'>;

const daysLook = 14;
const daysPage = 3;
/** An IPv4 and an IPv6: Hetzner's limit counts both. https://docs.hetzner.com/cloud/servers/primary-ips/overview/ */
const addressesPerServer = 2;

const words: Readonly<Record<Quota, string>> = {
  servers: 'servers',
  primaryIps: 'primary IPs',
  devices: 'devices of the tailnet',
};

export function quotaForecasts(
  records: readonly AgentRecord[],
  input: { readonly policy: Policy; readonly others: NonNullable<FleetRecord['others']> },
  nowMs: number,
): readonly Alarm[] {
  const { quotas = {} } = input.policy;
  const live = records.filter(({ gone }) => gone === undefined);
  const servers = live.filter(({ server }) => server !== undefined).length;
  const devices = live.filter(({ tailnet }) => tailnet !== undefined).length;
  const own = { servers, primaryIps: servers * addressesPerServer, devices };
  const grown = growth(records, nowMs);
  const ownGrown = { servers: grown, primaryIps: grown * addressesPerServer, devices: grown };
  const others = othersNow(input.others, nowMs);
  return (['devices', 'primaryIps', 'servers'] as const).flatMap((scope): Alarm[] => {
    const quota = quotas[scope];
    if (quota === undefined) return [];
    const used = own[scope] + others.now[scope];
    const perDay = (ownGrown[scope] + others.grown[scope]) / rateDays;
    const left = quota - used;
    const days = left <= 0 ? 0 : perDay <= 0 ? Number.POSITIVE_INFINITY : left / perDay;
    if (days >= daysLook) return [];
    const beside = others.now[scope] > 0 ? `, ${others.now[scope]} of them beside the fleet` : '';
    const message = `${used} of ${quota} ${words[scope]} are in use${beside}: the quota is ${usedUp(days)} at the pace of the last ${rateDays} days`;
    const severity = days < daysPage ? 'page' : 'look';
    return [{ kind: 'QuotaForecast', severity, scope, agents: [], since: null, message }];
  });
}

/** Only if they are used up before the month ends, with which the quota begins anew. */
export function minutesForecast(
  {
    policy: { quotas },
    actionsMinutes: counted,
  }: { readonly policy: Policy; readonly actionsMinutes: ActionsMinutes | null },
  nowMs: number,
): Alarm | null {
  const quota = quotas?.actionsMinutes;
  if (quota === undefined || counted === null || !isOfMonth(counted, nowMs)) return null;
  const { since, until, minutes } = counted;
  const perMs = minutes / (timeMs(until) - timeMs(since));
  const fullMs = minutes >= quota ? nowMs : timeMs(until) + (quota - minutes) / perMs;
  const days = Math.max(0, fullMs - nowMs) / dayMs;
  if (fullMs >= monthEndMs(nowMs) || days >= daysLook) return null;
  const message = `runs of the agents repository have used ${minutes} of the ${quota} minutes of GitHub Actions of this month: the quota is ${usedUp(days)} at the pace of the month`;
  const [kind, scope] = ['QuotaForecast', 'actionsMinutes'] as const;
  const severity = days < daysPage ? 'page' : 'look';
  return { kind, severity, scope, agents: [], since: null, message };
}

/** Servers that were made within the time, less those that ended. */
function growth(records: readonly AgentRecord[], nowMs: number): number {
  const isRecent = (at: string) => nowMs - timeMs(at) < rateDays * dayMs;
  return records.reduce((sum, { server, destroyed }) => {
    const made = server !== undefined && isRecent(server.created) ? 1 : 0;
    return sum + made - destroyed.filter(({ at }) => isRecent(at)).length;
  }, 0);
}

function usedUp(days: number): string {
  return days <= 0 ? 'used up' : `used up in ${counted(Math.ceil(days), 'day')}`;
}
