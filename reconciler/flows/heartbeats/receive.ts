/**
 * Receives heartbeats. Only a verified one of an agent that may report changes anything, and the
 * time that the host signed counts: a copy that arrives later says nothing new.
 */
import { type AgentFile, type AgentId, agentPath } from '../../core/agent/agent.ts';
import type { Policy } from '../../core/agent/policy.ts';
import type { RecordFile } from '../../core/fleet/recorded.ts';
import { reportingRevision } from '../../core/heartbeats/expected.ts';
import { parseHeartbeat } from '../../core/heartbeats/heartbeat.ts';
import { clockToleranceMs, isSignedByHost } from '../../core/heartbeats/host-key.ts';
import { type Sighting, sightingAfter } from '../../core/heartbeats/sighting.ts';
import type { Clock } from '../../ports/clock.ts';

/** Files and records, by path. */
export type FleetNow = {
  readonly files: ReadonlyMap<string, AgentFile>;
  readonly records: ReadonlyMap<string, RecordFile>;
  readonly policy: Pick<Policy, 'fleet'> | null;
};

export type ReceiverOptions = {
  /** the first derives the keys of hosts, each is valid */
  readonly secrets: readonly string[];
  readonly fleet: () => Promise<FleetNow>;
  readonly clock: Pick<Clock, 'now'>;
};

type SentHeartbeat = {
  readonly agent: AgentId;
  /** seconds since the epoch of UNIX, as written in the header */
  readonly sentAt: string;
  readonly signature: Buffer;
  readonly body: Uint8Array;
};

type Outcome =
  | { readonly kind: 'taken' | 'malformed' }
  /** `agent`: it does not exist, or none of its servers may report */
  | { readonly kind: 'refused'; readonly why: 'agent' | 'signature' | 'time' | 'repeated' }
  | { readonly kind: 'tooOften'; readonly retryAfterSeconds: number };

/** How many there were since the start, by what came of them. */
export type ReceivedCounts = Readonly<Record<keyof typeof none, number>>;
const none = { taken: 0, malformed: 0, tooOften: 0, agent: 0, signature: 0, time: 0, repeated: 0 };

export type Receiver = {
  receive(sent: SentHeartbeat): Promise<Outcome>;
  counts(): ReceivedCounts;
  /** Drops what is kept about agents that do not exist any more. */
  forgetOthersThan(exists: (agent: AgentId) => boolean): void;
};

/** Hosts send one a minute, and one when they are configured. */
const leastIntervalMs = 10_000;

/** @param sightings to which accepted heartbeats are added */
export function createReceiver(
  { secrets, fleet, clock }: ReceiverOptions,
  sightings: Map<AgentId, Sighting>,
): Receiver {
  /** when the last one of each was sent and arrived here */
  const heard = new Map<AgentId, { readonly sentAtMs: number; readonly arrivedMs: number }>();
  const counts = { ...none };

  function accept(sent: SentHeartbeat, revision: number): Outcome {
    const nowMs = clock.now();
    const { agent, sentAt, body } = sent;
    const sentAtMs = Number(sentAt) * 1000;
    if (Math.abs(sentAtMs - nowMs) > clockToleranceMs) return { kind: 'refused', why: 'time' };
    const [last, known] = [heard.get(agent), sightings.get(agent)];
    const before = known?.revision === revision ? known : undefined;
    if (sentAtMs <= Math.max(last?.sentAtMs ?? 0, before?.atMs ?? 0))
      return { kind: 'refused', why: 'repeated' };
    const passedMs = last === undefined ? leastIntervalMs : Math.abs(nowMs - last.arrivedMs);
    if (passedMs < leastIntervalMs) {
      const retryAfterSeconds = Math.ceil((leastIntervalMs - passedMs) / 1000);
      return { kind: 'tooOften', retryAfterSeconds };
    }
    const beat = parseHeartbeat(body);
    if (beat === null) return { kind: 'malformed' };
    heard.set(agent, { sentAtMs, arrivedMs: nowMs });
    const atMs = Math.min(sentAtMs, nowMs);
    sightings.set(agent, sightingAfter(before, { revision, atMs, beat }));
    return { kind: 'taken' };
  }

  async function judge(sent: SentHeartbeat): Promise<Outcome> {
    const { files, records } = await fleet();
    const path = agentPath(sent.agent);
    const revision = reportingRevision(files.get(path), records.get(path));
    // Computed in any case: the time of the answer does not tell which agents exist.
    const isSigned = isSignedByHost(secrets, revision ?? 0, sent.signature, sent);
    if (revision === null) return { kind: 'refused', why: 'agent' };
    return isSigned ? accept(sent, revision) : { kind: 'refused', why: 'signature' };
  }

  return {
    async receive(sent) {
      const outcome = await judge(sent);
      counts[outcome.kind === 'refused' ? outcome.why : outcome.kind] += 1;
      return outcome;
    },
    counts: () => ({ ...counts }),
    forgetOthersThan(exists) {
      for (const agent of heard.keys()) if (!exists(agent)) heard.delete(agent);
    },
  };
}
