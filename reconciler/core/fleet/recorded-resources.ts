/**
 * A server and a device as the record describes them, for plans and explanations that are made
 * without looking at Hetzner and Tailscale: what is recorded counts as there, and as Aura left it.
 */
import type { Policy } from '../agent/policy.ts';
import { timeMs } from '../text/time.ts';
import { customerLabel } from './customer-label.ts';
import { deviceTag, labelNames, type ObservedDevice, type ObservedServer } from './observed.ts';
import type { AgentRecord } from './recorded.ts';

/** null without a server. @param size which the record does not have */
export function serverAsRecorded(
  record: AgentRecord,
  { fleet }: Pick<Policy, 'fleet'>,
  size: Pick<ObservedServer, 'diskGb' | 'memoryGb'>,
): ObservedServer | null {
  const { server, chosen, everRunning } = record;
  if (server === undefined) return null;
  const labels = {
    [labelNames.fleet]: fleet,
    [labelNames.agent]: record.name,
    [labelNames.subscription]: record.subscription,
    [labelNames.customer]: customerLabel(record.customer),
    [labelNames.created]: String(Math.floor(timeMs(server.created) / 1000)),
    [labelNames.nonce]: server.nonce,
    ...(chosen === undefined ? {} : { [labelNames.revision]: String(chosen.revision) }),
    ...(everRunning ? { [labelNames.ran]: '1' } : {}),
  };
  return {
    id: server.id,
    name: record.name,
    status: server.power === 'off' ? 'off' : 'running',
    created: server.created,
    labels,
    ipv4: server.ipv4 ?? null,
    ipv4Id: null,
    ipv6Id: null,
    location: chosen?.location ?? '',
    serverType: chosen?.serverType ?? '',
    image: chosen?.image ?? null,
    ...size,
    protection: { delete: everRunning, rebuild: everRunning },
    locked: false,
    backups: false,
    firewalls: [],
  };
}

/** None without a node in the tailnet. */
export function deviceAsRecorded(
  { tailnet, server, name }: AgentRecord,
  { fleet }: Pick<Policy, 'fleet'>,
): readonly ObservedDevice[] {
  if (tailnet === undefined) return [];
  return [
    {
      nodeId: tailnet.nodeId,
      name: tailnet.name ?? name,
      hostname: name,
      addresses: [tailnet.address],
      tags: [deviceTag(fleet)],
      created: server?.created ?? new Date(0).toISOString(),
      online: true,
      lastSeen: null,
      keyExpires: false,
    },
  ];
}
