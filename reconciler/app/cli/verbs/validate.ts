/**
 * `aura validate`: checks a checked-out agents repository as the reconciler reads it, and reports
 * all problems of all files at once. It needs no account and no network, but for a pull request.
 */
import type { Problem } from '../../../core/agent/agent.ts';
import { agentExample } from '../../../core/agent/agent-file.ts';
import { catalogExample, isSold } from '../../../core/agent/catalog.ts';
import {
  type CheckedFile,
  checkFile,
  type FileKind,
  wholeFile,
} from '../../../core/agent/check-file.ts';
import { renderApprovalFile, renderOrphanFile } from '../../../core/agent/decision-file.ts';
import { problemText } from '../../../core/agent/document.ts';
import { cutHoldText } from '../../../core/agent/hold.ts';
import { incidentsExample } from '../../../core/agent/incidents.ts';
import { policyExample } from '../../../core/agent/policy.ts';
import { silencesExample } from '../../../core/agent/silences.ts';
import { counted } from '../../../core/text/counted.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import type { VerbContext } from '../run/verb.ts';
import { plain } from '../text/output.ts';
import { type RepositoryFile, readRepository } from './repository-folder.ts';
import type { PullRequestOptions } from './validate-pull-request.ts';

export async function validateVerb(
  context: VerbContext,
  { path, pullRequest, report }: { readonly path: string } & Partial<PullRequestOptions>,
): Promise<ExitCode> {
  if (pullRequest !== undefined) {
    const { validatePullRequest } = await import('./validate-pull-request.ts');
    return validatePullRequest(context, {
      pullRequest,
      ...(report === undefined ? {} : { report }),
    });
  }
  const { out } = context;
  const files = await readRepository(path);
  const checked = files.map((file) => ({ file, ...check(file) }));
  const bad = checked.filter(({ problems }) => problems.length > 0);
  const problems = bad.flatMap((one) => one.problems);
  const warnings = [...unsold(checked), ...cutHolds(checked)];
  const ok = bad.length === 0;

  out.text(
    [
      ...problems.map((problem) => plain(problemText(problem))),
      ...warnings.map(
        (warning) => `${out.paint('yellow', 'warning:')} ${plain(problemText(warning))}`,
      ),
      ...[...new Set(bad.map(({ file }) => file.kind))].sort().map(exampleText),
      ok
        ? out.paint('green', countText(files))
        : out.paint('red', `\n${counted(problems.length, 'problem')} in ${badText(bad, files)}.`),
    ].join('\n'),
  );
  out.document({ ok, files: files.length, problems, warnings });
  return ok ? exitCodes.fine : exitCodes.error;
}

/** @param file one without a text has its problem already */
function check(file: RepositoryFile): CheckedFile {
  return file.text === null ? { problems: [wholeFile(file.path, file.why)] } : checkFile(file);
}

/** Only a warning: an agent that runs keeps its server type, even if it is not sold any more. */
function unsold(checked: readonly CheckedFile[]): readonly Problem[] {
  const catalog = checked.find((one) => one.catalog !== undefined)?.catalog;
  if (catalog === undefined) return [];
  return checked.flatMap(({ agent }) => {
    if (agent?.kind !== 'valid') return [];
    const { plan, region, retired } = agent.agent.spec;
    if (retired !== undefined || isSold(catalog, plan, region)) return [];
    const said = `the catalog does not sell plan ${plan} in region ${region}: no new server of it`;
    return [{ ...wholeFile(agent.path, said), field: 'spec' }];
  });
}

/** Only a warning, too: the hold counts, but ends earlier than written. */
function cutHolds(checked: readonly CheckedFile[]): readonly Problem[] {
  const policy = checked.find((one) => one.policy !== undefined)?.policy;
  if (policy === undefined) return [];
  return checked.flatMap(({ agent }) => {
    const said = agent?.kind === 'valid' ? cutHoldText(agent.agent.spec, policy) : null;
    if (agent === undefined || said === null) return [];
    return [{ ...wholeFile(agent.path, said), field: 'spec.hold' }];
  });
}

const exampleOf: Readonly<Record<FileKind, string>> = {
  agent: agentExample,
  approval: renderApprovalFile({
    apiVersion: 'aura.dev/v1',
    kind: 'Approval',
    entries: [
      {
        agent: 'agt-ebatfk893tq6',
        server: '4711',
        file: '0123456789abcdef0123456789abcdef01234567',
        change: 'retire',
      },
    ],
  }),
  catalog: catalogExample,
  orphan: renderOrphanFile({
    apiVersion: 'aura.dev/v1',
    kind: 'Orphan',
    resource: {
      kind: 'server',
      id: '4711',
      name: 'agt-ebatfk893tq6',
      seen: '2026-11-22T05:00:00Z',
      why: 'no file and no record is of it',
    },
    decision: 'undecided',
  }),
  policy: policyExample,
  silences: silencesExample,
  incidents: incidentsExample,
};

function exampleText(kind: FileKind): string {
  const indented = exampleOf[kind].trimEnd().replaceAll(/^/gm, '    ');
  return `\nA valid ${kind} file looks like this:\n\n${indented}`;
}

function badText(bad: readonly unknown[], files: readonly unknown[]): string {
  return `${bad.length} of ${counted(files.length, 'file')}`;
}

function countText(files: readonly RepositoryFile[]): string {
  const agents = files.filter(({ kind }) => kind === 'agent').length;
  return `${counted(files.length, 'file')}, ${counted(agents, 'agent')} among them: all valid.`;
}
