/**
 * Refuses to apply in a project that is not the fleet's. Apply may run with another token than the
 * plan did, on a laptop or in another job; in another project every recorded server would be
 * recorded as gone.
 */
import type { Policy } from '../../../core/agent/policy.ts';
import { Failure } from '../../../core/failure.ts';
import { projectProof } from '../../../core/fleet/project-proof.ts';
import { readableRecords } from '../../../core/fleet/recorded.ts';
import { fleetFileAt } from '../../../ports/at-snapshot.ts';
import type { Ports } from '../../../ports/ports.ts';
import { recordedServer } from '../../shared/read-installation.ts';

/**
 * One call where a recorded firewall exists; otherwise records and servers are read too. Where
 * `fleet.yaml` cannot be read, only a recorded server proves the project, and that proof is
 * required.
 */
export async function refuseWrongProject(
  { state, journal, cloud }: Pick<Ports, 'state' | 'journal' | 'cloud'>,
  { fleet }: Policy,
): Promise<void> {
  const status = await state.fetch('status');
  const file = await fleetFileAt(status);
  const fleetIds = file.kind === 'valid' ? (file.record.firewalls ?? null) : null;
  const firewalls = await cloud.firewalls(fleet);
  if (projectProof({ fleetIds, firewalls, records: [], servers: [] }).kind === 'proven') return;
  const read = await journal.read(status);
  const records = readableRecords(read.records);
  const server = await recordedServer({ cloud }, records);
  const servers = server === null ? [] : [server];
  const proof = projectProof({ fleetIds, firewalls, records, servers });
  if (proof.kind === 'refuted') throw new Failure('MisconfiguredAccount', proof.message);
  if (proof.kind !== 'proven' && file.kind === 'invalid')
    throw new Failure('MisconfiguredAccount', `the project cannot be verified: ${file.why}`);
}
