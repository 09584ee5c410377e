/**
 * Decides what becomes of what carries our fleet's marks but belongs to no file and no record: a
 * person's merged decision is carried out, everything else waits for one. Nothing here is destroyed
 * without it; what has none of our marks is not looked at.
 */
import type { Orphan } from '../../../schemas/generated/plan.ts';
import { labelNames } from '../world/observed.ts';
import type { Change } from '../world/situation.ts';
import type { OrphanFile, World } from '../world/world.ts';
import { type Candidate, orphanCandidates } from './candidates.ts';

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
  const decisions = new Map(
    world.orphanFiles.map((file) => [orphanKey(file.decision.resource), file]),
  );
  const orphans: Orphan[] = [];
  const changes: Change[] = [];
  for (const candidate of orphanCandidates(world)) {
    const file = decisions.get(orphanKey({ kind: candidate.resource, id: candidate.id }));
    const decision = decisionOf(file, world.nowMs);
    orphans.push({ ...candidate, why: `${candidate.why}${unreviewedWord(file)}`, decision });
    const mayAct = world.stop === null && world.policy.pause === undefined;
    if (decision === 'destroy' && file !== undefined && mayAct)
      changes.push(destruction(candidate, file));
  }
  return { orphans, changes };
}

export function orphanKey(resource: { readonly kind: string; readonly id: string }): string {
  return `${resource.kind}/${resource.id}`;
}

function decisionOf(file: OrphanFile | undefined, nowMs: number): Orphan['decision'] {
  if (file === undefined) return 'new';
  const { decision } = file.decision;
  // Keeping harms nobody; what changes something is a reviewer's to say.
  if (typeof decision === 'string') return file.reviewed ? decision : 'undecided';
  return nowMs < Date.parse(decision.keep.until) ? 'keep' : 'undecided';
}

/** Whoever decided and sees nothing happen is told why. */
function unreviewedWord(file: OrphanFile | undefined): string {
  const decision = file?.decision.decision;
  if (file === undefined || file.reviewed || (decision !== 'destroy' && decision !== 'adopt'))
    return '';
  return `; ${file.path} says ${decision}, which no review stands behind`;
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
