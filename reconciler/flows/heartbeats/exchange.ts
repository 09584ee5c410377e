/**
 * The exchange of what replicas of the service know: each writes one object a minute, with all that
 * it knows, and reads those of the others. A replica that starts continues from them, also from its
 * own predecessor's. A write that is lost, or repeated, does no harm: the next one has everything.
 */
import type { AgentId } from '../../core/agent/agent.ts';
import { renderReport } from '../../core/heartbeats/replica-report.ts';
import { mergedSighting, type Sighting } from '../../core/heartbeats/sighting.ts';
import {
  listeningSince,
  type Replica,
  type ReplicaReport,
} from '../../core/heartbeats/watching.ts';
import { timeMs } from '../../core/text/time.ts';
import type { Archive } from '../../ports/archive.ts';
import type { Clock } from '../../ports/clock.ts';
import { ending, readReports, reportKeptMs, reportsPrefix } from '../shared/heartbeat-objects.ts';

type ExchangeOptions = {
  readonly archive: Archive;
  /** 16 hex, another one for each process */
  readonly replica: string;
  readonly clock: Pick<Clock, 'now'>;
};

type Exchange = {
  /** Reads what the others wrote, and writes what is known here, about agents that exist. */
  run(fleet: string, exists: (agent: AgentId) => boolean): Promise<void>;
  /** This one; it is up to date as long as the others are heard of. */
  own(): Replica;
  others(): readonly Replica[];
  /** since the last exchange that succeeded; null before the first */
  ageMs(): number | null;
};

/** After this, others may have heard what is not known here. */
const exchangeLateMs = 150_000;
const othersMax = 100;

export function createExchange(
  { archive, replica: id, clock }: ExchangeOptions,
  sightings: Map<AgentId, Sighting>,
): Exchange {
  const startedMs = clock.now();
  const others = new Map<string, Replica>();
  /** by key of its object, when it was written that was read last */
  const read = new Map<string, string>();
  let listeningSinceMs = startedMs;
  let exchangedMs: number | null = null;
  let cleanedMs = Number.NEGATIVE_INFINITY;

  const asOfMs = () => {
    const lastMs = exchangedMs ?? startedMs;
    return clock.now() - lastMs < exchangeLateMs ? clock.now() : lastMs;
  };
  const own = () => ({ id, startedMs, listeningSinceMs, asOfMs: asOfMs() });

  async function readOthers(fleet: string, exists: (agent: AgentId) => boolean): Promise<void> {
    const seen: [string, string][] = [];
    const wants = ({ key, modified }: { key: string; modified: string }) => {
      if (key.includes(id) || read.get(key) === modified) return false;
      seen.push([key, modified]);
      return true;
    };
    for (const report of await readReports(archive, fleet, { nowMs: clock.now(), wants })) {
      if (report.replica.id === id) continue;
      others.delete(report.replica.id);
      others.set(report.replica.id, report.replica);
      absorb(sightings, report, exists);
    }
    for (const [key, modified] of seen) read.set(key, modified);
    for (const known of [others, read]) forgetOldest(known);
  }

  /** Once a day: reports of processes that ended. Another replica may do the same. */
  async function clean(fleet: string): Promise<void> {
    const nowMs = clock.now();
    if (nowMs - cleanedMs < reportKeptMs) return;
    for (const { key, modified } of await archive.list(reportsPrefix(fleet)))
      if (nowMs - timeMs(modified) > 2 * reportKeptMs) await archive.remove(key);
    cleanedMs = nowMs;
  }

  return {
    async run(fleet, exists) {
      const beganMs = clock.now();
      for (const agent of sightings.keys()) if (!exists(agent)) sightings.delete(agent);
      await readOthers(fleet, exists);
      if (exchangedMs === null) listeningSinceMs = listeningSince([...others.values()], startedMs);
      exchangedMs = beganMs;
      await clean(fleet);
      // A replica that heard of nothing has nothing for the others.
      if (sightings.size === 0) return;
      const report = { replica: { ...own(), asOfMs: clock.now() }, sightings };
      const key = `${reportsPrefix(fleet)}${id}${ending}`;
      await archive.put(key, Buffer.from(renderReport(report)));
    },
    own,
    others: () => [...others.values()],
    ageMs: () => (exchangedMs === null ? null : Math.abs(clock.now() - exchangedMs)),
  };
}

function absorb(
  sightings: Map<AgentId, Sighting>,
  report: ReplicaReport,
  exists: (agent: AgentId) => boolean,
): void {
  for (const [agent, sighting] of report.sightings) {
    if (!exists(agent)) continue;
    const known = sightings.get(agent);
    sightings.set(agent, known === undefined ? sighting : mergedSighting(known, sighting));
  }
}

function forgetOldest(known: Map<string, unknown>): void {
  for (const oldest of known.keys()) {
    if (known.size <= othersMax) break;
    known.delete(oldest);
  }
}
