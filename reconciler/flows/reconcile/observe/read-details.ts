/** Reads what only a changing fleet needs: prices, and addresses that carry our labels. */
import { readingOf } from '../../../core/fleet/plausible.ts';
import type { World } from '../../../core/fleet/world.ts';
import { listed, type TickPorts } from './listed.ts';

export async function readDetails(ports: TickPorts, world: World): Promise<World> {
  const { fleet } = world.policy;
  const [offers, addresses] = await Promise.all([
    ports.cloud.offers(),
    listed(() => ports.cloud.primaryIps(fleet), 'servers'),
  ]);
  const { reading } = world.observed;
  const observed = { ...world.observed, primaryIps: addresses.items };
  if (addresses.partial.length === 0) return { ...world, offers, observed };
  const partial = [...(reading.kind === 'partial' ? reading.reasons : []), ...addresses.partial];
  const { files, records, policy, status } = world;
  const statusExists = status !== null;
  const judged = readingOf({ files, records, observed, partial, statusExists, policy });
  return { ...world, offers, observed: { ...observed, reading: judged } };
}
