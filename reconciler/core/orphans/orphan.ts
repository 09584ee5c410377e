/**
 * Decides what becomes of what carries our fleet's marks but belongs to no file and no record: a
 * person's merged decision is carried out, everything else waits for one. Nothing here is destroyed
 * without it; what has none of our marks is not looked at.
 */
import type { Orphan } from '../../../schemas/generated/plan.ts';
import { labelNames, type ObservedServer } from '../world/observed.ts';
import type { Change } from '../world/situation.ts';
import type { OrphanFile, World } from '../world/world.ts';
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
export const usuallyListed: ReadonlySet<OrphanKind> = new Set(['server', 'device', 'state']);

/** Empty in anything but a complete reading: what is missing from it could be an orphan's owner. */
export function findOrphans(world: World): OrphanFindings {
  if (world.observed.reading.kind !== 'complete') return { orphans: [], changes: [] };
  const decisions = Map.groupBy(world.orphanFiles, ({ decision }) => orphanKey(decision.resource));
  const servers = new Map(world.observed.servers.map((server) => [server.id, server]));
  const orphans: Orphan[] = [];
  const changes: Change[] = [];
  for (const candidate of orphanCandidates(world)) {
    const key = orphanKey({ kind: candidate.resource, id: candidate.id });
    const { decision, file, word } = verdictOf(decisions.get(key) ?? [], world.nowMs);
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

/** Whoever decided to take it back and sees nothing happen is told why. */
function unadoptable(
  { resource }: Candidate,
  server: ObservedServer | undefined,
  { policy, files }: World,
): string {
  const why =
    server === undefined ? `a ${resource} cannot be` : hindranceOf(server, { policy, files });
  return why === null ? '' : `; it is to be taken back, which is impossible: ${why}`;
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
