/**
 * Reads what proves or refutes that a Hetzner project is the one in the records: before the fleet's
 * stack is applied, before `init`, and for `doctor`.
 */
import type { Policy } from '../../core/agent/policy.ts';
import { Failure, isFailure } from '../../core/failure.ts';
import type { FleetRecord } from '../../core/fleet/fleet-record.ts';
import type { ObservedFirewall, ObservedServer } from '../../core/fleet/observed.ts';
import { liveServers, type ProjectEvidence, projectProof } from '../../core/fleet/project-proof.ts';
import { type AgentRecord, readableRecords } from '../../core/fleet/recorded.ts';
import type { SharedStackCase } from '../../core/stack/shared-stack.ts';
import { fleetStackSpec } from '../../core/stack/stack-spec.ts';
import type { StoredState } from '../../core/stack/state-check.ts';
import type { UnreadableState } from '../../core/stack/unreadable-state.ts';
import type { Installation } from '../../core/status/installation.ts';
import { fleetRecordAt } from '../../ports/at-snapshot.ts';
import type { Ports } from '../../ports/ports.ts';

type RecordPorts = Pick<Ports, 'state' | 'journal'>;
export type Recorded = Pick<Installation, 'statusExists' | 'records' | 'fleetIds'> & {
  readonly fleet: FleetRecord | null;
  /** paths of records that cannot be read */
  readonly broken: readonly string[];
};
type Evidence = ProjectEvidence & Recorded & { readonly firewalls: readonly ObservedFirewall[] };

/** The most servers to look up: a project without any of these is taken to have none. */
const looksMax = 20;

/** The contents of branch `status`. Throws where `fleet.yaml` cannot be read. */
export async function readRecorded(ports: RecordPorts): Promise<Recorded> {
  const status = await ports.state.fetch('status');
  const { records } = await ports.journal.read(status);
  const fleet = await fleetRecordAt(status);
  return {
    statusExists: status !== null,
    records: readableRecords(records),
    broken: records.flatMap(({ kind, path }) => (kind === 'invalid' ? [path] : [])),
    fleetIds: fleet?.firewalls ?? null,
    fleet,
  };
}

/** Servers are looked up by id only if no recorded firewall is found. */
export async function readEvidence(
  ports: RecordPorts & Pick<Ports, 'cloud'>,
  { fleet }: Policy,
): Promise<Evidence> {
  const recorded = await readRecorded(ports);
  const firewalls = await ports.cloud.firewalls(fleet);
  const evidence = { ...recorded, firewalls, servers: [] };
  if (projectProof(evidence).kind === 'proven') return evidence;
  const found = await recordedServer(ports, recorded.records);
  return { ...evidence, servers: found === null ? [] : [found] };
}

/** All servers with the fleet's label, and recorded ones that only a lookup by id finds. */
export async function readInstallation(
  ports: Pick<Ports, 'cloud'>,
  policy: Policy,
  recorded: Recorded,
): Promise<Installation> {
  const { fleet } = policy;
  const [listing, firewalls] = await Promise.all([
    ports.cloud.servers(fleet),
    ports.cloud.firewalls(fleet),
  ]);
  const [problem] = listing.partial;
  if (problem !== undefined)
    throw new Failure('UnexpectedAnswer', `the servers cannot be listed completely: ${problem}`);
  const listed = new Set(listing.items.map(({ id }) => id));
  const missing = liveServers(recorded.records).filter((id) => !listed.has(id));
  const found = await Promise.all(missing.slice(0, looksMax).map((id) => ports.cloud.server(id)));
  const unlisted = found.filter((server) => server !== null);
  return { ...recorded, policy, firewalls, servers: listing.items, unlisted };
}

/** The shared stack: its spec, Terraform's state and its keys. */
export async function readSharedStack(
  { cloud, states }: Pick<Ports, 'cloud' | 'states'>,
  policy: Policy,
): Promise<Pick<SharedStackCase, 'spec' | 'state' | 'sshKeys'>> {
  const spec = fleetStackSpec(policy);
  const [state, sshKeys] = await Promise.all([
    readState({ states }, spec.stateKey),
    spec.breakGlassKey === null ? [] : cloud.sshKeys(policy.fleet),
  ]);
  return { spec, state, sshKeys };
}

/** For repairs of states, where an unreadable one is a finding. */
export async function readState(
  { states }: Pick<Ports, 'states'>,
  key: string,
): Promise<StoredState | UnreadableState | null> {
  try {
    return await states.read(key);
  } catch (thrown) {
    if (!isFailure(thrown, 'StateUnreadable')) throw thrown;
    return { unreadable: thrown.message };
  }
}

/** A recorded server that exists; null where none of the first ones does. */
export async function recordedServer(
  { cloud }: Pick<Ports, 'cloud'>,
  records: readonly AgentRecord[],
): Promise<ObservedServer | null> {
  for (const id of liveServers(records).slice(0, looksMax)) {
    const server = await cloud.server(id);
    if (server !== null) return server;
  }
  return null;
}
