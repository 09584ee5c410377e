/** The initial state of an installation. */

import {
  fleetPath,
  newFleetRecord,
  renderFleetRecord,
  statusReadme,
  withPrices,
} from '../../reconciler/core/fleet/fleet-record.ts';
import { priceListOf } from '../../reconciler/core/fleet/price-list.ts';
import { fleetStackSpec } from '../../reconciler/core/stack/stack-spec.ts';
import { plantFleet } from './fleet-stack.ts';
import type { FakeWorld } from './world.ts';

/** As the first run leaves it: an applied shared stack, firewalls and prices on branch `status`. */
export function begin(
  world: Pick<FakeWorld, 'policy' | 'git' | 'project' | 'bucket' | 'time'>,
): void {
  const spec = fleetStackSpec(world.policy);
  const managed = plantFleet(world.project, spec);
  world.bucket.states.set(spec.stateKey, { managed, modifiedMs: world.time.now() });
  const [base = '', bootstrap = '', isolation = ''] = world.project.firewalls.keys();
  const bare = newFleetRecord({ firewalls: { base, bootstrap, isolation } });
  // Of an earlier run, so that a converged world has nothing to write.
  const prices = priceListOf(world.project.offers);
  const at = new Date(world.time.now()).toISOString();
  const record = prices === null ? bare : withPrices(bare, { prices, at });
  world.git.add('status', {
    subject: 'Begin the records',
    edits: {
      'README.md': statusReadme,
      [fleetPath]: renderFleetRecord(record),
    },
  });
}
