/**
 * Decides whether `init` may begin or repair an installation, and what `doctor` reports of it. Both
 * use the same functions, so that `doctor` never advises what `init` would refuse.
 */
import type { Policy } from '../agent/policy.ts';
import type { FailureReason } from '../failure.ts';
import { fleetStackNeeds } from '../fleet/firewall.ts';
import type { FleetIds } from '../fleet/fleet-record.ts';
import type { ObservedFirewall, ObservedServer } from '../fleet/observed.ts';
import { liveServers, projectProof, refusalToRecord } from '../fleet/project-proof.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import type { SharedStackWork } from '../stack/shared-stack.ts';

export type Installation = {
  readonly policy: Policy;
  readonly statusExists: boolean;
  /** readable records */
  readonly records: readonly AgentRecord[];
  readonly fleetIds: FleetIds | null;
  /** all servers with the fleet's label */
  readonly servers: readonly ObservedServer[];
  /** recorded servers that the listing lacks and a lookup by id found */
  readonly unlisted: readonly ObservedServer[];
  readonly firewalls: readonly ObservedFirewall[];
};

/** A problem, and what a person has to do about it. */
export type InstallationProblem = {
  readonly reason: FailureReason;
  readonly message: string;
  readonly todo: string;
};

const wrongToken =
  'Set HCLOUD_TOKEN to a token of the fleet’s own project. If it is one, see ' +
  'docs/runbooks/recover-the-shared-stack.md.';
const lostRecords =
  'Restore branch status from a bundle (docs/runbooks/restore-the-repository.md), or recreate it ' +
  'with `aura status rebuild` (docs/runbooks/rebuild-the-records.md).';
const allDeleted =
  'Run `aura plan`: a few missing servers are recreated; if so many are missing that a wrong token is more ' +
  'likely, nothing is done, and docs/runbooks/recover-the-shared-stack.md describes how to begin again.';
const runInit = 'Run `aura init`, which creates it.';

/**
 * Why `init` must not change anything; null if it may.
 *
 * @param accepted a person accepts the project as the fleet's
 */
export function refusalOfInit(
  installation: Installation,
  accepted = false,
): InstallationProblem | null {
  const { statusExists, servers } = installation;
  const proof = proofOf(installation);
  const refusal = refusalToRecord(proof, accepted);
  if (refusal !== null)
    return { reason: 'MisconfiguredAccount', message: refusal, todo: wrongToken };
  if (servers.length === 0 || proof.kind === 'proven') return null;
  const what = statusExists ? 'no record names one of them' : 'there is no branch status';
  const message = `${servers.length} servers carry the label of this fleet, and ${what}`;
  return { reason: 'Conflict', message, todo: lostRecords };
}

/** The problem of a missing branch `status`. */
export function missingStatus(installation: Installation): InstallationProblem {
  const refusal = refusalOfInit(installation);
  return refusal ?? { reason: 'NotFound', message: 'there is none', todo: runInit };
}

/** Recorded servers that are not in the project; null if all are. */
export function missingServers(installation: Installation): InstallationProblem | null {
  const refusal = refusalToRecord(proofOf(installation));
  if (refusal !== null)
    return { reason: 'MisconfiguredAccount', message: refusal, todo: wrongToken };
  const live = liveServers(installation.records);
  const listed = new Set(installation.servers.map(({ id }) => id));
  const missing = live.filter((id) => !listed.has(id));
  if (missing.length === 0) return null;
  const { length: there } = installation.unlisted;
  if (missing.length === live.length && there === 0)
    return {
      reason: 'NotFound',
      message:
        `none of ${live.length} recorded servers is in this Hetzner project, which has the fleet’s ` +
        'firewalls: all of them were deleted',
      todo: allDeleted,
    };
  const label = there === 0 ? '' : `; ${there} of them are there without the fleet's label`;
  return {
    reason: 'NotFound',
    message: `${missing.length} of ${live.length} recorded servers are not in the listing${label}`,
    todo: 'Run `aura plan`: it lists what is done about each of them.',
  };
}

/** Problems of the shared firewalls and of their Terraform state. */
export function wrongFirewalls(
  installation: Installation,
  work: SharedStackWork,
): InstallationProblem | null {
  const { policy, firewalls, fleetIds } = installation;
  const need = fleetStackNeeds(policy, firewalls, fleetIds);
  if (need === 'none' && work.kind === 'work') return null;
  const missing =
    need === 'create' ? 'not all of them are there' : 'they are not as they should be';
  const refusal = refusalOfInit(installation);
  if (refusal !== null) return { ...refusal, message: `${missing}; ${refusal.message}` };
  if (work.kind === 'work')
    return {
      reason: 'NotFound',
      message: missing,
      todo: 'Run `aura init`, which puts them right.',
    };
  const { message } = work;
  return { reason: 'Conflict', message, todo: 'See docs/runbooks/recover-the-shared-stack.md.' };
}

function proofOf({ fleetIds, records, servers, unlisted, firewalls }: Installation) {
  return projectProof({ fleetIds, records, firewalls, servers: [...servers, ...unlisted] });
}
