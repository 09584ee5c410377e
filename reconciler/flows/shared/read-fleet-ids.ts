/** Reads the ids of the firewalls that the fleet's servers are behind, as branch `status` has them now. */
import { type FleetIds, fleetIdsIn, fleetPath } from '../../core/fleet/fleet-record.ts';
import type { DesiredState } from '../../ports/desired-state.ts';

/** null where none are recorded. Throws where they cannot be read: then nothing may be created. */
export async function readFleetIds({
  state,
}: {
  readonly state: Pick<DesiredState, 'fetch'>;
}): Promise<FleetIds | null> {
  const status = await state.fetch('status');
  return fleetIdsIn((await status?.read(fleetPath))?.text ?? null);
}
