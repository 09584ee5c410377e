/**
 * What the project and the tailnet hold beside the recorded agents, as `fleet.yaml` keeps it: the
 * quotas of the accounts count it too. An entry a day at most, and only where the figures changed.
 */
import { dayMs, timeMs } from '../text/time.ts';
import type { FleetRecord } from './fleet-record.ts';
import type { Others } from './fleet-resources.ts';

type Kept = NonNullable<FleetRecord['others']>;

/** The time by whose growth a quota is forecast. */
export const rateDays = 7;

export function withOthers(record: FleetRecord, others: Others, at: string): FleetRecord {
  const known = record.others ?? [];
  const last = known.at(-1);
  if (last !== undefined && names.every((name) => last[name] === others[name])) return record;
  const { servers, primaryIps, devices } = others;
  const before = known.filter((one) => dayOf(one.at) !== dayOf(at));
  const next = [...before, { at, servers, primaryIps, devices }];
  return { ...record, others: next.slice(startOf(next, timeMs(at))) };
}

const names = ['servers', 'primaryIps', 'devices'] as const;

/** What there is, and how much more than `rateDays` ago; nothing where it was never read. */
export function othersNow(
  kept: Kept,
  nowMs: number,
): { readonly now: Others; readonly grown: Others } {
  const now = kept.at(-1) ?? nothing;
  const base = kept[startOf(kept, nowMs)] ?? nothing;
  const grown = {
    servers: now.servers - base.servers,
    primaryIps: now.primaryIps - base.primaryIps,
    devices: now.devices - base.devices,
  };
  return { now, grown };
}

const nothing: Others = { servers: 0, primaryIps: 0, devices: 0 };

/** The entry that held at the beginning of the time; the first one where none is that old. */
function startOf(kept: Kept, nowMs: number): number {
  const fromMs = nowMs - rateDays * dayMs;
  return Math.max(
    0,
    kept.findLastIndex(({ at }) => timeMs(at) <= fromMs),
  );
}

function dayOf(at: string): string {
  return at.slice(0, 10);
}
