/**
 * `aura validate --pull-request N`: checks a pull request and keeps one comment on it. It needs a
 * token that reads the repository and writes comments, and no other account.
 */
import { appendFile, writeFile } from 'node:fs/promises';
import {
  commentMarker,
  commentOf,
  type PullRequestReport,
  wholeReport,
} from '../../../core/pull-request/report.ts';
import { checkPullRequest } from '../../../flows/pull-request/check-pull-request.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import type { VerbContext } from '../run/verb.ts';
import { withPorts } from '../run/with-ports.ts';
import { plain } from '../text/output.ts';

const portNames = ['state', 'files', 'journal', 'forge', 'clock'] as const;

export type PullRequestOptions = { readonly pullRequest: number; readonly report?: string };

export function validatePullRequest(
  { env, out }: VerbContext,
  { pullRequest, report: file }: PullRequestOptions,
): Promise<ExitCode> {
  return withPorts(env, portNames, async (ports) => {
    const checked = await checkPullRequest(ports, pullRequest);
    if (checked.kind === 'skipped') {
      out.text(`Nothing to check: ${plain(checked.why)}.`);
      out.document({ ok: true, pullRequest, comment: null, problems: [] });
      return exitCodes.fine;
    }
    const { report, isFromFork } = checked;
    const body = commentOf(report, wherePlaced(file, env['GITHUB_RUN_ID']));
    // Before the comment, which may fail.
    await keepReport(report, { body, file, summary: env['GITHUB_STEP_SUMMARY'] });
    out.text(plain(body));
    // The token of a workflow that a fork started may only read.
    const comment = isFromFork
      ? null
      : await ports.forge.keepComment(pullRequest, { marker: commentMarker, body });
    const ok = report.problems.length === 0;
    out.document({ ok, pullRequest, comment, problems: report.problems });
    return ok ? exitCodes.fine : exitCodes.error;
  });
}

/** Where the workflow keeps the file, in words; null without a file. */
function wherePlaced(file: string | undefined, run: string | undefined): string | null {
  if (file === undefined) return null;
  return run === undefined ? 'the report' : `the artefact of run ${run}`;
}

async function keepReport(
  report: PullRequestReport,
  places: {
    readonly body: string;
    readonly file: string | undefined;
    readonly summary: string | undefined;
  },
): Promise<void> {
  const { body, file, summary = '' } = places;
  if (file !== undefined) await writeFile(file, wholeReport(report));
  if (summary !== '') await appendFile(summary, body);
}
