/**
 * What a host is configured to. A host that was configured to anything else is configured again:
 * after a change of the agent's file, of the server's size, or of the policy.
 */
import { createHash } from 'node:crypto';
import type { AgentConfig, AgentSpec } from '../agent/agent.ts';
import { digest } from '../agent/digest.ts';
import type { Policy } from '../agent/policy.ts';
import type { ObservedServer } from './observed.ts';
import { userCaKeysOf } from './user-ca.ts';

export type HostSettings = {
  readonly config: AgentConfig;
  /** of the server: the agent's limits are computed from it */
  readonly memoryMb: number;
  readonly egress: Policy['egress'];
  /** the time of day, UTC, at which the host may reboot itself: `04:00` */
  readonly rebootAt: string;
  /** public keys of the SSH user CAs that the policy names; empty where it names none */
  readonly userCaKeys: readonly string[];
  /** where the host reports on its agent; null where it does not */
  readonly heartbeats: { readonly url: string; readonly keyEpoch: number } | null;
};

export function hostSettingsOf(
  spec: Pick<AgentSpec, 'config'>,
  { memoryGb }: Pick<ObservedServer, 'memoryGb'>,
  policy: Pick<Policy, 'egress' | 'hosts' | 'ssh' | 'heartbeats'>,
): HostSettings {
  const { egress, hosts, heartbeats } = policy;
  return {
    config: spec.config ?? noConfig,
    memoryMb: Math.floor(memoryGb * 1024),
    egress,
    rebootAt: hosts.rebootAt,
    userCaKeys: userCaKeysOf(policy),
    heartbeats:
      heartbeats === undefined ? null : { url: heartbeats.url, keyEpoch: heartbeats.keyEpoch ?? 1 },
  };
}

/** Most agents have no configuration: it is hashed once. */
const noConfig: AgentConfig = {};
const noConfigHash = digest(noConfig, 32);

/** 32 hex, as recorded in `configured.configHash`. */
export function configHashOf(settings: HostSettings): string {
  const { config, memoryMb, egress, rebootAt, userCaKeys, heartbeats } = settings;
  const parts: Record<keyof HostSettings, string> = {
    config: config === noConfig ? noConfigHash : digest(config, 32),
    memoryMb: String(memoryMb),
    egress: `${egress.smtp} ${egress.newConnectionsPerSecond}`,
    rebootAt,
    userCaKeys: userCaKeys.join(' '),
    heartbeats: heartbeats === null ? '' : `${heartbeats.url} ${heartbeats.keyEpoch}`,
  };
  const text = Object.values(parts).join('\n');
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
