/**
 * The world of one agent as its file and its record describe it, for an explanation without any
 * reading of Hetzner, Tailscale, the bucket or the Forge: what is recorded counts as there, and as
 * it was recorded; every plan of the catalog counts as on sale; no run is known.
 */
import type { AgentFile } from '../agent/agent.ts';
import type { Catalog } from '../agent/catalog.ts';
import type { Policy } from '../agent/policy.ts';
import { configHashOf, hostSettingsOf } from '../fleet/host-settings.ts';
import { agentStateKey, type Offers } from '../fleet/observed.ts';
import { type AgentRecord, recordId } from '../fleet/recorded.ts';
import { deviceAsRecorded, serverAsRecorded } from '../fleet/recorded-resources.ts';
import type { World } from '../fleet/world.ts';

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
  const size = (one: AgentRecord) => ({
    diskGb: 0,
    memoryGb: memoryAsConfigured(one, file, policy),
  });
  const server = record === null ? null : serverAsRecorded(record, policy, size(record));
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
    backupPercent: 0,
    ipv4MonthlyNet: Object.fromEntries(places.map(({ location }) => [location, 0])),
    list: places.map((place) => ({ ...place, ...size })),
  };
}
