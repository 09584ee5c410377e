/**
 * Carries out a reviewed decision to destroy an orphan. The decision file is one witness; the other
 * is the very resource, which still carries our marks and is what the decision describes. There is
 * no agent and no record behind it: one that has come to have them is left alone.
 */
import { parseAgentId } from '../../../core/agent/agent.ts';
import { Failure, impossible } from '../../../core/failure.ts';
import { agentNamedBy, isOlder } from '../../../core/fleet/device.ts';
import {
  deviceTag,
  labelNames,
  type ObservedDevice,
  type ObservedServer,
} from '../../../core/fleet/observed.ts';
import { emptyStackSpec } from '../../../core/stack/stack-spec.ts';
import { timeMs } from '../../../core/text/time.ts';
import { stopReason } from '../../shared/read-remote.ts';
import type { Outcome, Run } from './attempt.ts';
import { destroyAddress, destroyLabelled, destroyLock, revokeAuthKey } from './orphan-parts.ts';
import {
  type DestroyOrphan,
  decided,
  isClaimed,
  proveNoFile,
  proveUnclaimed,
} from './orphan-witness.ts';
import { applyGated, releaseDeadLock } from './stack.ts';

export async function destroyOrphan(run: Run, change: DestroyOrphan): Promise<Outcome> {
  try {
    await destroy(run, change);
    return { kind: 'done' };
  } catch (thrown) {
    const ended =
      thrown instanceof Failure && (thrown.reason === 'Stopped' || thrown.reason === 'Superseded');
    if (ended) return { kind: 'superseded', message: thrown.message };
    throw thrown;
  }
}

function destroy(run: Run, change: DestroyOrphan): Promise<void> {
  switch (change.resource) {
    case 'server':
      return destroyServer(run, change);
    case 'device':
      return destroyDevice(run, change);
    case 'state':
      return destroyState(run, change);
    case 'lock':
      return destroyLock(run, change);
    case 'primaryIp':
      return destroyAddress(run, change);
    case 'sshKey':
    case 'snapshot':
      return destroyLabelled(run, change, change.resource);
    case 'authKey':
      return revokeAuthKey(run, change);
    default:
      return impossible(change.resource);
  }
}

async function destroyServer(run: Run, change: DestroyOrphan): Promise<void> {
  const { cloud } = run.ports;
  const { id } = change;
  const server = await cloud.server(id);
  if (server === null) return;
  await proveUnclaimed(run, (record) => {
    const nonce = server.labels[labelNames.nonce];
    return record.server?.id === id || (nonce !== undefined && record.claim?.nonce === nonce);
  });
  await proveNoFile(run, server.labels[labelNames.agent] ?? '');
  checkServer(run, server, await decided(run, change));
  await cloud.protect(id, false);
  checkServer(run, (await cloud.server(id)) ?? server, await decided(run, change));
  await endByTerraform(run, server, change);
  const left = await cloud.server(id);
  if (left !== null) {
    checkServer(run, left, await decided(run, change));
    await cloud.deleteServer(id);
  }
  if ((await cloud.server(id)) !== null)
    throw new Failure('OutcomeUnknown', `server ${id} is still there after it was deleted`);
  for (const address of [server.ipv4Id, server.ipv6Id]) await freeAddress(run, address);
}

/**
 * By Terraform where a state knows the server, and behind the gate that lets it delete this one
 * alone. A state that is about another server, or that a living agent has, is left as it is.
 */
async function endByTerraform(
  run: Run,
  { id, labels }: ObservedServer,
  change: DestroyOrphan,
): Promise<void> {
  const { states, stacks, log } = run.ports;
  const agent = parseAgentId(labels[labelNames.agent] ?? '');
  if (agent === null || (await isClaimed(run, agent))) return;
  const spec = emptyStackSpec(run.policy, agent);
  const { items } = await states.list(spec.stateKey);
  if (!items.some(({ key }) => key === spec.stateKey)) return;
  await releaseDeadLock(run, spec.stateKey, false);
  const expect = { allow: 'deletes' as const, ids: [id] };
  await decided(run, change);
  try {
    if ((await applyGated(stacks, { spec, expect, imports: [] })).length === 0) return;
    // The one thing that it knew is gone.
    await decided(run, change);
    await states.remove(spec.stateKey);
  } catch (error) {
    // What came of it is found out by looking.
    log.warn({ server: id, error }, 'Terraform could not end an orphan');
  }
}

/** An id alone could have come to mean something else since a person looked at it. */
function checkServer(
  { policy }: Run,
  server: ObservedServer,
  described: Awaited<ReturnType<typeof decided>>,
): void {
  const missing: string[] = [];
  const nonce = described.labels?.[labelNames.nonce];
  const { created } = described;
  if (server.labels[labelNames.fleet] !== policy.fleet) missing.push('the label of our fleet');
  if (nonce !== undefined && server.labels[labelNames.nonce] !== nonce) missing.push('its nonce');
  if (created !== undefined && timeMs(server.created) !== timeMs(created))
    missing.push('its time of creation');
  if (missing.length === 0) return;
  throw new Failure(
    'WitnessMissing',
    `server ${server.id} does not carry ${missing.join(' and ')}`,
  );
}

async function freeAddress({ ports }: Run, id: string | null): Promise<void> {
  const address = id === null ? null : await ports.cloud.primaryIp(id);
  if (address === null || address.assignee !== null) return;
  const stop = await stopReason({ ports });
  if (stop !== null) throw new Failure('Stopped', stop);
  await ports.cloud.deletePrimaryIp(address.id);
}

async function destroyDevice(run: Run, change: DestroyOrphan): Promise<void> {
  const { tailnet } = run.ports;
  const device = await tailnet.device(change.id);
  if (device === null) return;
  if (!device.tags.includes(deviceTag(run.policy.fleet)))
    throw new Failure('WitnessMissing', `device ${change.id} no longer carries our tag`);
  // A run that works on the agent whose id it bears may be about to record it.
  await proveUnclaimed(
    run,
    ({ tailnet: own, name, claim }) =>
      own?.nodeId === change.id || (name === device.hostname && claim !== undefined),
  );
  await proveNotItsOwn(run, device);
  await decided(run, change);
  await tailnet.deleteDevice(change.id);
}

/**
 * Where the agent whose id it bears has no device, it may be that of the agent's server. A file alone,
 * without a server, can ask for nothing that has this device.
 */
async function proveNotItsOwn({ ports }: Run, device: ObservedDevice): Promise<void> {
  const agent = agentNamedBy(device);
  if (agent === null) return;
  const { records } = await ports.journal.read();
  const file = records.find(({ id }) => id === agent);
  const record = file?.kind === 'valid' && file.record.gone === undefined ? file.record : null;
  const node = record?.tailnet?.nodeId;
  if (node !== undefined && (await ports.tailnet.device(node)) !== null) return;
  const found = [
    await ports.cloud.serverByName(agent),
    record?.server === undefined ? null : await ports.cloud.server(record.server.id),
  ];
  const server = found.find((one) => one !== null && !isOlder(device, one.created));
  if (server !== undefined && server !== null)
    throw new Failure('Superseded', `it may be the device of server ${server.id} of ${agent}`);
}

async function destroyState(run: Run, change: DestroyOrphan): Promise<void> {
  const prefix = `${run.policy.fleet}/agents/`;
  if (!change.id.startsWith(prefix))
    throw new Failure('WitnessMissing', `${change.id} is not among our fleet's states`);
  const agent = parseAgentId(change.id.slice(prefix.length).split('/')[0] ?? '');
  await proveUnclaimed(run, (record) => record.name === agent);
  await proveNoFile(run, agent ?? '');
  if (agent !== null && (await run.ports.cloud.serverByName(agent)) !== null)
    throw new Failure('Conflict', `${agent} still has a server, which this state is to end`);
  await releaseDeadLock(run, change.id, false);
  await decided(run, change);
  await run.ports.states.remove(change.id);
}
