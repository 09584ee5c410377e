/**
 * Heartbeats of hosts: knows from them which agents are healthy, and exchanges what it knows with
 * the other replicas of the service once a minute.
 *
 * Nothing is written to git here: a run that reads the replicas' reports does that once an agent
 * was unhealthy for long.
 */
import { type AgentId, agentIdOfPath, agentPath } from '../../core/agent/agent.ts';
import { asFailure } from '../../core/failure.ts';
import { type Expected, expectedOf, watchingOfExpected } from '../../core/heartbeats/expected.ts';
import {
  type AgentHealth,
  healthOf,
  type Listening,
  unhealthySinceMs,
} from '../../core/heartbeats/health.ts';
import type { Sighting, Sightings } from '../../core/heartbeats/sighting.ts';
import type { Uptime } from '../../core/heartbeats/uptime.ts';
import { beatEveryMs, liveOf, watchingOf } from '../../core/heartbeats/watching.ts';
import type { Archive } from '../../ports/archive.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { createWatch, type Watch } from '../shared/watch.ts';
import { createExchange } from './exchange.ts';
import {
  createReceiver,
  type FleetNow,
  type ReceivedCounts,
  type Receiver,
  type ReceiverOptions,
} from './receive.ts';
import { createUptimes, type Uptimes } from './uptimes.ts';

type HeartbeatOptions = ReceiverOptions & {
  readonly archive: Archive;
  /** 16 hex, another one for each process */
  readonly replica: string;
  readonly clock: Clock;
  readonly log: Log;
};

/** An agent of which heartbeats are expected. */
type ExpectedAgent = {
  readonly agent: AgentId;
  readonly health: AgentHealth;
  /** of its present server; null if none was heard */
  readonly sighting: Sighting | null;
  readonly expected: Expected;
};

export type Heartbeats = Pick<Receiver, 'receive'> & {
  /** null for an agent of which none is expected */
  healthOf(agent: AgentId, fleet: FleetNow): AgentHealth | null;
  uptimeOf(agent: AgentId): Uptime;
  /** All of which heartbeats are expected. */
  expected(fleet: FleetNow): readonly ExpectedAgent[];
  figures(): {
    readonly received: ReceivedCounts;
    /** that listen, this one included */
    readonly replicas: number;
    /** since the last exchange with the others; null before the first */
    readonly exchangeAgeMs: number | null;
  };
  /** The exchange with the other replicas, at once and then every minute. */
  readonly watch: Watch;
  /** Writes what is known before the process ends, for its successor. */
  finish(): Promise<void>;
};

const uptimeEveryMs = 5 * beatEveryMs;
/** Its successor can do without: the next heartbeats say the same. */
const finishMaxMs = 5000;

export function createHeartbeats(options: HeartbeatOptions): Heartbeats {
  const { clock, log, archive } = options;
  const sightings = new Map<AgentId, Sighting>();
  const receiver = createReceiver(options, sightings);
  const exchange = createExchange(options, sightings);
  const uptimes = createUptimes(archive);
  let uptimeWrittenMs = Number.NEGATIVE_INFINITY;

  function listening(): Listening {
    const nowMs = clock.now();
    const own = exchange.own();
    const watching = watchingOf(own, liveOf(exchange.others(), nowMs), nowMs);
    return { watching, startedMs: own.startedMs, nowMs };
  }
  const expected = (fleet: FleetNow) => expectedAgents(fleet, sightings, listening());

  async function look(): Promise<void> {
    const fleet = await options.fleet();
    if (fleet.policy === null) return;
    const exists = (agent: AgentId) => fleet.records.has(agentPath(agent));
    receiver.forgetOthersThan(exists);
    await exchange.run(fleet.policy.fleet, exists);
    const now = listening();
    noteUptimes(uptimes, expectedAgents(fleet, sightings, now), now);
    if (now.nowMs - uptimeWrittenMs < uptimeEveryMs) return;
    await uptimes.exchange(fleet.policy.fleet, now.nowMs);
    uptimeWrittenMs = now.nowMs;
  }
  const failed = (thrown: unknown) =>
    log.warn({ error: asFailure(thrown) }, 'heartbeats could not be exchanged');
  const later = createWatch(clock, beatEveryMs, look, failed);

  return {
    receive: receiver.receive,
    healthOf(agent, { files, records }) {
      const path = agentPath(agent);
      const expected = expectedOf(files.get(path), records.get(path));
      return expected === null ? null : healthOf(sightings.get(agent), expected, listening());
    },
    uptimeOf: (agent) => uptimes.of(agent, clock.now()),
    expected,
    figures() {
      const replicas = liveOf(exchange.others(), clock.now()).length + 1;
      return { received: receiver.counts(), replicas, exchangeAgeMs: exchange.ageMs() };
    },
    watch: {
      async run() {
        await look().catch(failed);
        await later.run();
      },
      end: later.end,
    },
    async finish() {
      uptimeWrittenMs = Number.NEGATIVE_INFINITY;
      await Promise.race([look().catch(failed), clock.wait(finishMaxMs)]);
    },
  };
}

function expectedAgents(
  { files, records }: FleetNow,
  sightings: Sightings,
  now: Listening,
): readonly ExpectedAgent[] {
  const agents: ExpectedAgent[] = [];
  for (const [path, file] of files) {
    const agent = agentIdOfPath(path);
    const expected = expectedOf(file, records.get(path));
    if (agent === null || expected === null) continue;
    const heard = sightings.get(agent);
    const sighting = heard?.revision === expected.revision ? heard : null;
    agents.push({ agent, health: healthOf(heard, expected, now), sighting, expected });
  }
  return agents;
}

/** For the last minute, and what is noticed late: the minutes since the first missing heartbeat. */
function noteUptimes(
  uptimes: Pick<Uptimes, 'note'>,
  agents: readonly ExpectedAgent[],
  { watching, nowMs }: Listening,
): void {
  for (const { agent, health, sighting, expected } of agents) {
    if (health.state === 'healthy') uptimes.note(agent, 'up', nowMs - beatEveryMs, nowMs);
    if (health.state !== 'unhealthy' || sighting === null) continue;
    const listened = watchingOfExpected(watching, expected);
    const fromMs = Math.max(unhealthySinceMs(sighting, listened), nowMs - uptimeEveryMs);
    uptimes.note(agent, 'down', fromMs, nowMs);
  }
}
