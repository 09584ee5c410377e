/**
 * Gives an agent's device the agent's id as its name. Tailscale appends a number, as in `id-1`,
 * where the name was in use, and follows the machine's hostname until a name is set.
 */
import { Failure } from '../../../core/failure.ts';
import { nameIsTaken, shortName, tailnetOf } from '../../../core/fleet/device.ts';
import type { ObservedDevice } from '../../../core/fleet/observed.ts';
import type { Attempt } from './attempt.ts';
import { listedDevices } from './device.ts';

/** Renames after a join if the name is free. The next run repairs a failure. */
export async function nameJoined(attempt: Attempt, device: ObservedDevice): Promise<void> {
  if (shortName(device) === attempt.id) return;
  try {
    if (nameIsTaken(attempt.id, await listedDevices(attempt))) return;
    await rename(attempt, device);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { log } = attempt.run.ports;
    log.warn({ agent: attempt.id, device: device.nodeId, error }, 'a device could not be renamed');
  }
}

/** Renames the recorded device, whose name drifted. */
export async function repairName(attempt: Attempt): Promise<void> {
  const node = attempt.record().tailnet?.nodeId;
  const device = node === undefined ? null : await attempt.run.ports.tailnet.device(node);
  if (device !== null && shortName(device) !== attempt.id) await rename(attempt, device);
}

async function rename(attempt: Attempt, { nodeId }: ObservedDevice): Promise<void> {
  const { tailnet } = attempt.run.ports;
  await tailnet.rename(nodeId, attempt.id);
  const renamed = await tailnet.device(nodeId);
  // A device outside the fleet may have the name, and the listing does not contain it.
  if (renamed === null || shortName(renamed) !== attempt.id)
    throw new Failure('Conflict', `device ${nodeId} has the name ${renamed?.name ?? 'nothing'}`);
  await attempt.note((record) => ({ ...record, tailnet: tailnetOf(renamed) }));
}
