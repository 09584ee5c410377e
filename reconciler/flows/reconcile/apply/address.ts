/** The addresses that Hetzner made along with a server, once that server is gone. */
import { Failure } from '../../../core/failure.ts';
import { labelNames } from '../../../core/fleet/observed.ts';
import type { Attempt } from './attempt.ts';

const addressLooksMax = 10;
const addressLookEveryMs = 2000;

/**
 * An address that outlived its server; one that serves another is not touched. Hetzner shows an
 * address as assigned for some seconds after its server is gone, and then takes it away by itself.
 */
export async function removeAddress(attempt: Attempt, id: string): Promise<void> {
  const { cloud, clock } = attempt.run.ports;
  for (let looks = 1; looks <= addressLooksMax; looks += 1) {
    await attempt.mayGoOn();
    const address = await cloud.primaryIp(id);
    if (address === null) return;
    const owner = address.labels[labelNames.agent];
    const isOthers = owner !== undefined && owner !== attempt.id;
    if (isOthers || (address.assignee !== null && !wasEnded(attempt, address.assignee)))
      throw new Failure('WitnessMissing', `address ${id} is not free to go`);
    if (address.assignee === null) return cloud.deletePrimaryIp(id);
    await clock.wait(addressLookEveryMs);
  }
  throw new Failure('Locked', `address ${id} is still assigned to a server that is gone`);
}

function wasEnded(attempt: Attempt, serverId: string): boolean {
  return attempt.record().destroyed.some(({ server }) => server === serverId);
}
