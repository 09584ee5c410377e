/**
 * Checks whether an orphan has an owner since a person decided on it: a record that names it, or a
 * file that asks for its agent.
 */
import { type AgentId, agentPath } from '../../../core/agent/agent.ts';
import { Failure } from '../../../core/failure.ts';
import { agentNamedBy, isOlder } from '../../../core/fleet/device.ts';
import type { ObservedDevice } from '../../../core/fleet/observed.ts';
import type { AgentRecord } from '../../../core/fleet/recorded.ts';
import type { Run } from './attempt.ts';

/**
 * Throws `Superseded` where the device belongs or may belong to an agent: a record names its node,
 * the agent whose id it has as hostname holds a lease, or that agent has a server and no device of
 * its own.
 */
export async function proveNoAgents(run: Run, device: ObservedDevice): Promise<void> {
  const { cloud, tailnet } = run.ports;
  await proveNoOwner(
    run,
    ({ tailnet: own, name, lease }) =>
      own?.nodeId === device.nodeId || (name === device.hostname && lease !== undefined),
  );
  const agent = agentNamedBy(device);
  if (agent === null) return;
  const record = (await liveRecords(run)).find(({ name }) => name === agent);
  const node = record?.tailnet?.nodeId;
  if (node !== undefined && (await tailnet.device(node)) !== null) return;
  const found = [
    await cloud.serverByName(agent),
    record?.server === undefined ? null : await cloud.server(record.server.id),
  ];
  const server = found.find((other) => other !== null && !isOlder(device, other.created));
  if (server !== undefined && server !== null)
    throw new Failure('Superseded', `it may be the device of server ${server.id} of ${agent}`);
}

export async function proveNoOwner(
  run: Run,
  leases: (record: AgentRecord) => boolean,
): Promise<void> {
  const owner = (await liveRecords(run)).find(leases);
  if (owner !== undefined)
    throw new Failure('Superseded', `the record of ${owner.name} now names it`);
}

/** Throws `Superseded` where the agent has a file but no record: it may take the resource over. */
export async function proveUnasked(run: Run, agent: AgentId | null): Promise<void> {
  if (agent === null || (await hasRecord(run, agent))) return;
  const main = await run.ports.state.fetch('main');
  if ((await main?.read(agentPath(agent))) != null)
    throw new Failure('Superseded', `${agent} now has a file`);
}

export async function hasRecord(run: Run, agent: AgentId): Promise<boolean> {
  return (await liveRecords(run)).some(({ name }) => name === agent);
}

async function liveRecords({ ports }: Run): Promise<readonly AgentRecord[]> {
  const { records } = await ports.journal.read();
  return records.flatMap((one) =>
    one.kind === 'valid' && one.record.gone === undefined ? [one.record] : [],
  );
}
