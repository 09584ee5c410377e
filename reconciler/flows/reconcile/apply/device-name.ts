/**
 * Gives an agent's device the agent's id as its name. Tailscale gives it another one, as `id-1`, where
 * a device had the name when this one joined, and lets the machine choose it until a name is set.
 */
import { Failure } from '../../../core/failure.ts';
import { nameIsTaken, shortName, tailnetOf } from '../../../core/fleet/device.ts';
import type { ObservedDevice } from '../../../core/fleet/observed.ts';
import type { Attempt } from './attempt.ts';
import { listedDevices } from './device.ts';

/** After a join, where the name is free; what does not succeed here is the next run's repair. */
export async function nameJoined(attempt: Attempt, device: ObservedDevice): Promise<void> {
  if (shortName(device) === attempt.id) return;
  try {
    if (nameIsTaken(attempt.id, await listedDevices(attempt))) return;
    await rename(attempt, device);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { log } = attempt.run.ports;
    log.warn({ agent: attempt.id, device: device.nodeId, error }, 'a device keeps another name');
  }
}

/** The recorded device, which the plan saw under another name. */
export async function repairName(attempt: Attempt): Promise<void> {
  const node = attempt.record().tailnet?.nodeId;
  const device = node === undefined ? null : await attempt.run.ports.tailnet.device(node);
  if (device !== null && shortName(device) !== attempt.id) await rename(attempt, device);
}

async function rename(attempt: Attempt, { nodeId }: ObservedDevice): Promise<void> {
  const { tailnet } = attempt.run.ports;
  await tailnet.rename(nodeId, attempt.id);
  const renamed = await tailnet.device(nodeId);
  // Also a device that is not the fleet's may have the name, and no listing of ours shows that.
  if (renamed === null || shortName(renamed) !== attempt.id)
    throw new Failure('Conflict', `device ${nodeId} is called ${renamed?.name ?? 'nothing'}`);
  await attempt.note((record) => ({ ...record, tailnet: tailnetOf(renamed) }));
}
