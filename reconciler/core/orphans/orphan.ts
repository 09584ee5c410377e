/**
 * Decides what becomes of what carries our fleet's labels but belongs to no file and no record: a
 * person's merged decision is carried out, everything else waits for one. Nothing here is destroyed
 * without it; what has none of our labels is not looked at.
 */
import type { Orphan } from '../../../schemas/generated/plan.ts';
import type { UnreadableDecision } from '../agent/decision-file.ts';
import { digest } from '../agent/digest.ts';
import { labelNames, type ObservedServer } from '../fleet/observed.ts';
import type { Change } from '../fleet/situation.ts';
import type { OrphanFile, World } from '../fleet/world.ts';
import { foreignness } from './adoption.ts';
import { type Candidate, orphanCandidates } from './candidates.ts';
import { verdictOf } from './verdict.ts';

export type { Orphan };
export type OrphanKind = Orphan['resource'];
export type OrphanFindings = {
  readonly orphans: readonly Orphan[];
  readonly changes: readonly Change[];
};

/** Kinds that every listing of the fleet shows; the others show where everything is looked at. */
export const usuallyListed: ReadonlySet<OrphanKind> = new Set([
  'server',
  'device',
  'state',
  'primaryIp',
]);

/** Empty in anything but a complete reading: what is missing from it could be an orphan's owner. */
export function findOrphans(world: World): OrphanFindings {
  if (world.observed.reading.kind !== 'complete') return { orphans: [], changes: [] };
  const decisions = Map.groupBy(world.orphanFiles, ({ decision }) => orphanKey(decision.resource));
  const servers = new Map(world.observed.servers.map((server) => [server.id, server]));
  const orphans: Orphan[] = [];
  const changes: Change[] = [];
  for (const candidate of orphanCandidates(world)) {
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
  return { orphans, changes };
}

export function orphanKey(resource: { readonly kind: string; readonly id: string }): string {
  return `${resource.kind}/${resource.id}`;
}

/**
 * Ids are others' to choose: one that is long or odd is distinguished by a hash, and not by its
 * letters.
 */
export function orphanPath({ resource, id }: Pick<Orphan, 'resource' | 'id'>): string {
  const plain = id.replaceAll(/[^A-Za-z0-9.-]/g, '_');
  const isOdd = id.length > plainIdMax || /[^A-Za-z0-9./-]/.test(id);
  const name = isOdd ? `${plain.slice(0, plainIdMax)}-${digest(id, 12)}` : plain;
  return `orphans/${resource}-${name}.yaml`;
}
const plainIdMax = 80;

/** By what it says, or by its name where not even that can be read. */
function isAbout({ path, about }: UnreadableDecision, candidate: Candidate): boolean {
  return about === null
    ? path === orphanPath(candidate)
    : about.kind === candidate.resource && about.id === candidate.id;
}

/** A decision to take it back that has no effect is answered with the reason. */
function unadoptable(
  { resource }: Candidate,
  server: ObservedServer | undefined,
  { policy, files }: World,
): string {
  const why =
    server === undefined ? `a ${resource} cannot be` : hindranceOf(server, { policy, files });
  return why === null ? '' : `; it is to be adopted, which is impossible: ${why}`;
}

function hindranceOf(
  server: ObservedServer,
  { policy, files }: Pick<World, 'policy' | 'files'>,
): string | null {
  const agent = server.labels[labelNames.agent];
  const hasFile = files.some(({ id }) => id !== null && id === agent);
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
