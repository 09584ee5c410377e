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
    orphans.push({
      ...candidate,
      why: `${candidate.why}${wordOnFile(file, world.nowMs)}`,
      decision,
    });
    const mayAct = world.stop === null && world.policy.pause === undefined;
    if (decision === 'destroy' && file !== undefined && mayAct)
      changes.push(destruction(candidate, file));
  }
  return { orphans, changes };
}

export function orphanKey(resource: { readonly kind: string; readonly id: string }): string {
  return `${resource.kind}/${resource.id}`;
}

/** ms; null where the decision is another one than to keep it. */
export function keptUntilMs({ decision }: OrphanFile['decision']): number | null {
  return typeof decision === 'string' ? null : Date.parse(decision.keep.until);
}

function decisionOf(file: OrphanFile | undefined, nowMs: number): Orphan['decision'] {
  if (file === undefined) return 'new';
  const { decision } = file.decision;
  const untilMs = keptUntilMs(file.decision);
  // Past that it is asked again, like one that nobody has decided on.
  if (untilMs !== null) return nowMs < untilMs ? 'keep' : 'new';
  // Keeping harms nobody; what changes something is a reviewer's to say.
  return file.reviewed && typeof decision === 'string' ? decision : 'undecided';
}

/** Whoever decided and sees nothing happen, or is asked again, is told why. */
function wordOnFile(file: OrphanFile | undefined, nowMs: number): string {
  if (file === undefined) return '';
  const { decision } = file.decision;
  if (typeof decision !== 'string') {
    const { until } = decision.keep;
    return nowMs < Date.parse(until) ? '' : `; it was kept until ${until}`;
  }
  if (file.reviewed || decision === 'undecided') return '';
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
