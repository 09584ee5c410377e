/**
 * Decides whether the token's Hetzner project is the one in our records. Another project can have
 * firewalls of the same names, but Hetzner's ids are unique: a recorded firewall or server proves
 * it.
 *
 * | recorded                  | found here                    | proof      |
 * |---------------------------|-------------------------------|------------|
 * | any firewalls and servers | one of them                   | proven     |
 * |                           | none of them                  | refuted    |
 * | no firewall and no server |-------------------------------| unrecorded |
 *
 * `unrecorded` is a new installation. The reading continues, and its plan includes the fleet's
 * stack, which is applied and recorded before anything is created.
 */
import type { FleetIds } from './fleet-record.ts';
import type { AgentRecord } from './recorded.ts';

type Identified = { readonly id: string };

/**
 * Why a person may not accept a project as the fleet's: a record that cannot be read may name a
 * server, and a create under a lease may have made one. null if no server could be lost.
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
  /** null if none are recorded */
  readonly fleetIds: FleetIds | null;
  readonly records: readonly AgentRecord[];
  /** servers that were found in the project, listed or by id */
  readonly servers: readonly Identified[];
  /** firewalls with our label or one of our names */
  readonly firewalls: readonly Identified[];
};

type ProjectProof =
  | { readonly kind: 'proven' }
  /** `live`: the number of recorded servers */
  | { readonly kind: 'refuted'; readonly live: number; readonly message: string }
  | { readonly kind: 'unrecorded' };

export function projectProof(evidence: ProjectEvidence): ProjectProof {
  const { fleetIds, firewalls } = evidence;
  const live = liveServers(evidence.records);
  if (firewallIsRecorded(fleetIds, firewalls) || someSeen(live, evidence.servers))
    return { kind: 'proven' };
  if (fleetIds === null && live.length === 0) return { kind: 'unrecorded' };
  return { kind: 'refuted', live: live.length, message: noneFound(fleetIds, live.length) };
}

/** Ids of the servers that exist according to the records. */
export function liveServers(records: readonly AgentRecord[]): readonly string[] {
  return records.flatMap(({ gone, server }) =>
    gone !== undefined || server === undefined ? [] : [server.id],
  );
}

/**
 * Why the fleet's stack must not be applied in this project and its ids must not be recorded; null
 * if both are allowed. They are refused if none of the recorded servers is here, whatever the
 * stack's state contains: an apply with a wrong token may have written it.
 *
 * @param accepted a person accepts the project; it counts only if no server is recorded
 */
export function refusalToRecord(proof: ProjectProof, accepted = false): string | null {
  if (proof.kind !== 'refuted') return null;
  return accepted && proof.live === 0 ? null : proof.message;
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
