/** Reads what `main` asks for: catalog, policy, agents, and the decisions about orphans and limits. */
import type { AgentFile } from '../core/agent.ts';
import { parseAgentFile } from '../core/agent-file.ts';
import type { Catalog } from '../core/catalog.ts';
import { parseApprovalFile, parseOrphanFile } from '../core/decision-file.ts';
import { Failure } from '../core/failure.ts';
import type { Policy } from '../core/policy.ts';
import type { GrantedApproval, OrphanFile } from '../core/world.ts';
import type { DesiredState, Forge, Log, Snapshot } from '../ports.ts';
import { readCatalogAndPolicy } from '../read-catalog.ts';

export type DesiredFiles = {
  readonly main: string;
  readonly catalog: Catalog;
  readonly policy: Policy;
  readonly files: readonly AgentFile[];
  readonly orphanFiles: readonly OrphanFile[];
};

/** An unreadable catalog or policy stops the tick; an invalid agent file freezes that agent alone. */
export async function readFiles(state: DesiredState, log: Log): Promise<DesiredFiles> {
  const snapshot = await state.fetch('main');
  if (snapshot === null) throw new Failure('NotFound', 'the agents repository has no branch main');
  const { catalog, policy } = await readCatalogAndPolicy(snapshot);
  const files = await readFolder(snapshot, 'agents/');
  const orphans = await readFolder(snapshot, 'orphans/');
  return {
    main: snapshot.commit,
    catalog,
    policy,
    files: files.map(parseAgentFile),
    orphanFiles: orphans.flatMap((file) => {
      const parsed = parseOrphanFile(file);
      if (parsed.ok) return [{ path: file.path, oid: file.oid, decision: parsed.value }];
      log.warn(
        { path: file.path, problems: parsed.problems },
        'an orphan decision is invalid and does not count',
      );
      return [];
    }),
  };
}

/**
 * Approvals count only where the Forge says that the commit came by a merged pull request which a
 * person approved, and only for a while. Where the Forge cannot be asked, none counts.
 */
export async function readApprovals(
  ports: { state: DesiredState; forge: Forge; log: Log },
  policy: Policy,
  nowMs: number,
): Promise<readonly GrantedApproval[]> {
  const snapshot = await ports.state.fetch('main');
  const files = snapshot === null ? [] : await readFolder(snapshot, 'approvals/');
  const granted: GrantedApproval[] = [];
  for (const file of files) {
    const parsed = parseApprovalFile(file);
    if (!parsed.ok) {
      ports.log.warn(
        { path: file.path, problems: parsed.problems },
        'an approval is invalid and does not count',
      );
      continue;
    }
    if (await isGranted(ports, file.path, policy, nowMs))
      granted.push({ path: file.path, approval: parsed.value });
  }
  return granted;
}

async function isGranted(
  { state, forge, log }: { state: DesiredState; forge: Forge; log: Log },
  path: string,
  policy: Policy,
  nowMs: number,
): Promise<boolean> {
  try {
    const commit = await state.lastCommitOf('main', path);
    const merged = commit === null ? null : await forge.mergedProposalOf(commit.commit);
    if (merged === null || merged.approvedBy.length === 0) return false;
    return nowMs - Date.parse(merged.mergedAt) < policy.approvals.validHours * 3_600_000;
  } catch (error) {
    log.warn({ path, error }, 'the Forge could not be asked about an approval; it does not count');
    return false;
  }
}

async function readFolder(
  snapshot: Snapshot,
  prefix: string,
): Promise<readonly { path: string; oid: string; text: string }[]> {
  const entries = (await snapshot.list(prefix)).filter((entry) => entry.path.endsWith('.yaml'));
  const texts = await snapshot.readAll(entries.map((entry) => entry.oid));
  return entries.map((entry) => {
    const text = texts.get(entry.oid);
    if (text === undefined)
      throw new Failure('UnexpectedAnswer', `git has no blob ${entry.oid} of ${entry.path}`);
    return { ...entry, text };
  });
}
