/**
 * The world as the records describe it, for a plan that is made without Hetzner and Tailscale: every
 * recorded server and device is as Aura left it. Two such worlds that differ in their files show what
 * the files ask for, and nothing that drifted.
 */
import type { AgentFile } from '../agent/agent.ts';
import type { Catalog } from '../agent/catalog.ts';
import type { Policy } from '../agent/policy.ts';
import { configHashOf, hostSettingsOf } from '../fleet/host-settings.ts';
import { agentStateKey, type ObservedServer, type Offers } from '../fleet/observed.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import { deviceAsRecorded, serverAsRecorded } from '../fleet/recorded-resources.ts';
import { compareText, type GrantedApproval, type World } from '../fleet/world.ts';

/** What is decided on: files, catalog and policy at one commit of the agents repository. */
export type Desired = {
  readonly commit: string;
  readonly files: readonly AgentFile[];
  readonly catalog: Catalog;
  readonly policy: Policy;
  /** all that can be read: the pull request that brings one is its review */
  readonly approvals: readonly GrantedApproval[];
};

/** What is known without looking at Hetzner. */
export type Recorded = {
  readonly nowMs: number;
  /** commit of branch `status`; null where there is none */
  readonly status: string | null;
  readonly records: readonly AgentRecord[];
  /** empty where no prices were recorded */
  readonly offers: Offers;
  readonly stop: string | null;
};

export function recordedWorld(desired: Desired, recorded: Recorded): World {
  const { policy, files, catalog, approvals } = desired;
  const { nowMs, status, offers, stop } = recorded;
  const records = recorded.records;
  const alive = records.filter((record) => record.gone === undefined);
  return {
    nowMs,
    main: desired.commit,
    status,
    catalog,
    policy,
    files,
    records,
    builders: [],
    observed: {
      servers: alive.flatMap((record) => serverOf(record, policy, offers) ?? []),
      devices: alive.flatMap((record) => deviceAsRecorded(record, policy)),
      states: alive
        .filter(({ server }) => server !== undefined)
        .map(({ name, server }) => ({
          key: agentStateKey(policy.fleet, name),
          modified: server?.created ?? '',
          locked: false,
        })),
      primaryIps: [],
      firewalls: [],
      reading: { kind: 'complete' },
    },
    offers,
    resources: null,
    locks: [],
    roleVersion: rolesOf(records),
    fleet: 'none',
    runs: new Map(),
    run: null,
    stop,
    orphanFiles: [],
    approvals,
    unreadable: [],
    unprovenAlone: new Set(),
  };
}

/**
 * The records as they are once no run works and every host is configured as these files ask: what
 * is left to do on them is what other files ask for.
 */
export function convergedRecords(
  { files, policy }: Pick<Desired, 'files' | 'policy'>,
  { records, offers }: Pick<Recorded, 'records' | 'offers'>,
): readonly AgentRecord[] {
  const roleVersion = rolesOf(records);
  const byName = new Map(files.map((file) => [String(file.id), file]));
  return records.map((record) => {
    const { lease: _over, ...idle } = record;
    const file = byName.get(record.name);
    const server = serverOf(record, policy, offers);
    if (file?.kind !== 'valid' || server === null || record.configured === undefined) return idle;
    const configHash = configHashOf(hostSettingsOf(file.agent.spec, server, policy));
    return { ...idle, configured: { ...record.configured, configHash, roleVersion } };
  });
}

/** A pull request does not change the roles: those that were applied last count for all hosts. */
function rolesOf(records: readonly AgentRecord[]): string {
  const configured = records.flatMap((record) => record.configured ?? []);
  const [last] = configured.sort((a, b) => compareText(b.at, a.at));
  return last?.roleVersion ?? 'unknown';
}

/** null also where the record does not say what the server is. */
function serverOf(record: AgentRecord, policy: Policy, { list }: Offers): ObservedServer | null {
  if (record.chosen === undefined) return null;
  const { serverType } = record.chosen;
  const { diskGb, memoryGb } = list.find((offer) => offer.serverType === serverType) ?? noSize;
  return serverAsRecorded(record, policy, { diskGb, memoryGb });
}

const noSize = { diskGb: 0, memoryGb: 0 };
