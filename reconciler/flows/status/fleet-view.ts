/** The whole fleet as files and records say, at one commit of each branch. */
import type { AgentFile } from '../../core/agent/agent.ts';
import type { Catalog } from '../../core/agent/catalog.ts';
import type { IncidentsFile } from '../../core/agent/incidents.ts';
import type { Policy } from '../../core/agent/policy.ts';
import type { FleetFile } from '../../core/fleet/fleet-record.ts';
import type { RecordFile } from '../../core/fleet/recorded.ts';
import { fleetFileAt, incidentsAt } from '../../ports/at-snapshot.ts';
import type { Snapshot } from '../../ports/desired-state.ts';
import type { Ports } from '../../ports/ports.ts';
import { readCatalog, readPolicy } from '../shared/read-catalog.ts';

export type FleetView = {
  /** the commit of `main` */
  readonly main: string;
  /** the commit of `status`; null without that branch */
  readonly status: string | null;
  /** whether a stop is in force */
  readonly isStopped: boolean;
  /** by path, in order */
  readonly files: ReadonlyMap<string, AgentFile>;
  /** by path, in order */
  readonly records: ReadonlyMap<string, RecordFile>;
  readonly fleet: FleetFile;
  /** null where it cannot be read */
  readonly policy: Policy | null;
  /** null where it cannot be read */
  readonly catalog: Catalog | null;
  readonly incidents: IncidentsFile;
};

/** What did not change since `before` is the same object. */
export async function readFleetView(
  { files, journal }: Pick<Ports, 'files' | 'journal'>,
  tips: {
    readonly main: Snapshot;
    readonly status: Snapshot | null;
    readonly stop: string | null;
  },
  before: FleetView | null,
): Promise<FleetView> {
  const { main, status } = tips;
  const sameMain = before?.main === main.commit;
  const sameStatus = before !== null && before.status === (status?.commit ?? null);
  const isStopped = tips.stop !== null;
  if (sameMain && sameStatus && before.isStopped === isStopped) return before;
  const desired = sameMain ? before : await desiredAt(files, main);
  const recorded = sameStatus ? before : await recordedAt(journal, status);
  return {
    main: desired.main,
    isStopped,
    files: desired.files,
    policy: desired.policy,
    catalog: desired.catalog,
    incidents: desired.incidents,
    status: recorded.status,
    records: recorded.records,
    fleet: recorded.fleet,
  };
}

async function desiredAt(files: Ports['files'], main: Snapshot) {
  const [all, policy, catalog, incidents] = await Promise.all([
    files.at(main),
    readPolicy(main),
    readCatalog(main),
    incidentsAt(main),
  ]);
  return { main: main.commit, files: byPath(all), policy, catalog, incidents };
}

async function recordedAt(journal: Ports['journal'], status: Snapshot | null) {
  const [{ records }, fleet] = await Promise.all([journal.read(status), fleetFileAt(status)]);
  return { status: status?.commit ?? null, records: byPath(records), fleet };
}

function byPath<File extends { readonly path: string }>(files: readonly File[]) {
  return new Map(files.map((file) => [file.path, file] as const));
}
