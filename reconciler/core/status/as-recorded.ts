/**
 * The world of one agent as its file and its record describe it, for an explanation without any
 * reading of Hetzner, Tailscale, the bucket or the Forge: what is recorded counts as there, and as
 * it was recorded; every plan of the catalog counts as on sale; no run is known.
 */
import type { AgentFile } from '../agent/agent.ts';
import type { Catalog } from '../agent/catalog.ts';
import type { Policy } from '../agent/policy.ts';
import { customerLabel } from '../fleet/customer-label.ts';
import { configHashOf, hostSettingsOf } from '../fleet/host-settings.ts';
import {
  agentStateKey,
  deviceTag,
  labelNames,
  type ObservedDevice,
  type ObservedServer,
  type Offers,
} from '../fleet/observed.ts';
import { type AgentRecord, recordId } from '../fleet/recorded.ts';
import type { World } from '../fleet/world.ts';
import { timeMs } from '../text/time.ts';

type Recorded = {
  readonly nowMs: number;
  readonly main: string;
  readonly status: string | null;
  readonly stop: string | null;
  readonly catalog: Catalog;
  readonly policy: Policy;
  readonly file: AgentFile | null;
  readonly record: AgentRecord | null;
};

/** What such a world leaves out, for the reader of an explanation. */
export const notLookedAt: readonly string[] = [
  'servers and addresses at Hetzner: the recorded server counts as it was recorded',
  "prices: each plan counts as on sale, at the catalog's ceiling for it",
  'the device in the tailnet: the recorded one counts as online',
  "Terraform's state: the recorded server's counts as there, without a lock",
  'runs at the Forge: a lease counts until it expires',
  'other agents: the limits of the fleet, its breakers and the queue',
];

export function worldAsRecorded(from: Recorded): World {
  const { file, record, policy, catalog } = from;
  const { nowMs, main, status, stop } = from;
  const server = record === null ? null : serverAsRecorded(record, file, policy);
  const key = record === null ? '' : agentStateKey(policy.fleet, recordId(record));
  return {
    ...{ nowMs, main, status, stop, catalog, policy },
    files: file === null ? [] : [file],
    records: record === null ? [] : [record],
    builders: [],
    observed: {
      servers: server === null ? [] : [server],
      devices: record === null ? [] : deviceAsRecorded(record, policy),
      states: server === null ? [] : [{ key, modified: server.created, locked: false }],
      primaryIps: [],
      firewalls: [],
      reading: { kind: 'complete' },
    },
    offers: everythingOnSale(catalog, policy),
    resources: null,
    locks: [],
    roleVersion: record?.configured?.roleVersion ?? '',
    fleet: 'none',
    runs: new Map(),
    run: null,
    orphanFiles: [],
    approvals: [],
    unreadable: [],
    unprovenAlone: new Set(),
  };
}

function serverAsRecorded(
  record: AgentRecord,
  file: AgentFile | null,
  policy: Policy,
): ObservedServer | null {
  const { server, chosen, everRunning } = record;
  if (server === undefined) return null;
  const labels = {
    [labelNames.fleet]: policy.fleet,
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
    diskGb: 0,
    memoryGb: memoryAsConfigured(record, file, policy),
    protection: { delete: everRunning, rebuild: everRunning },
    locked: false,
    firewalls: [],
  };
}

/** Sizes that Hetzner sells. */
const memorySizesGb = [2, 4, 8, 16, 24, 32, 48, 64, 96, 128, 192];

/** The size with which the host was configured; 0 where the configuration is another one now. */
function memoryAsConfigured(record: AgentRecord, file: AgentFile | null, policy: Policy): number {
  if (file?.kind !== 'valid') return 0;
  const { spec } = file.agent;
  const isSame = (memoryGb: number) =>
    configHashOf(hostSettingsOf(spec, { memoryGb }, policy)) === record.configured?.configHash;
  return memorySizesGb.find(isSame) ?? 0;
}

function deviceAsRecorded(record: AgentRecord, policy: Policy): readonly ObservedDevice[] {
  const { tailnet, server, name } = record;
  if (tailnet === undefined) return [];
  return [
    {
      nodeId: tailnet.nodeId,
      name: tailnet.name ?? name,
      hostname: name,
      addresses: [tailnet.address],
      tags: [deviceTag(policy.fleet)],
      created: server?.created ?? new Date(0).toISOString(),
      online: true,
      lastSeen: null,
      keyExpires: false,
    },
  ];
}

function everythingOnSale(catalog: Catalog, policy: Policy): Offers {
  const places = Object.values(catalog.plans).flatMap(({ serverTypes, monthlyCeiling }) =>
    Object.entries(serverTypes).flatMap(([region, serverType]) =>
      (catalog.regions[region]?.locations ?? []).map((location) => ({
        serverType,
        location,
        monthlyNet: monthlyCeiling,
      })),
    ),
  );
  const size = { diskGb: 0, memoryGb: 0, architecture: 'x86', available: true };
  return {
    currency: policy.limits.currency,
    ipv4MonthlyNet: Object.fromEntries(places.map(({ location }) => [location, 0])),
    list: places.map((place) => ({ ...place, ...size })),
  };
}
