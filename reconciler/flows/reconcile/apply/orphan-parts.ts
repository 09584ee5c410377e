/**
 * Orphans that are no server, device or state: addresses, keys, snapshots and locks. Each is looked
 * at once more right before it goes: it must still carry our marks, be what the decision describes,
 * and be in nobody's use.
 */
import { Failure } from '../../../core/failure.ts';
import { agentOfState, outlivesLeases } from '../../../core/fleet/lock.ts';
import { labelNames } from '../../../core/fleet/observed.ts';
import { timeMs } from '../../../core/text/time.ts';
import type { Run } from './attempt.ts';
import { type DestroyOrphan, decided, proveUnclaimed } from './orphan-witness.ts';

export async function destroyAddress(run: Run, change: DestroyOrphan): Promise<void> {
  const { cloud } = run.ports;
  const address = await cloud.primaryIp(change.id);
  if (address === null) return;
  if (address.assignee !== null)
    throw new Failure(
      'Superseded',
      `address ${change.id} serves server ${address.assignee} by now`,
    );
  requireOurs(run, `address ${change.id}`, address);
  const agent = address.labels[labelNames.agent];
  await proveUnclaimed(run, (record) => record.name === agent && record.claim !== undefined);
  requireSame(`address ${change.id}`, address, await decided(run, change));
  await cloud.deletePrimaryIp(change.id);
  if ((await cloud.primaryIp(change.id)) !== null) throw stillThere(`address ${change.id}`);
}

export async function destroyLabelled(
  run: Run,
  change: DestroyOrphan,
  kind: 'sshKey' | 'snapshot',
): Promise<void> {
  const { cloud } = run.ports;
  const { fleet } = run.policy;
  const name = `${kind === 'sshKey' ? 'SSH key' : 'snapshot'} ${change.id}`;
  const look = async () => {
    const all = kind === 'sshKey' ? await cloud.sshKeys(fleet) : await cloud.snapshots(fleet);
    return all.find(({ id }) => id === change.id) ?? null;
  };
  // The listing is by our label: what has lost it is not in it, and is left alone.
  const found = await look();
  if (found === null) return;
  if (kind === 'snapshot')
    await proveUnclaimed(run, (record) => record.chosen?.image === change.id);
  requireSame(name, found, await decided(run, change));
  if (kind === 'sshKey') await cloud.deleteSshKey(change.id);
  else await cloud.deleteSnapshot(change.id);
  if ((await look()) !== null) throw stillThere(name);
}

export async function revokeAuthKey(run: Run, change: DestroyOrphan): Promise<void> {
  const { tailnet } = run.ports;
  const look = async () =>
    (await tailnet.keys(run.policy.fleet)).find(({ id }) => id === change.id) ?? null;
  const found = await look();
  if (found === null) return;
  requireSame(`auth key ${change.id}`, found, await decided(run, change));
  await tailnet.revokeKey(change.id);
  if ((await look()) !== null) throw stillThere(`auth key ${change.id}`);
}

/** By Terraform's own means, and only the very lock that was looked at. */
export async function destroyLock(run: Run, change: DestroyOrphan): Promise<void> {
  const { stacks, cloud } = run.ports;
  const agent = agentOfState(change.id, run.policy.fleet);
  if (agent === '')
    throw new Failure('WitnessMissing', `${change.id} is not among our fleet's states`);
  const lock = await stacks.lock(change.id);
  if (lock === null) return;
  if (!outlivesLeases(lock, run.policy, await cloud.now()))
    throw new Failure('StateLocked', `${lock.who} has locked ${change.id} since ${lock.created}`);
  await proveUnclaimed(run, (record) => record.name === agent);
  requireSame(`the lock of ${change.id}`, lock, await decided(run, change));
  await stacks.unlock(change.id, lock.id);
  if ((await stacks.lock(change.id)) !== null) throw stillThere(`the lock of ${change.id}`);
}

function requireOurs(
  { policy }: Run,
  name: string,
  { labels }: { readonly labels: Readonly<Record<string, string>> },
): void {
  if (labels[labelNames.fleet] === policy.fleet) return;
  throw new Failure('WitnessMissing', `${name} does not carry the label of our fleet`);
}

/** An id, or a place, could have come to mean something else since a person looked at it. */
function requireSame(
  name: string,
  found: { readonly created: string },
  described: { readonly created?: string },
): void {
  const { created } = described;
  if (created === undefined || timeMs(found.created) === timeMs(created)) return;
  throw new Failure('WitnessMissing', `${name} is another one than was decided on`);
}

function stillThere(name: string): Failure {
  return new Failure('OutcomeUnknown', `${name} is still there after it was deleted`);
}
