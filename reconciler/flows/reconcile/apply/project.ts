/**
 * Refuses to carry anything out in a project that is not the fleet's. The plan was made in the right
 * one, and what carries it out may have another token: a laptop, a job with a secret of its own. There
 * every recorded server would look as if it had gone, and be written down so.
 */
import type { Policy } from '../../../core/agent/policy.ts';
import { Failure } from '../../../core/failure.ts';
import { projectProof } from '../../../core/fleet/project-proof.ts';
import { readableRecords } from '../../../core/fleet/recorded.ts';
import { fleetFileAt } from '../../../ports/at-snapshot.ts';
import type { Ports } from '../../../ports/ports.ts';
import { recordedServer } from '../../shared/read-installation.ts';

/**
 * One call where a recorded firewall is there; records are read and servers asked for only where none
 * is. A `fleet.yaml` that cannot be read leaves the servers as the only proof, and it is required then.
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
    throw new Failure('MisconfiguredAccount', `nothing proves the project: ${file.why}`);
}
