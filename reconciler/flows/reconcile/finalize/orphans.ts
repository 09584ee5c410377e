/**
 * Proposes orphans in one pull request, updated in place: one decision file each, which the
 * reviewer sets to destroy, adopt or keep. Removes decisions that were carried out.
 */
import { agentPath } from '../../../core/agent/agent.ts';
import { parseOrphanFile, renderOrphanFile } from '../../../core/agent/decision-file.ts';
import type { FileText } from '../../../core/agent/document.ts';
import { compareText, type OrphanFile } from '../../../core/fleet/world.ts';
import {
  type Orphan,
  type OrphanKind,
  orphanKey,
  orphanPath,
  usuallyListed,
} from '../../../core/orphans/orphan.ts';
import {
  agentNamedBy,
  type Described,
  describedOrphan,
  orphansBody,
} from '../../../core/orphans/report.ts';
import { keptUntilMs } from '../../../core/orphans/verdict.ts';
import type { Plan } from '../../../core/plan/plan.ts';
import { timeMs } from '../../../core/text/time.ts';
import type { Snapshot } from '../../../ports/desired-state.ts';
import { pushOnTip, tipOf } from '../../../ports/tip.ts';
import { orphanFilesOn } from '../../shared/decision-files.ts';
import type { FinalizePorts } from './finalize-ports.ts';
import { dropProposal, keepProposal, type WantedFile } from './proposal.ts';

const proposalHead = 'aura/orphans';
/** History lookups per proposal; past them a file describes the labels only. */
const historyLooksMax = 200;

/** URLs of the pull requests that were opened or updated. */
export async function finalizeOrphans(
  ports: FinalizePorts,
  plan: Plan,
): Promise<readonly string[]> {
  if (plan.reading.kind !== 'complete') return [];
  await removeExecuted(ports, plan);
  const undecided = plan.orphans.filter((orphan) => orphan.decision === 'new');
  if (undecided.length === 0) {
    // Where only servers were observed, the open one may be about other resources.
    if (plan.foreign !== null) await dropProposal(ports, proposalHead);
    return [];
  }
  const main = await tipOf(ports, 'main');
  const replaced = await expiredOn(main, plan);
  const described = await describe(ports, plan, { orphans: undecided, replaced });
  return keepProposal(ports, {
    head: proposalHead,
    title: `Orphans: ${undecided.length} to decide`,
    body: orphansBody(described),
    cause: 'orphan',
    folder: 'orphans/',
    alone: false,
    files: described
      .map((resource) => undecidedFile(resource, replaced.get(orphanKey(resource))))
      .sort((a, b) => compareText(a.path, b.path)),
  });
}

/** An expired `keep` is asked again in its own file. */
function undecidedFile(
  resource: Described,
  kept: Pick<Decision, 'path' | 'text'> | undefined,
): WantedFile {
  const path = kept?.path ?? orphanPath({ resource: resource.kind, id: resource.id });
  const text = renderOrphanFile({
    apiVersion: 'aura.dev/v1',
    kind: 'Orphan',
    resource,
    decision: 'undecided',
  });
  return { path, text, ...(kept === undefined ? {} : { over: kept.text }) };
}

/** A description on the branch stays as first written. */
async function describe(
  ports: FinalizePorts,
  plan: Plan,
  { orphans, replaced }: { readonly orphans: readonly Orphan[]; readonly replaced: Replaced },
): Promise<readonly Described[]> {
  const branch = await ports.state.fetch(proposalHead);
  const described: Described[] = [];
  let looks = 0;
  for (const orphan of orphans) {
    const before = branch === null ? null : await describedIn(branch, orphan, replaced);
    if (before !== null) {
      described.push(before);
      continue;
    }
    looks += 1;
    const lastFile = looks > historyLooksMax ? null : await lastFileOf(ports, plan, orphan);
    described.push(describedOrphan(orphan, plan.basis.at, lastFile));
  }
  return described;
}

async function describedIn(
  branch: Snapshot,
  orphan: Orphan,
  replaced: Replaced,
): Promise<Described | null> {
  const kept = replaced.get(keyOf(orphan));
  const path = kept?.path ?? orphanPath(orphan);
  const file = await branch.read(path);
  // A merged and expired text does not describe the new request.
  if (file === null || file.text === kept?.text) return null;
  const parsed = parseOrphanFile({ path, ...file });
  if (!parsed.ok) return null;
  const { resource } = parsed.value;
  return resource.kind === orphan.resource && resource.id === orphan.id ? resource : null;
}

/** The history of the file of the agent in its labels; null where they name none. */
async function lastFileOf(
  { state }: FinalizePorts,
  plan: Plan,
  orphan: Orphan,
): Promise<string | null> {
  const agent = agentNamedBy(orphan, plan.basis.fleet);
  if (agent === null) return null;
  const path = agentPath(agent);
  const removal = await state.lastRemoval(path);
  if (removal !== null) {
    const cause = removal.cause === null ? '' : ` (${removal.cause})`;
    return `its last file was removed by commit ${removal.commit.slice(0, 10)} at ${removal.at}${cause}`;
  }
  const touched = await state.lastCommitOf('main', path);
  return touched === null
    ? `main never had a file of ${agent}`
    : `its file was last changed by commit ${touched.commit.slice(0, 10)} at ${touched.at}`;
}

/** Removes decisions whose resource is gone: they were carried out. */
async function removeExecuted(ports: FinalizePorts, plan: Plan): Promise<void> {
  await pushOnTip(ports, 'main', async (main) => {
    const paths = await executedPaths(ports, main, plan);
    if (paths.length === 0) return { drafts: [] };
    const subject = `Orphans: ${paths.length} decisions carried out`;
    const edits = paths.map((path) => ({ path, text: null }));
    const trailers = [['Aura-Cause', 'finalized']] as const;
    return { drafts: [{ subject, body: paths.join('\n'), trailers, edits }] };
  });
}

/** Matched by content, not by path; a file that changed after the plan stays. */
async function executedPaths(
  { state }: FinalizePorts,
  main: Snapshot,
  plan: Plan,
): Promise<readonly string[]> {
  const left = new Set(plan.orphans.map(keyOf));
  const wasLookedAt = (kind: OrphanKind) => plan.foreign !== null || usuallyListed.has(kind);
  const executed: string[] = [];
  for (const { path, text, key, decision } of await decisionsOn(main)) {
    if (left.has(key) || !wasLookedAt(decision.resource.kind)) continue;
    if ((await state.textAt(plan.basis.main, path)) === text) executed.push(path);
  }
  return executed;
}

export function keyOf({ resource, id }: Orphan): string {
  return orphanKey({ kind: resource, id });
}

/** Expired decisions to overwrite, by resource. */
type Replaced = ReadonlyMap<string, Pick<Decision, 'path' | 'text'>>;

/** Expired decisions to keep. */
async function expiredOn(main: Snapshot, { basis }: Plan): Promise<Replaced> {
  const isOver = ({ decision }: Decision) => {
    const untilMs = keptUntilMs(decision);
    return untilMs !== null && untilMs <= timeMs(basis.at);
  };
  return new Map((await decisionsOn(main)).filter(isOver).map((one) => [one.key, one]));
}

type Decision = Pick<FileText, 'path' | 'text'> & {
  readonly key: string;
  readonly decision: OrphanFile['decision'];
};

/** Readable decisions; an invalid one is in the plan, and stays until a person corrects it. */
export async function decisionsOn(main: Snapshot): Promise<readonly Decision[]> {
  return (await orphanFilesOn(main)).flatMap(({ path, oid, text }) => {
    const parsed = parseOrphanFile({ path, oid, text });
    if (!parsed.ok) return [];
    return [{ path, text, key: orphanKey(parsed.value.resource), decision: parsed.value }];
  });
}
