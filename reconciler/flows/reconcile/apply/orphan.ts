/**
 * Carries out a reviewed decision to destroy an orphan. The resource must still match the decision
 * file. An orphan has no agent and no record: a resource that has one by then, or is in use, stays.
 */
import { type AgentId, parseAgentId } from '../../../core/agent/agent.ts';
import { parseOrphanFile } from '../../../core/agent/decision-file.ts';
import { Failure, impossible, isFailure } from '../../../core/failure.ts';
import { agentOfState, outlivesLeases } from '../../../core/fleet/lock.ts';
import { agentStateKey, labelNames, type ObservedPrimaryIp } from '../../../core/fleet/observed.ts';
import type { Change } from '../../../core/fleet/situation.ts';
import type { StateLock } from '../../../ports/states.ts';
import { lookFirst } from '../../shared/look-first.ts';
import { mainUnlessStopped } from '../../shared/read-remote.ts';
import type { Outcome, Run } from './attempt.ts';
import { addressesOf, destroyAddress, destroyServer } from './destroy-server.ts';
import { destroyDevice } from './device.ts';
import { destroyPart, type Marked, type Ownership } from './guard.ts';
import { hasRecord, proveNoAgents, proveNoOwner, proveUnasked } from './orphan-owners.ts';
import { releaseDeadLock, rememberedServer } from './stack.ts';

type DestroyOrphan = Change & { kind: 'destroyOrphan' };

/** One decision; the ports check the stop and the decision before each effect. */
type Case = {
  readonly run: Run;
  readonly id: string;
  readonly ownership: Ownership;
  /** The same check, before an effect that no port checks. */
  look(): Promise<void>;
};

export async function destroyOrphan(run: Run, change: DestroyOrphan): Promise<Outcome> {
  const { ports, look } = lookFirst(run.ports, () => decided(run, change));
  try {
    const ownership = ownershipOf(run, change, await decided(run, change));
    await destroy(change.resource, { run: { ...run, ports }, id: change.id, ownership, look });
    return { kind: 'done' };
  } catch (thrown) {
    if (!isFailure(thrown, 'Stopped') && !isFailure(thrown, 'Superseded')) throw thrown;
    return { kind: 'superseded', message: thrown.message };
  }
}

/** The resource of the reviewed file. Throws where the decision changed. */
async function decided({ ports }: Run, { basis, resource, id }: DestroyOrphan) {
  const main = await mainUnlessStopped(ports);
  const file = await main.read(basis.path);
  const parsed = file === null ? null : parseOrphanFile({ ...file, path: basis.path });
  if (file?.oid !== basis.file || parsed?.ok !== true || parsed.value.decision !== 'destroy')
    throw new Failure('Superseded', 'its decision has changed since it was planned');
  const described = parsed.value.resource;
  if (described.kind !== resource || described.id !== id)
    throw new Failure('Superseded', `${basis.path} describes another resource`);
  return described;
}

function ownershipOf(
  { policy }: Run,
  { resource, id }: DestroyOrphan,
  { created, labels }: Awaited<ReturnType<typeof decided>>,
): Ownership {
  const nonce = labels?.[labelNames.nonce];
  const carried = nonce === undefined ? {} : { [labelNames.nonce]: nonce };
  return {
    name: `${resource} ${id}`,
    labels: { [labelNames.fleet]: policy.fleet, ...carried },
    created: created ?? null,
  };
}

function destroy(resource: DestroyOrphan['resource'], one: Case): Promise<void> {
  const { run, id, ownership } = one;
  const { cloud, tailnet, stacks } = run.ports;
  // A resource without our label is not listed, and stays.
  const listed = <Found extends Marked & { readonly id: string }>(
    list: (fleet: string) => Promise<readonly Found[]>,
    end: (id: string) => Promise<void>,
    askAnew = one.look,
  ) =>
    destroyPart({
      ...ownership,
      look: async () => (await list(run.policy.fleet)).find((found) => found.id === id) ?? null,
      askAnew,
      end: () => end(id),
    });
  switch (resource) {
    case 'server':
      return destroyOrphanServer(one);
    case 'state':
      return destroyState(one);
    case 'device':
      return destroyDevice(run, id, (device) => proveNoAgents(run, device));
    case 'primaryIp':
      return destroyPart({
        ...ownership,
        look: () => cloud.primaryIp(id),
        askAnew: (address) => proveFree(one, address),
        end: () => cloud.deletePrimaryIp(id),
      });
    case 'lock':
      return destroyPart({
        ...ownership,
        look: () => stacks.lock(id),
        askAnew: (lock) => proveDead(one, lock),
        // By Terraform, and only the lock that was read.
        end: (lock) => stacks.unlock(id, lock.id),
      });
    case 'sshKey':
      return listed(cloud.sshKeys, cloud.deleteSshKey);
    case 'snapshot':
      return listed(cloud.snapshots, cloud.deleteSnapshot, () =>
        proveNoOwner(run, ({ chosen }) => chosen?.image === id),
      );
    case 'authKey':
      return listed(tailnet.keys, tailnet.revokeKey);
    default:
      return impossible(resource);
  }
}

async function proveFree({ run, ownership }: Case, address: ObservedPrimaryIp): Promise<void> {
  if (address.assignee !== null)
    throw new Failure('Superseded', `${ownership.name} now serves server ${address.assignee}`);
  const agent = address.labels[labelNames.agent];
  await proveNoOwner(run, ({ name, lease }) => name === agent && lease !== undefined);
}

async function proveDead(one: Case, lock: StateLock): Promise<void> {
  const { run, id } = one;
  const agent = fleetsAgent(one);
  if (!outlivesLeases(lock, run.policy, await run.ports.cloud.now()))
    throw new Failure('StateLocked', `${lock.who} has locked ${id} since ${lock.created}`);
  await proveNoOwner(run, ({ name }) => name === agent);
  await one.look();
}

async function destroyOrphanServer(one: Case): Promise<void> {
  const { run, id, ownership } = one;
  const server = await run.ports.cloud.server(id);
  if (server === null) return;
  const agent = parseAgentId(server.labels[labelNames.agent] ?? '');
  const stateKey =
    agent !== null && (await hasOwnState(one, agent))
      ? agentStateKey(run.policy.fleet, agent)
      : null;
  const ended = await destroyServer(run, {
    ...ownership,
    id,
    called: server.name,
    kind: 'destroyOrphan',
    unprotect: () => run.ports.cloud.protect(id, false),
    stateKey,
    tookOver: false,
    async askAnew({ labels }) {
      const nonce = labels[labelNames.nonce];
      await proveNoOwner(
        run,
        ({ server: own, lease }) =>
          own?.id === id || (nonce !== undefined && lease?.nonce === nonce),
      );
      await proveUnasked(run, agent);
    },
  });
  // Its only server is gone.
  if (stateKey !== null) await run.ports.states.remove(stateKey);
  const of = { agent: agent ?? '', wasEnded: (other: string) => other === id };
  for (const address of ended === null ? [] : addressesOf(ended))
    await destroyAddress(run, address, of);
}

/** Whether the state of the agent in its labels has the server, and no record names that agent. */
async function hasOwnState({ run, id }: Case, agent: AgentId): Promise<boolean> {
  if (await hasRecord(run, agent)) return false;
  try {
    return (await rememberedServer({ run, id: agent }))?.id === id;
  } catch (error) {
    // The state is an orphan of its own, destroyed after the server.
    run.ports.log.warn({ server: id, error }, 'the state of an orphan cannot be read');
    return false;
  }
}

async function destroyState(one: Case): Promise<void> {
  const { run, id } = one;
  const agent = parseAgentId(fleetsAgent(one));
  await proveNoOwner(run, ({ name }) => name === agent);
  await proveUnasked(run, agent);
  if (agent !== null && (await run.ports.cloud.serverByName(agent)) !== null)
    throw new Failure('Conflict', `${agent} still has a server that needs this state`);
  await releaseDeadLock(run, id, false);
  await run.ports.states.remove(id);
}

function fleetsAgent({ run, id }: Case): string {
  const agent = agentOfState(id, run.policy.fleet);
  if (agent === '') throw new Failure('OwnershipUnproven', `${id} is not a state of this fleet`);
  return agent;
}
