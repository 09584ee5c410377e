/** Heartbeats as hosts send them, and the fleet that they are about. */
import { heartbeatBody, heartbeatHeaders } from '../../local-cloud/host-heartbeats.ts';
import type { AgentId } from '../../reconciler/core/agent/agent.ts';
import type { Heartbeat } from '../../reconciler/core/heartbeats/heartbeat.ts';
import { heartbeatKey } from '../../reconciler/core/heartbeats/host-key.ts';
import type { FleetNow } from '../../reconciler/flows/heartbeats/receive.ts';
import { fileNo, idNo, policyOf, recordNo } from './world.ts';

export const heartbeatSecret = 'heartbeat-secret-of-32-characters';

export function heartbeatOf(part: Partial<Heartbeat> = {}): Heartbeat {
  return { ...heartbeatBody({ tailnet: true }), ...part };
}

/** As `POST /v1/agents/:id/heartbeat` receives it. */
export function sentHeartbeat(
  agent: AgentId,
  atMs: number,
  options: { readonly secret?: string; readonly revision?: number; readonly beat?: unknown } = {},
) {
  const { secret = heartbeatSecret, revision = 1, beat = heartbeatOf() } = options;
  const sentAt = String(Math.floor(atMs / 1000));
  const text = JSON.stringify(beat);
  const key = heartbeatKey(secret, agent, revision);
  const { 'aura-signature': signature } = heartbeatHeaders({ agent, key }, sentAt, text);
  return { agent, sentAt, body: Buffer.from(text), signature: Buffer.from(signature, 'hex') };
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
