/**
 * The last creates of each region, as `fleet.yaml` keeps them: how long each took, or why it failed.
 * They are taken from the attempts in the records, so that a finalize that is repeated adds nothing,
 * and they outlive the records.
 *
 * A create takes from the start of its first attempt to the end of the one that succeeded.
 */
import { timeMs } from '../text/time.ts';
import { isKindThat } from './change-kinds.ts';
import type { FleetRecord } from './fleet-record.ts';
import type { AgentRecord } from './recorded.ts';

type Provisions = NonNullable<FleetRecord['provisions']>;
type Provision = Provisions[string][number];

const keptPerRegionMax = 30;
/** `fleet.yaml` has a maximal size. */
const keptMax = 300;

export function withProvisions(record: FleetRecord, agents: readonly AgentRecord[]): FleetRecord {
  const found = new Map<string, Provision[]>(Object.entries(record.provisions ?? {}));
  for (const agent of agents) {
    const region = agent.chosen?.region;
    const own = provisionsOf(agent);
    if (region === undefined || own.length === 0) continue;
    found.set(region, [...(found.get(region) ?? []), ...own]);
  }
  if (found.size === 0) return record;
  const kept = Math.min(keptPerRegionMax, Math.max(1, Math.floor(keptMax / found.size)));
  const provisions: Provisions = {};
  for (const region of [...found.keys()].sort())
    provisions[region] = newest(found.get(region) ?? [], kept);
  return { ...record, provisions };
}

/** Sorted by time, each once. */
function newest(list: readonly Provision[], count: number): Provision[] {
  const byKey = new Map(list.map((one) => [`${one.at} ${one.agent}`, one] as const));
  const sorted = [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
  return sorted.slice(-count);
}

/** Of the current revision; earlier ones were added when they were current. */
function provisionsOf({ name: agent, chosen, attempts }: AgentRecord): readonly Provision[] {
  const provisions: Provision[] = [];
  let started: string | null = null;
  for (const one of attempts) {
    if (one.revision !== chosen?.revision || !isKindThat(one.change, 'bringsUp')) continue;
    started ??= one.started;
    const at = one.ended;
    if (one.outcome === 'failed') provisions.push({ at, agent, failed: one.reason ?? 'unknown' });
    if (one.outcome !== 'succeeded') continue;
    const seconds = Math.max(0, Math.round((timeMs(at) - timeMs(started)) / 1000));
    provisions.push({ at, agent, seconds });
    started = null;
  }
  return provisions;
}

export type ProvisionFigures = {
  /** creates and failed attempts that these figures are of */
  readonly count: number;
  /** null without a create that succeeded */
  readonly averageSeconds: number | null;
  readonly p95Seconds: number | null;
  /** 0 to 1 */
  readonly failureRate: number;
};

/** null without history */
export function provisionFigures(list: readonly Provision[]): ProvisionFigures | null {
  if (list.length === 0) return null;
  const seconds = list.flatMap((one) => one.seconds ?? []).sort((a, b) => a - b);
  const sum = seconds.reduce((total, one) => total + one, 0);
  return {
    count: list.length,
    averageSeconds: seconds.length === 0 ? null : Math.round(sum / seconds.length),
    p95Seconds: seconds[Math.ceil(seconds.length * 0.95) - 1] ?? null,
    failureRate: (list.length - seconds.length) / list.length,
  };
}
