/** Reads what `main` asks for: catalog, policy, agents, and the decisions about orphans and limits. */
import type { AgentFile } from '../../../core/agent/agent.ts';
import type { Catalog } from '../../../core/agent/catalog.ts';
import {
  parseOrphanFile,
  type UnreadableDecision,
  unreadableDecision,
} from '../../../core/agent/decision-file.ts';
import type { Policy } from '../../../core/agent/policy.ts';
import { Failure } from '../../../core/failure.ts';
import type { GrantedApproval, OrphanFile } from '../../../core/fleet/world.ts';
import type { AgentFiles, Snapshot } from '../../../ports/desired-state.ts';
import type { Log } from '../../../ports/log.ts';
import type { Ports } from '../../../ports/ports.ts';
import { readApprovals, reviewOf } from '../../shared/read-approvals.ts';

type DesiredFiles = {
  readonly catalog: Catalog;
  readonly policy: Policy;
  readonly files: readonly AgentFile[];
  readonly orphanFiles: readonly Omit<OrphanFile, 'reviewed'>[];
  /** of decisions about orphans */
  readonly unreadable: readonly UnreadableDecision[];
};

/** An invalid agent file freezes that agent alone; an invalid decision does not count, and is named. */
export async function readFiles(
  { files, log }: { readonly files: AgentFiles; readonly log: Log },
  main: Snapshot,
): Promise<Pick<DesiredFiles, 'files' | 'orphanFiles' | 'unreadable'>> {
  const orphanFiles: DesiredFiles['orphanFiles'][number][] = [];
  const unreadable: UnreadableDecision[] = [];
  for (const file of await readFolder(main, 'orphans/')) {
    const { path, oid } = file;
    const parsed = parseOrphanFile(file);
    if (parsed.ok) {
      orphanFiles.push({ path, oid, decision: parsed.value });
      continue;
    }
    const { problems } = parsed;
    log.warn({ path, problems }, 'an orphan decision is invalid and does not count');
    unreadable.push(unreadableDecision(file, problems));
  }
  return { files: await files.at(main), orphanFiles, unreadable };
}

/** A decision that changes something counts only where somebody has reviewed it. */
export async function reviewedOrphanFiles(
  ports: Pick<Ports, 'state' | 'forge' | 'log'>,
  main: Snapshot,
  files: readonly Omit<OrphanFile, 'reviewed'>[],
): Promise<readonly OrphanFile[]> {
  const reviewed: OrphanFile[] = [];
  for (const file of files) {
    const { decision } = file.decision;
    if (decision !== 'destroy' && decision !== 'adopt') {
      reviewed.push({ ...file, reviewed: false });
      continue;
    }
    const review = await reviewOf(ports, main, file.path);
    if (!review.reviewed)
      ports.log.warn({ path: file.path, why: review.why }, 'an orphan decision does not count');
    reviewed.push({ ...file, reviewed: review.reviewed });
  }
  return reviewed;
}

/** Those that count, as they stand, and those that nobody can read. */
export async function readGranted(
  ports: Pick<Ports, 'state' | 'forge' | 'log'>,
  main: Snapshot,
  time: { readonly policy: Policy; readonly nowMs: number },
): Promise<{
  readonly granted: readonly GrantedApproval[];
  readonly unreadable: readonly UnreadableDecision[];
}> {
  const read = await readApprovals(ports, main, time);
  return {
    granted: read.flatMap(({ path, approval, standing }) =>
      standing === 'granted' && approval !== null ? [{ path, approval }] : [],
    ),
    unreadable: read.flatMap(({ approval, unreadable }) =>
      approval === null && unreadable !== undefined ? [unreadable] : [],
    ),
  };
}

async function readFolder(
  snapshot: Snapshot,
  prefix: string,
): Promise<readonly { path: string; oid: string; text: string }[]> {
  const entries = (await snapshot.list(prefix)).filter((entry) => entry.path.endsWith('.yaml'));
  if (entries.length === 0) return [];
  const texts = await snapshot.readAll(entries.map((entry) => entry.oid));
  return entries.map((entry) => {
    const text = texts.get(entry.oid);
    if (text === undefined)
      throw new Failure('UnexpectedAnswer', `git has no blob ${entry.oid} of ${entry.path}`);
    return { ...entry, text };
  });
}
