/**
 * Who an orphan may have come to belong to since a person decided on it: a record that names it, a
 * file that asks for its agent.
 */
import { type AgentId, agentPath } from '../../../core/agent/agent.ts';
import { Failure } from '../../../core/failure.ts';
import { agentNamedBy, isOlder } from '../../../core/fleet/device.ts';
import type { ObservedDevice } from '../../../core/fleet/observed.ts';
import type { AgentRecord } from '../../../core/fleet/recorded.ts';
import type { Run } from './attempt.ts';

/**
 * A device is an agent's where a record names it, or a run that works on the agent whose id it bears
 * may be about to record it. Where that agent has no device, it may be that of the agent's server. A
 * file alone, without a server, can ask for nothing that has this device.
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
    throw new Failure('Superseded', `the record of ${owner.name} names it by now`);
}

/** A file that has come since asks for an agent that may take this over. */
export async function proveUnasked(run: Run, agent: AgentId | null): Promise<void> {
  if (agent === null || (await hasRecord(run, agent))) return;
  const main = await run.ports.state.fetch('main');
  if ((await main?.read(agentPath(agent))) != null)
    throw new Failure('Superseded', `${agent} has a file by now`);
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
