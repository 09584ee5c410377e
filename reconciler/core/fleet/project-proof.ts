/**
 * Decides whether the Hetzner project that a token opens is the one that our records speak of. Names
 * prove nothing: another project can hold firewalls of the same names. An id proves it, for Hetzner
 * gives each id once: that of a firewall which `fleet.yaml` records, or of a recorded server.
 *
 * | fleet.yaml | recorded servers | found here                    | proof      |
 * |------------|------------------|-------------------------------|------------|
 * | any        | any              | a recorded firewall or server | proven     |
 * | there      | any              | none of them                  | refuted    |
 * | absent     | some             | none, and no firewall of ours | refuted    |
 * | absent     | some             | none, firewalls by their name | unrecorded |
 * | absent     | none             |-------------------------------| unrecorded |
 *
 * `unrecorded` is an installation that is new, or older than fleet.yaml. A reading goes on, and its
 * plan asks for the fleet's stack, which is applied before anything is created and then recorded.
 */
import { impossible } from '../failure.ts';
import type { FleetIds } from './fleet-record.ts';
import type { AgentRecord } from './recorded.ts';

type Identified = { readonly id: string };

/**
 * Why no person's word makes a project the fleet's: records that cannot be read may name a server, and
 * a create under a lease may have made one. null where none could be lost from sight.
 */
export function refusalToAccept({
  records,
  broken,
}: {
  readonly records: readonly AgentRecord[];
  /** paths of records that cannot be read */
  readonly broken: readonly string[];
}): string | null {
  const leased = records.filter(({ lease }) => lease !== undefined).map(({ name }) => name);
  const [path] = broken;
  if (path !== undefined) return `${path} cannot be read, and may name a server`;
  if (leased.length > 0)
    return `${leased.sort().join(', ')}: a run may have made a server that no record names yet`;
  return null;
}

export type ProjectEvidence = {
  /** null where none are recorded */
  readonly fleetIds: FleetIds | null;
  readonly records: readonly AgentRecord[];
  /** servers that were seen in the project, listed or by their id */
  readonly servers: readonly Identified[];
  /** firewalls that carry our label or a name of ours */
  readonly firewalls: readonly Identified[];
};

type ProjectProof =
  | { readonly kind: 'proven' }
  /** `live` recorded servers, none of which was seen */
  | { readonly kind: 'refuted'; readonly live: number; readonly message: string }
  | { readonly kind: 'unrecorded'; readonly live: number };

export function projectProof(evidence: ProjectEvidence): ProjectProof {
  const { fleetIds, firewalls } = evidence;
  const live = liveServers(evidence.records);
  if (firewallIsRecorded(fleetIds, firewalls) || someSeen(live, evidence.servers))
    return { kind: 'proven' };
  if (fleetIds !== null || (live.length > 0 && firewalls.length === 0))
    return { kind: 'refuted', live: live.length, message: noneFound(fleetIds, live.length) };
  return { kind: 'unrecorded', live: live.length };
}

/** Servers that our records say exist. */
export function liveServers(records: readonly AgentRecord[]): readonly string[] {
  return records.flatMap(({ gone, server }) =>
    gone !== undefined || server === undefined ? [] : [server.id],
  );
}

/**
 * Why the fleet's stack must not be applied in this project, and its ids must not be recorded; null
 * where both may be done. Recorded servers of which none is here refuse it, whatever the state of the
 * stack remembers: an apply with a wrong token may have filled that.
 *
 * @param accepted a person says that this is the project: it counts where no server is recorded that
 * could be lost from sight
 */
export function refusalToRecord(proof: ProjectProof, accepted = false): string | null {
  switch (proof.kind) {
    case 'proven':
      return null;
    case 'refuted':
      return accepted && proof.live === 0 ? null : proof.message;
    case 'unrecorded':
      return proof.live === 0 ? null : noneFound(null, proof.live);
    default:
      return impossible(proof);
  }
}

function firewallIsRecorded(ids: FleetIds | null, firewalls: readonly Identified[]): boolean {
  return ids !== null && firewalls.some(({ id }) => id === ids.base || id === ids.bootstrap);
}

function someSeen(live: readonly string[], servers: readonly Identified[]): boolean {
  const seen = new Set(servers.map(({ id }) => id));
  return live.some((id) => seen.has(id));
}

function noneFound(ids: FleetIds | null, live: number): string {
  const missing = [
    ...(live === 0 ? [] : [`none of ${live} recorded servers`]),
    ...(ids === null ? [] : [`none of the recorded firewalls (${ids.base}, ${ids.bootstrap})`]),
  ];
  const what = `${missing.join(' and ')} is in this Hetzner project: HCLOUD_TOKEN is for another one`;
  return live > 0
    ? what
    : `${what}, or they were deleted, and \`aura init --recover --accept-project\` makes new ones here`;
}
