/**
 * Decides what happens to orphans: a merged decision of a person is carried out, other orphans wait
 * for one. No orphan is destroyed without a decision; resources without our labels are ignored.
 */
import type { Orphan } from '../../../schemas/generated/plan.ts';
import type { UnreadableDecision } from '../agent/decision-file.ts';
import { digest } from '../agent/digest.ts';
import { labelNames, type ObservedServer } from '../fleet/observed.ts';
import { serverPlaces } from '../fleet/server-place.ts';
import type { Change } from '../fleet/situation.ts';
import type { OrphanFile, World } from '../fleet/world.ts';
import { foreignness } from './adoption.ts';
import { type Candidate, orphanCandidates, type Waiting, waitingServers } from './candidates.ts';
import { verdictOf } from './verdict.ts';

export type { Orphan };
export type OrphanKind = Orphan['resource'];
export type OrphanFindings = {
  readonly orphans: readonly Orphan[];
  readonly changes: readonly Change[];
  /** servers that are neither adoptable nor orphans yet */
  readonly waiting: readonly Waiting[];
};

/** Kinds that every reading lists; the others are read only with `--everything`. */
export const usuallyListed: ReadonlySet<OrphanKind> = new Set([
  'server',
  'device',
  'state',
  'primaryIp',
]);

/** Empty unless the reading is complete: an unread resource could be an orphan's owner. */
export function findOrphans(world: World): OrphanFindings {
  if (world.observed.reading.kind !== 'complete') return { orphans: [], changes: [], waiting: [] };
  const placeOf = serverPlaces(world);
  const decisions = Map.groupBy(world.orphanFiles, ({ decision }) => orphanKey(decision.resource));
  const servers = new Map(world.observed.servers.map((server) => [server.id, server]));
  const orphans: Orphan[] = [];
  const changes: Change[] = [];
  for (const candidate of orphanCandidates(world, placeOf)) {
    const key = orphanKey({ kind: candidate.resource, id: candidate.id });
    const unreadable = world.unreadable.filter((one) => isAbout(one, candidate));
    const { decision, file, word } = verdictOf(decisions.get(key) ?? [], unreadable, world.nowMs);
    const server = candidate.resource === 'server' ? servers.get(candidate.id) : undefined;
    const hitch = decision === 'adopt' ? unadoptable(candidate, server, world) : '';
    orphans.push({ ...candidate, why: `${candidate.why}${word}${hitch}`, decision });
    const mayAct = world.stop === null && world.policy.pause === undefined;
    if (decision === 'destroy' && file !== null && mayAct)
      changes.push(destruction(candidate, file));
  }
  return { orphans, changes, waiting: waitingServers(world, placeOf) };
}

export function orphanKey(resource: { readonly kind: string; readonly id: string }): string {
  return `${resource.kind}/${resource.id}`;
}

/** The path of a decision file. Foreign ids that are long or have special characters get a hash. */
export function orphanPath({ resource, id }: Pick<Orphan, 'resource' | 'id'>): string {
  const plain = id.replaceAll(/[^A-Za-z0-9.-]/g, '_');
  const isOdd = id.length > plainIdMax || /[^A-Za-z0-9./-]/.test(id);
  const name = isOdd ? `${plain.slice(0, plainIdMax)}-${digest(id, 12)}` : plain;
  return `orphans/${resource}-${name}.yaml`;
}
const plainIdMax = 80;

/** Compares the resource in the file, or the file's name if the resource cannot be read. */
function isAbout({ path, about }: UnreadableDecision, candidate: Candidate): boolean {
  return about === null
    ? path === orphanPath(candidate)
    : about.kind === candidate.resource && about.id === candidate.id;
}

/** Why a decision to adopt has no effect; empty if it has one. */
function unadoptable(
  { resource }: Candidate,
  server: ObservedServer | undefined,
  world: World,
): string {
  const why = server === undefined ? `a ${resource} cannot be` : hindranceOf(server, world);
  return why === null ? '' : `; it is to be adopted, which is impossible: ${why}`;
}

function hindranceOf(server: ObservedServer, { policy, files }: World): string | null {
  const agent = server.labels[labelNames.agent];
  const hasFile = files.some(({ id }) => id === agent);
  return hasFile
    ? `${agent} has a file and a server of its own`
    : foreignness(server, policy.fleet);
}

function destruction(candidate: Candidate, file: OrphanFile): Change {
  return {
    kind: 'destroyOrphan',
    agent: candidate.labels?.[labelNames.agent] ?? candidate.name,
    basis: { path: file.path, file: file.oid, record: 'none' },
    because: `${file.path} says destroy: ${candidate.why}`,
    resource: candidate.resource,
    id: candidate.id,
  };
}
