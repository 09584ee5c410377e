/** Heartbeats as hosts send them, and the fleet that they are about. */
import { createHmac } from 'node:crypto';
import type { AgentId } from '../../reconciler/core/agent/agent.ts';
import type { Heartbeat } from '../../reconciler/core/heartbeats/heartbeat.ts';
import { heartbeatKey } from '../../reconciler/core/heartbeats/host-key.ts';
import type { FleetNow } from '../../reconciler/flows/heartbeats/receive.ts';
import { fileNo, idNo, policyOf, recordNo } from './world.ts';

export const heartbeatSecret = 'heartbeat-secret-of-32-characters';

export function heartbeatOf(part: Partial<Heartbeat> = {}): Heartbeat {
  return {
    unit: { state: 'active', restarts: 0 },
    answers: true,
    containers: { running: 0, unhealthy: 0 },
    memory: { totalMb: 3900, freeMb: 1800 },
    disk: { totalMb: 38_000, freeMb: 21_000 },
    openclaw: '2026.9.6',
    rebootPending: false,
    tailnet: true,
    ...part,
  };
}

/** As `POST /v1/agents/:id/heartbeat` receives it. */
export function sentHeartbeat(
  agent: AgentId,
  atMs: number,
  options: { readonly secret?: string; readonly revision?: number; readonly beat?: unknown } = {},
) {
  const { secret = heartbeatSecret, revision = 1, beat = heartbeatOf() } = options;
  const sentAt = String(Math.floor(atMs / 1000));
  const body = Buffer.from(JSON.stringify(beat));
  const key = heartbeatKey(secret, agent, revision);
  const signed = createHmac('sha256', key).update(`aura.dev/heartbeat\n${agent}\n${sentAt}\n`);
  return { agent, sentAt, body, signature: signed.update(body).digest() };
}

/** Agents 1…n, which run. */
export function runningFleet(n: number): {
  -readonly [Name in keyof FleetNow]: FleetNow[Name] extends ReadonlyMap<infer Key, infer Value>
    ? Map<Key, Value>
    : FleetNow[Name];
} {
  const numbers = Array.from({ length: n }, (_, place) => place + 1);
  const files = numbers.map((one) => fileNo(one));
  return {
    files: new Map(files.map((file) => [file.path, file])),
    records: new Map(
      numbers.map((one) => {
        const { path } = fileNo(one);
        return [path, { kind: 'valid', id: idNo(one), path, record: recordNo(one) }] as const;
      }),
    ),
    policy: policyOf(),
  };
}
