/** The initial state of an installation. */

import {
  fleetPath,
  newFleetRecord,
  renderFleetRecord,
  statusReadme,
} from '../../reconciler/core/fleet/fleet-record.ts';
import { fleetStackSpec } from '../../reconciler/core/stack/stack-spec.ts';
import { plantFleet } from './fleet-stack.ts';
import type { FakeWorld } from './world.ts';

/** As `aura init` leaves it: an applied shared stack, its firewalls recorded on branch `status`. */
export function begin(
  world: Pick<FakeWorld, 'policy' | 'git' | 'project' | 'bucket' | 'time'>,
): void {
  const spec = fleetStackSpec(world.policy);
  const managed = plantFleet(world.project, spec);
  world.bucket.states.set(spec.stateKey, { managed, modifiedMs: world.time.now() });
  const [base = '', bootstrap = ''] = world.project.firewalls.keys();
  const firewalls = { base, bootstrap };
  world.git.add('status', {
    subject: 'Begin the records',
    edits: {
      'README.md': statusReadme,
      [fleetPath]: renderFleetRecord(newFleetRecord({ firewalls })),
    },
  });
}
