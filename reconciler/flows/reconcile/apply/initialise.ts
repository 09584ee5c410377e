/**
 * Creates or repairs what an installation begins with: branch `status` and the shared stack. It
 * checks the records against the project first.
 */
import type { Policy } from '../../../core/agent/policy.ts';
import { Failure } from '../../../core/failure.ts';
import { fleetStackNeeds } from '../../../core/fleet/firewall.ts';
import { refusalToAccept } from '../../../core/fleet/project-proof.ts';
import { sharedStackWork } from '../../../core/stack/shared-stack.ts';
import { refusalOfInit } from '../../../core/status/installation.ts';
import { pushOnStatus } from '../../../ports/tip.ts';
import { readInstallation, readRecorded, readSharedStack } from '../../shared/read-installation.ts';
import { applyFleet, type FleetApplied, type FleetPorts } from './fleet.ts';

export type Initialised = {
  readonly status: 'there' | 'created';
  readonly fleet: 'there' | 'created' | 'imported' | 'updated';
};

/** Throws `MisconfiguredAccount` or `Conflict` with the remedy, before any change. */
export async function initialise(ports: FleetPorts, policy: Policy): Promise<Initialised> {
  const installation = await permitted(ports, policy);
  const { firewalls, fleetIds } = installation;
  const need = fleetStackNeeds(policy, firewalls, fleetIds);
  const shared = await readSharedStack(ports, policy);
  const work = sharedStackWork({ ...shared, firewalls, fleetIds, recover: false });
  if (work.kind === 'conflict')
    throw new Failure('Conflict', work.message, { errorClass: 'stalled' });
  const status = await beginStatus(ports);
  if (need === 'none' && work.imports.length === 0) return { status, fleet: 'there' };
  const { imported, changed } = await applyFleet(ports, policy);
  if (need === 'create') return { status, fleet: 'created' };
  return { status, fleet: imported > 0 ? 'imported' : changed > 0 ? 'updated' : 'there' };
}

/**
 * Recreates a wrong state of the stack from the project's resources.
 *
 * @param acceptProject a person confirms the project although no recorded resource is in it
 */
export async function recoverFleet(
  ports: FleetPorts,
  policy: Policy,
  acceptProject = false,
): Promise<FleetApplied> {
  await permitted(ports, policy, acceptProject);
  return applyFleet(ports, policy, { recover: true, acceptProject });
}

async function permitted(ports: FleetPorts, policy: Policy, acceptProject = false) {
  const recorded = await readRecorded(ports);
  const unseen = acceptProject ? refusalToAccept(recorded) : null;
  if (unseen !== null) throw new Failure('Conflict', unseen, { errorClass: 'stalled' });
  const installation = await readInstallation(ports, policy, recorded);
  const refusal = refusalOfInit(installation, acceptProject);
  if (refusal === null) return installation;
  throw new Failure(refusal.reason, `${refusal.message}. ${refusal.todo}`, {
    errorClass: 'stalled',
  });
}

async function beginStatus(ports: Pick<FleetPorts, 'state' | 'clock'>) {
  const draft = { subject: 'Begin the records', body: '', edits: [] };
  const { commits } = await pushOnStatus(ports, async (status) => ({
    drafts: status === null ? [{ ...draft, trailers: [['Aura-Cause', 'init']] }] : [],
  }));
  return commits.length > 0 ? 'created' : 'there';
}
