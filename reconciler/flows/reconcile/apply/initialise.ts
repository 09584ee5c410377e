/**
 * Begins an installation, or repairs what an installation begins with: branch `status` and the
 * stack that the fleet shares. It holds the records against the project before it touches anything.
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

/**
 * Throws `MisconfiguredAccount` or `Conflict`, with what to do about it, and has changed nothing then.
 */
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
 * Makes the stack's state again from what the project has, where the state is wrong.
 *
 * @param acceptProject a person says that the project is the fleet's, though nothing recorded is there
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
