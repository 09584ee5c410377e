/**
 * Adds up the minutes of runs as GitHub bills them: for each job on a machine of GitHub's, its time
 * rounded up to whole minutes. GitHub's own figures need a permission over the whole organisation.
 * https://docs.github.com/en/billing/concepts/product-billing/github-actions
 */
import type { Octokit } from '@octokit/rest';
import { timeMs } from '../../core/text/time.ts';
import { readTime } from '../http/times.ts';
import { asked, listIn } from './failures.ts';
import { allPages } from './pages.ts';

type Here = { readonly owner: string; readonly repo: string };

/** A request each: where there were more runs, the newest stand for all. */
const runsRead = 100;
const perPage = 100;
/** GitHub lists no more than the newest thousands. */
const pagesMax = 50;
/** The group of GitHub's own machines. Those of other groups are not in the quota. */
const hostedGroup = 'GitHub Actions';

export async function minutesUsed(
  { rest }: Octokit,
  here: Here,
  { from, until }: { readonly from: string; readonly until: string },
): Promise<number> {
  const runs = await runsWithin(rest, here, { fromMs: timeMs(from), untilMs: timeMs(until) });
  let minutes = 0;
  const read = runs.slice(0, runsRead);
  for (const run_id of read) {
    const jobs = await allPages((page) =>
      rest.actions
        .listJobsForWorkflowRun({ ...here, run_id, filter: 'all', ...page })
        .then(({ data, headers }) => ({ data: data.jobs, headers })),
    );
    for (const job of jobs) minutes += minutesOf(job);
  }
  return read.length === 0 ? 0 : Math.round((minutes * runs.length) / read.length);
}

/** Ids, the newest first, as GitHub lists them. */
async function runsWithin(
  rest: Octokit['rest'],
  here: Here,
  { fromMs, untilMs }: { readonly fromMs: number; readonly untilMs: number },
): Promise<readonly number[]> {
  const ids = new Set<number>();
  for (let page = 1; page <= pagesMax; page += 1) {
    const found = rest.actions.listWorkflowRunsForRepo({ ...here, per_page: perPage, page });
    const runs = listIn((await asked(found)).data.workflow_runs);
    const times = runs.map((run) => timeMs(readTime(run.created_at, 'a run of GitHub')));
    for (const [place, { id }] of runs.entries()) {
      const atMs = times[place] ?? 0;
      if (atMs >= fromMs && atMs < untilMs) ids.add(id);
    }
    if (runs.length < perPage || times.some((atMs) => atMs < fromMs)) break;
  }
  return [...ids];
}

function minutesOf(job: {
  readonly conclusion: string | null;
  readonly started_at: string;
  readonly completed_at: string | null;
  readonly runner_group_name: string | null;
}): number {
  // One that was skipped, or waited until it was canceled, has no machine.
  const ran = job.completed_at !== null && job.conclusion !== 'skipped';
  if (!ran || job.runner_group_name !== hostedGroup) return 0;
  const [started, ended] = [job.started_at, job.completed_at ?? job.started_at].map((at) =>
    timeMs(readTime(at, 'a job of GitHub')),
  );
  return Math.max(1, Math.ceil(((ended ?? 0) - (started ?? 0)) / 60_000));
}
