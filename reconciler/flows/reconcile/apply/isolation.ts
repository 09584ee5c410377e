/**
 * Isolates a server, or ends its isolation: by its label, for which the fleet has a firewall, and by
 * the tag of its device, to which the tailnet grants nothing. The firewall comes first when it is
 * isolated, and last when it is released. No snapshot is made of it yet.
 */
import { Failure } from '../../../core/failure.ts';
import { deviceTag, isAgentDevice, isolatedTag } from '../../../core/fleet/observed.ts';
import { withIsolation } from '../../../core/fleet/recorded-isolation.ts';
import type { Attempt } from './attempt.ts';
import { ourServer } from './own-server.ts';
import { labelIsolation, waitForFirewall } from './ssh-access.ts';

export async function setIsolation(attempt: Attempt, serverId: string): Promise<void> {
  const isolated = attempt.agent.spec.isolated !== undefined;
  if (!isolated) await setTag(attempt, deviceTag(attempt.run.policy.fleet));
  await labelIsolation(attempt, await ourServer(attempt, serverId), isolated);
  if (isolated) {
    await waitForFirewall(attempt, await ourServer(attempt, serverId), 'isolation');
    await setTag(attempt, isolatedTag(attempt.run.policy.fleet));
  }
  await attempt.note((record, at) => withIsolation(record, isolated, at));
}

/** Of the recorded device, if it is there. */
async function setTag(attempt: Attempt, tag: string): Promise<void> {
  const { tailnet } = attempt.run.ports;
  const nodeId = attempt.record().tailnet?.nodeId;
  const device = nodeId === undefined ? null : await tailnet.device(nodeId);
  if (device === null || device.tags.join() === tag) return;
  if (!isAgentDevice(device, attempt.run.policy.fleet))
    throw new Failure('OwnershipUnproven', `device ${device.nodeId} has no tag of the fleet`);
  await tailnet.setTags(device.nodeId, [tag]);
}
