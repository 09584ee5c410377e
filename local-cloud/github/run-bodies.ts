/** Workflows, runs and jobs as GitHub shows them. */
import { type Artifact, type Run, statusOf, statusOfJob } from './actions-records.ts';
import type { ActionsStore, Workflow } from './actions-store.ts';
import { repositoryBody, userBody } from './bodies.ts';
import { rawCommits } from './commits.ts';
import { type GithubWorld, htmlUrl, nodeId, repoUrl, timeOf, timeOrNull } from './world.ts';

export function workflowBody(
  world: GithubWorld,
  store: ActionsStore,
  { id, file, name }: Workflow,
): Record<string, unknown> {
  const path = `.github/workflows/${file}`;
  return {
    id,
    node_id: nodeId('W', id),
    name,
    path,
    state: store.disabled.has(file) ? 'disabled_manually' : 'active',
    created_at: timeOf(world.createdMs),
    updated_at: timeOf(world.createdMs),
    url: repoUrl(world, `/actions/workflows/${id}`),
    html_url: htmlUrl(world, `/blob/${world.settings.defaultBranch}/${path}`),
    badge_url: htmlUrl(world, `/workflows/${encodeURIComponent(name)}/badge.svg`),
  };
}

export async function runBodies(
  world: GithubWorld,
  store: ActionsStore,
  runs: readonly Run[],
): Promise<Record<string, unknown>[]> {
  const workflows = await store.workflows();
  const branch = `refs/heads/${world.settings.defaultBranch}`;
  const tip = store.tip() ?? (await world.repository.resolve(branch));
  const { commits } = store;
  const shas = new Set(runs.map(({ sha }) => sha ?? tip).filter((sha) => sha !== null));
  const unread = [...shas].filter((sha) => !commits.has(sha));
  for (const one of await rawCommits(world, unread)) commits.set(one.sha, one);
  return runs.map((run) => {
    const workflow = workflows.find(({ file }) => file === run.workflow);
    const commit = commits.get(run.sha ?? tip ?? '');
    const { name = run.workflow, id = 0 } = workflow ?? {};
    const title = commit?.message.split('\n')[0] ?? name;
    return runBody(world, run, {
      name,
      display_title: title,
      workflow_id: id,
      workflow_url: repoUrl(world, `/actions/workflows/${id}`),
      head_sha: commit?.sha ?? '',
      head_commit:
        commit === undefined
          ? null
          : {
              id: commit.sha,
              tree_id: commit.tree,
              message: commit.message,
              timestamp: commit.committer.date,
              author: { name: commit.author.name, email: commit.author.email },
              committer: { name: commit.committer.name, email: commit.committer.email },
            },
    });
  });
}

function runBody(
  world: GithubWorld,
  run: Run,
  found: Record<string, unknown>,
): Record<string, unknown> {
  const url = repoUrl(world, `/actions/runs/${run.id}`);
  const actor = userBody(world, world.accounts.owner);
  return {
    id: run.id,
    node_id: nodeId('WFR', run.id),
    ...found,
    head_branch: world.settings.defaultBranch,
    path: `.github/workflows/${run.workflow}`,
    run_number: run.number,
    event: run.event,
    status: statusOf(run),
    conclusion: run.conclusion,
    check_suite_id: run.suite,
    check_suite_node_id: nodeId('CS', run.suite),
    url,
    html_url: htmlUrl(world, `/actions/runs/${run.id}`),
    pull_requests: [],
    created_at: timeOf(run.createdMs),
    updated_at: timeOf(run.updatedMs),
    actor,
    run_attempt: run.attempt,
    referenced_workflows: [],
    run_started_at: timeOf(run.startedMs),
    triggering_actor: actor,
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: repoUrl(world, `/check-suites/${run.suite}`),
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: run.attempt > 1 ? `${url}/attempts/${run.attempt - 1}` : null,
    repository: repositoryBody(world),
    head_repository: repositoryBody(world),
  };
}

export async function jobBodies(
  world: GithubWorld,
  store: ActionsStore,
  run: Run,
): Promise<Record<string, unknown>[]> {
  const [body = {}] = await runBodies(world, store, [run]);
  return run.jobs.map((job) => ({
    id: job.id,
    run_id: run.id,
    workflow_name: body['name'],
    head_branch: body['head_branch'],
    run_url: body['url'],
    run_attempt: run.attempt,
    node_id: nodeId('CR', job.id),
    head_sha: body['head_sha'],
    url: repoUrl(world, `/actions/jobs/${job.id}`),
    html_url: htmlUrl(world, `/actions/runs/${run.id}/job/${job.id}`),
    status: statusOfJob(job),
    conclusion: job.conclusion,
    created_at: timeOf(run.startedMs),
    started_at: timeOf(job.startedMs ?? run.startedMs),
    completed_at: timeOrNull(job.completedMs),
    name: job.name,
    steps: job.steps.map(({ name, conclusion, startedMs, completedMs }, place) => ({
      name,
      status: conclusion === null ? 'in_progress' : 'completed',
      conclusion,
      number: place + 1,
      started_at: timeOf(startedMs),
      completed_at: timeOrNull(completedMs),
    })),
    check_run_url: repoUrl(world, `/check-runs/${job.id}`),
    labels: ['ubuntu-latest'],
    runner_id: 1,
    runner_name: 'GitHub Actions 1',
    runner_group_id: 0,
    runner_group_name: 'GitHub Actions',
  }));
}

export function artifactBody(
  world: GithubWorld,
  run: Run,
  { id, name, bytes, createdMs }: Artifact,
): Record<string, unknown> {
  const lifeMs = 90 * 86_400_000;
  return {
    id,
    node_id: nodeId('A', id),
    name,
    size_in_bytes: bytes,
    url: repoUrl(world, `/actions/artifacts/${id}`),
    archive_download_url: repoUrl(world, `/actions/artifacts/${id}/zip`),
    expired: false,
    created_at: timeOf(createdMs),
    updated_at: timeOf(createdMs),
    expires_at: timeOf(createdMs + lifeMs),
    workflow_run: { id: run.id, head_sha: run.sha ?? '' },
  };
}
