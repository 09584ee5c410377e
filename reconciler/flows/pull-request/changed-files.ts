/** The files that a pull request changes, checked as the reconciler reads them. */
import type { AgentFile, Problem } from '../../core/agent/agent.ts';
import { agentIdOfPath } from '../../core/agent/agent.ts';
import { parseAgentFile } from '../../core/agent/agent-file.ts';
import { checkFile, fileKindOf, wholeFile } from '../../core/agent/check-file.ts';
import { parseOrphanFile } from '../../core/agent/decision-file.ts';
import { incidentsPath } from '../../core/agent/incidents.ts';
import { silencesPath } from '../../core/agent/silences.ts';
import { Failure } from '../../core/failure.ts';
import { compareText } from '../../core/fleet/world.ts';
import type { ChangedFile } from '../../core/pull-request/meaning.ts';
import type { Merge, Snapshot } from '../../ports/desired-state.ts';

export type Changes = {
  readonly paths: ReadonlySet<string>;
  readonly problems: readonly Problem[];
  readonly agents: readonly ChangedFile[];
  /** one line for each decision about an orphan or a refused change */
  readonly decisions: readonly string[];
};

const folders = ['agents/', 'approvals/', 'orphans/'] as const;
const single = ['catalog.yaml', 'policy.yaml', silencesPath, incidentsPath] as const;

export async function readChanges({ base, merged }: Merge): Promise<Changes> {
  const paths = await changedPaths(base, merged);
  const problems: Problem[] = [];
  const agents: ChangedFile[] = [];
  const decisions: string[] = [];
  for (const path of paths) {
    const kind = fileKindOf(path);
    if (kind === null) continue;
    const [before, after] = [await base.read(path), await merged.read(path)];
    if (after !== null) problems.push(...checkFile({ path, kind, text: after.text }).problems);
    else if (kind === 'catalog' || kind === 'policy') problems.push(wholeFile(path, 'is removed'));
    if (kind === 'agent') agents.push(changedAgent(path, before, after));
    if (kind === 'orphan' || kind === 'approval') decisions.push(decisionLine(path, before, after));
  }
  return { paths: new Set(paths), problems, agents, decisions };
}

async function changedPaths(base: Snapshot, merged: Snapshot): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const folder of folders) {
    const changes = await merged.changesSince(base.commit, folder);
    if (changes === null)
      throw new Failure('UnexpectedAnswer', `git cannot compare ${base.commit} with the merge`);
    paths.push(...changes.map(({ path }) => path));
  }
  for (const path of single) {
    const [before, after] = [await base.read(path), await merged.read(path)];
    if (before?.oid !== after?.oid) paths.push(path);
  }
  return paths.sort(compareText);
}

type Content = { readonly oid: string; readonly text: string } | null;

function changedAgent(path: string, before: Content, after: Content): ChangedFile {
  const parsed = (content: Content): AgentFile | null =>
    content === null ? null : parseAgentFile({ path, ...content });
  return {
    agent: agentIdOfPath(path) ?? path,
    path,
    before: parsed(before),
    after: parsed(after),
  };
}

function decisionLine(path: string, before: Content, after: Content): string {
  if (after === null) return `${path} is removed`;
  const verb = before === null ? 'is added' : 'is changed';
  const orphan = path.startsWith('orphans/') ? parseOrphanFile({ path, ...after }) : null;
  if (orphan?.ok !== true) return `${path} ${verb}`;
  const { resource, decision } = orphan.value;
  return `${path} ${verb}: ${decision} ${resource.kind} ${resource.id} ${resource.name}`;
}
