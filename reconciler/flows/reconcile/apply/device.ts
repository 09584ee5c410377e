/**
 * Deletes devices of an agent: the recorded one, and those of its earlier servers. A device without
 * proven ownership stays, and is proposed as an orphan.
 */
import { Failure, isFailure } from '../../../core/failure.ts';
import { isLeftover, nodeOwners } from '../../../core/fleet/device.ts';
import { deviceTag, isAgentDevice, type ObservedDevice } from '../../../core/fleet/observed.ts';
import { readableRecords } from '../../../core/fleet/recorded.ts';
import type { Attempt, Run } from './attempt.ts';
import { destroyPart } from './guard.ts';

/** Deletes the device that the record names, whether or not it is listed. */
export async function removeOwnDevice(
  attempt: Attempt,
  which: 'any' | 'offline' = 'any',
): Promise<void> {
  const node = attempt.record().tailnet?.nodeId;
  if (node === undefined) return;
  if (which === 'offline') {
    const device = await attempt.run.ports.tailnet.device(node);
    if (device === null || device.online) return;
  }
  await removeDevice(attempt, node);
}

/** Deletes devices of earlier servers, to free the name. Skipped where none can be listed. */
export async function removeLeftovers(attempt: Attempt): Promise<void> {
  // Before the first attempt there was no server.
  if (attempt.record().attempts.length === 0) return;
  const devices = await listedDevices(attempt).catch((error: unknown) => {
    if (!(error instanceof Failure)) throw error;
    attempt.run.ports.log.warn({ agent: attempt.id, error }, 'devices could not be listed');
    return [];
  });
  for (const device of devices)
    if (isLeftover(device, attempt.id, attempt.record()))
      await removeDevice(attempt, device.nodeId);
}

export async function removeDevice(attempt: Attempt, nodeId: string): Promise<void> {
  try {
    await destroyDevice(attempt.run, nodeId, (device) => proveOwn(attempt, device));
  } catch (error) {
    if (!isFailure(error, 'OwnershipUnproven')) throw error;
    attempt.run.ports.log.warn({ agent: attempt.id, error }, 'a device was not deleted');
  }
}

/** Deletes a device that carries the fleet's tag and whose owner is proven. */
export function destroyDevice(
  { ports: { tailnet }, policy }: Run,
  nodeId: string,
  proveOwner: (device: ObservedDevice) => Promise<void>,
): Promise<void> {
  return destroyPart({
    name: `device ${nodeId}`,
    labels: { [deviceTag(policy.fleet)]: '' },
    created: null,
    async look() {
      const device = await tailnet.device(nodeId);
      if (device === null) return null;
      // An isolated agent's device has another tag of the fleet instead.
      const tags = isAgentDevice(device, policy.fleet) ? [deviceTag(policy.fleet)] : [];
      return { ...device, labels: Object.fromEntries(tags.map((tag) => [tag, ''])) };
    },
    askAnew: proveOwner,
    end: () => tailnet.deleteDevice(nodeId),
  });
}

async function proveOwn(attempt: Attempt, device: ObservedDevice): Promise<void> {
  const left = (why: string) => new Failure('OwnershipUnproven', `device ${device.nodeId} ${why}`);
  const { records } = await attempt.run.ports.journal.read();
  const readable = readableRecords(records);
  const owner = nodeOwners(readable).get(device.nodeId);
  if (owner === attempt.id) return;
  if (owner !== undefined) throw left(`is recorded for ${owner}`);
  if (readable.length < records.length) throw left('may be named by a record that cannot be read');
  if (!isLeftover(device, attempt.id, attempt.record()))
    throw left('is not proven to belong to this agent');
}

/** Throws where the listing is partial. */
export async function listedDevices(attempt: Attempt): Promise<readonly ObservedDevice[]> {
  const { items, partial } = await attempt.run.ports.tailnet.devices(attempt.run.policy.fleet);
  const [reason] = partial;
  if (reason === undefined) return [...items].sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1));
  throw new Failure('UnexpectedAnswer', `the devices could not be listed: ${reason}`);
}
