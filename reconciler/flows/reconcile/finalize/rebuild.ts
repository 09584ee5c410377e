/**
 * Rebuilds branch `status` where it was lost, or its unreadable records. Only under the stop ref:
 * no run works meanwhile, and a person can check the result first.
 */
import type { AgentId } from '../../../core/agent/agent.ts';
import { agentPath } from '../../../core/agent/agent.ts';
import { Failure } from '../../../core/failure.ts';
import { statusReadme } from '../../../core/fleet/fleet-record.ts';
import { agentStateKey } from '../../../core/fleet/observed.ts';
import { ambiguousAgents, type Rebuilt, rebuildRecords } from '../../../core/fleet/rebuild.ts';
import { renderRecord } from '../../../core/fleet/record-file.ts';
import { recordId } from '../../../core/fleet/recorded.ts';
import { serverAddress } from '../../../core/stack/stack-spec.ts';
import type { FileEdit, Snapshot } from '../../../ports/desired-state.ts';
import type { Listing } from '../../../ports/listing.ts';
import type { Ports } from '../../../ports/ports.ts';
import { tipOf } from '../../../ports/tip.ts';
import { readCatalogAndPolicy } from '../../shared/read-catalog.ts';
import { readState } from '../../shared/read-installation.ts';

type RebuildPorts = Pick<Ports, 'state' | 'files' | 'journal' | 'cloud' | 'tailnet' | 'states'>;
export type StatusRebuilt = Rebuilt & {
  /** null where nothing was written */
  readonly commit: string | null;
  readonly branch: 'there' | 'missing';
};

/** Throws `Conflict` where the fleet is not stopped, or a listing is partial. */
export async function rebuildStatus(
  ports: RebuildPorts,
  { dryRun }: { readonly dryRun: boolean },
): Promise<StatusRebuilt> {
  const { state } = ports;
  if ((await state.stop()) === null) throw notStopped();
  const [main, status] = [await tipOf(ports, 'main'), await state.fetch('status')];
  const rebuilt = await decided(ports, { main, status });
  const branch = status === null ? 'missing' : 'there';
  if (dryRun || (rebuilt.records.length === 0 && status !== null))
    return { ...rebuilt, commit: null, branch };
  // Checked again before the write: the stop may have been lifted, and a run begun.
  if ((await state.stop()) === null) throw notStopped();
  const pushed = await state.push('status', status, [draftOf(rebuilt, status === null)]);
  if (pushed.kind === 'rejected')
    throw new Failure(
      'PushRejected',
      'branch status moved during the rebuild: check its last commit',
    );
  return { ...rebuilt, commit: pushed.commits.at(-1) ?? null, branch };
}

type Branches = { readonly main: Snapshot; readonly status: Snapshot | null };

async function decided(ports: RebuildPorts, { main, status }: Branches): Promise<Rebuilt> {
  const { cloud, tailnet, files, journal } = ports;
  const { catalog, policy } = await readCatalogAndPolicy(main);
  const { fleet } = policy;
  const [desired, { records }, servers, devices] = await Promise.all([
    files.at(main),
    journal.read(status),
    cloud.servers(fleet),
    tailnet.devices(fleet),
  ]);
  const input = {
    nowMs: await cloud.now(),
    policy,
    catalog,
    files: desired,
    records,
    servers: whole(servers, 'servers'),
    devices: whole(devices, 'devices'),
  };
  const stateServers = await readStates(ports, fleet, ambiguousAgents(input));
  return rebuildRecords({ ...input, stateServers });
}

/** An item missing from the listing would be missing from the records and look lost. */
function whole<Item>({ items, partial }: Listing<Item>, what: string): readonly Item[] {
  const [first] = partial;
  if (first === undefined) return items;
  throw new Failure('Conflict', `the ${what} cannot be listed completely: ${first}`);
}

async function readStates(
  { states }: RebuildPorts,
  fleet: string,
  agents: readonly AgentId[],
): Promise<ReadonlyMap<AgentId, string>> {
  const known = new Map<AgentId, string>();
  for (const agent of agents) {
    const state = await readState({ states }, agentStateKey(fleet, agent));
    // An unreadable state does not prevent rebuilding the other agents.
    if (state === null || 'unreadable' in state) continue;
    const id = state.resources.find(({ address }) => address === serverAddress)?.id ?? null;
    if (id !== null) known.set(agent, id);
  }
  return known;
}

/** One commit for all, so that one revert undoes it. */
function draftOf({ records, left }: Rebuilt, isNew: boolean) {
  const edits: FileEdit[] = records.map((record) => ({
    path: agentPath(recordId(record)),
    text: renderRecord(record),
  }));
  if (isNew) edits.unshift({ path: 'README.md', text: statusReadme });
  return {
    subject: `Rebuild ${records.length} records`,
    body: left.map(({ agent, why }) => `${agent}: ${why}`).join('\n'),
    trailers: [['Aura-Cause', 'rebuilt']] as const,
    edits,
  };
}

function notStopped(): Failure {
  const message =
    'records are rebuilt only under a stop: run `aura halt "records are rebuilt"` first';
  return new Failure('Conflict', message);
}
