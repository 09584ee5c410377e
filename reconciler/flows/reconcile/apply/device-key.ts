/**
 * Lets the key of an agent's device never expire: an agent whose key expires leaves the tailnet half
 * a year later. Tailscale does so for tagged devices; a person may have changed it.
 */
import { Failure } from '../../../core/failure.ts';
import type { ObservedDevice } from '../../../core/fleet/observed.ts';
import type { Attempt } from './attempt.ts';

/** Throws `Conflict` where the key expires all the same. */
export async function keepKeyValid(attempt: Attempt, device: ObservedDevice): Promise<void> {
  if (!device.keyExpires) return;
  const { tailnet } = attempt.run.ports;
  await tailnet.disableKeyExpiry(device.nodeId);
  const after = await tailnet.device(device.nodeId);
  if (after?.keyExpires !== false)
    throw new Failure('Conflict', `the key of device ${device.nodeId} still expires`);
}

/** Of the recorded device. */
export async function repairKeyExpiry(attempt: Attempt): Promise<void> {
  const node = attempt.record().tailnet?.nodeId;
  const device = node === undefined ? null : await attempt.run.ports.tailnet.device(node);
  if (device !== null) await keepKeyValid(attempt, device);
}
