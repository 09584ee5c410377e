/**
 * Applies the stack that the whole fleet shares: firewalls and the break-glass key. It does so only
 * in a project that is proven to be the fleet's, imports what exists outside of Terraform's state,
 * and records the ids of the firewalls, which prove the project from then on.
 */

import type { Policy } from '../../../core/agent/policy.ts';
import { Failure } from '../../../core/failure.ts';
import { newFleetRecord } from '../../../core/fleet/fleet-record.ts';
import { projectProof, refusalToRecord } from '../../../core/fleet/project-proof.ts';
import {
  fleetIdsOf,
  isInState,
  type SharedStackWork,
  sharedStackWork,
} from '../../../core/stack/shared-stack.ts';
import {
  type FleetStackSpec,
  fleetStackSpec,
  fleetStateKey,
} from '../../../core/stack/stack-spec.ts';
import type { Ports } from '../../../ports/ports.ts';
import { lookFirst } from '../../shared/look-first.ts';
import {
  readEvidence,
  readInstallation,
  readRecorded,
  readSharedStack,
} from '../../shared/read-installation.ts';
import { mainUnlessStopped } from '../../shared/read-remote.ts';
import { recordFleet } from './record-fleet.ts';
import { applyGated, releaseDeadLock } from './stack.ts';

export type FleetPorts = Pick<
  Ports,
  'cloud' | 'stacks' | 'states' | 'state' | 'journal' | 'clock' | 'log'
>;

/** A person may ask to recreate a wrong state, and confirm that the project is the fleet's. */
type FleetRequest = { readonly recover: boolean; readonly acceptProject?: boolean };

export type FleetApplied = {
  /** whether Terraform's state was recreated */
  readonly anew: boolean;
  readonly imported: number;
  readonly changed: number;
};

/** Precedes the stack of any agent: a server must not exist without its firewall. */
export async function applyFleet(
  given: FleetPorts,
  policy: Policy,
  request: FleetRequest = { recover: false },
): Promise<FleetApplied> {
  const { spec, work, begins } = await decided(given, policy, request);
  await mainUnlessStopped(given);
  const { ports } = lookFirst(given, () => mainUnlessStopped(given));
  // The shared stack has no lease: a lock older than any lease belongs to a dead run.
  await releaseDeadLock({ ports, policy }, spec.stateKey, false);
  if (begins) {
    const begun = new Date(await ports.cloud.now()).toISOString();
    await recordFleet(ports, newFleetRecord({ begun }));
  }
  if (work.anew) await ports.states.remove(spec.stateKey);
  const { imports, ids } = work;
  const expect = { allow: 'shared', ids } as const;
  const effects = await applyGated(ports.stacks, { spec, expect, imports });
  // From Terraform's state: a listing may lag behind it.
  const firewalls = fleetIdsOf(await ports.states.read(spec.stateKey));
  if (firewalls === null)
    throw new Failure('OutcomeUnknown', 'the state of the shared stack lacks a firewall');
  // Also under a stop: the firewalls exist.
  await recordFleet(given, newFleetRecord({ firewalls }));
  return { anew: work.anew, imported: imports.length, changed: effects.length };
}

type Decided = {
  readonly spec: FleetStackSpec;
  readonly work: SharedStackWork & { readonly kind: 'work' };
  /** whether nothing is recorded and no shared resource exists yet */
  readonly begins: boolean;
};

/** Throws where the project is not proven to be the fleet's, or where a person has to decide. */
async function decided(
  ports: FleetPorts,
  policy: Policy,
  { recover, acceptProject = false }: FleetRequest,
): Promise<Decided> {
  const [evidence, shared] = await Promise.all([
    readEvidence(ports, policy),
    readSharedStack(ports, policy),
  ]);
  const proof = projectProof(evidence);
  const refusal = refusalToRecord(proof, acceptProject);
  if (refusal !== null) throw new Failure('MisconfiguredAccount', refusal);
  const { firewalls, fleetIds, fleet, statusExists } = evidence;
  const work = sharedStackWork({ ...shared, firewalls, fleetIds, recover });
  if (work.kind === 'conflict')
    throw new Failure('Conflict', work.message, { errorClass: 'stalled' });
  const inState = isInState(shared.state, firewalls);
  const isNew = proof.kind === 'unrecorded' && !inState && fleet?.begun === undefined;
  const begins = isNew && work.ids.length === 0;
  if (!statusExists || (isNew && !begins)) await refuseOverServers(ports, policy);
  return { spec: shared.spec, work, begins };
}

/**
 * Throws where servers carry the fleet's labels while nothing is recorded: the records were lost,
 * or the servers belong to another installation. An empty branch `status` would be read as
 * complete.
 */
async function refuseOverServers({ cloud }: FleetPorts, { fleet }: Policy): Promise<void> {
  const { items, partial } = await cloud.servers(fleet);
  if (partial.length === 0 && items.length === 0) return;
  const servers = partial.length === 0 ? `${items.length} servers carry` : 'servers may carry';
  const message = `branch status has no records, but ${servers} the fleet's labels`;
  throw new Failure('Conflict', message, { errorClass: 'stalled' });
}

/** Destroys the shared stack. Refused while a server of the fleet exists. */
export async function destroyFleet(given: FleetPorts, policy: Policy): Promise<void> {
  const { fleet } = policy;
  await mainUnlessStopped(given);
  const { ports } = lookFirst(given, () => mainUnlessStopped(given));
  const recorded = await readRecorded(ports);
  const installation = await readInstallation(ports, policy, recorded);
  const servers = [...installation.servers, ...installation.unlisted];
  const refusal = refusalToRecord(projectProof({ ...installation, servers }));
  if (refusal !== null) throw new Failure('MisconfiguredAccount', refusal);
  if (servers.length > 0)
    throw new Failure('Conflict', `${servers.length} servers of ${fleet} still exist`);
  const shared = [...installation.firewalls, ...(await ports.cloud.sshKeys(fleet))];
  const ids = shared.map((one) => one.id).sort();
  const { stateKey, pollIntervalMs } = fleetStackSpec(policy);
  const spec = { kind: 'empty' as const, stateKey, pollIntervalMs };
  // The record goes first: a run that dies in between leaves no record of deleted firewalls.
  if (recorded.statusExists) await recordFleet(ports, null);
  await releaseDeadLock({ ports, policy }, stateKey, false);
  await applyGated(ports.stacks, { spec, expect: { allow: 'deletes', ids }, imports: [] });
  await ports.states.remove(fleetStateKey(fleet));
}
