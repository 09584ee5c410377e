/**
 * Writes branch `status` again where it was lost, or those records of it that cannot be read. Only
 * under the stop ref: nothing else works on the fleet meanwhile, and nothing follows from a guess
 * before a person has looked at what came of it.
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
  /** null where nothing was to be written, or nothing was to be written yet */
  readonly commit: string | null;
  readonly branch: 'there' | 'missing';
};

/** Throws `Conflict` where the fleet is not stopped, and where a listing is not whole. */
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
  // Once more, right before the one write: a run that lifted it may have begun to work.
  if ((await state.stop()) === null) throw notStopped();
  const pushed = await state.push('status', status, [draftOf(rebuilt, status === null)]);
  if (pushed.kind === 'rejected')
    throw new Failure('PushRejected', 'branch status moved meanwhile: look what did it');
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

/** What is missing from a listing would be missing from the records, and look like a lost server. */
function whole<Item>({ items, partial }: Listing<Item>, what: string): readonly Item[] {
  const [first] = partial;
  if (first === undefined) return items;
  throw new Failure('Conflict', `the ${what} cannot be listed whole: ${first}`);
}

async function readStates(
  { states }: RebuildPorts,
  fleet: string,
  agents: readonly AgentId[],
): Promise<ReadonlyMap<AgentId, string>> {
  const known = new Map<AgentId, string>();
  for (const agent of agents) {
    const state = await readState({ states }, agentStateKey(fleet, agent));
    // One that cannot be read tells nothing, and the other agents have to be rebuilt anyway.
    if (state === null || 'unreadable' in state) continue;
    const id = state.resources.find(({ address }) => address === serverAddress)?.id ?? null;
    if (id !== null) known.set(agent, id);
  }
  return known;
}

/** One commit for all: it is one decision, and one revert. */
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
  const message = 'records are rebuilt under a stop only: `aura halt "records are rebuilt"` first';
  return new Failure('Conflict', message);
}
