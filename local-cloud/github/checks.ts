/** Commit statuses and check runs over the API. */
import type { FastifyInstance } from 'fastify';
import { appBody, repositoryBody, userBody } from './bodies.ts';
import type { CheckRun, CommitStatus } from './checks-store.ts';
import { noCommit, resolveCommit } from './commits.ts';
import { GithubError, invalid, malformed, notFound } from './errors.ts';
import { registerArea } from './frame.ts';
import { numberOf, recordIn, requiredTextIn, textIn, wordIn } from './input.ts';
import { page } from './page.ts';
import {
  actorOf,
  credentialOf,
  type GithubWorld,
  htmlUrl,
  nodeId,
  repoUrl,
  timeOf,
  timeOrNull,
} from './world.ts';

type OfRef = { Params: { ref: string } };
type One = { Params: { id: string } };

export function registerChecks(app: FastifyInstance, world: GithubWorld): void {
  registerArea(app, { needs: 'statuses', docs: 'commits/statuses' }, (scope) =>
    registerStatuses(scope, world),
  );
  registerArea(app, { needs: 'checks', docs: 'checks/runs' }, (scope) =>
    registerRuns(scope, world),
  );
}

async function commitAt(world: GithubWorld, ref: string): Promise<string> {
  const sha = await resolveCommit(world, ref);
  if (sha === null) throw noCommit(ref);
  return sha;
}

function registerStatuses(scope: FastifyInstance, world: GithubWorld): void {
  const { checks } = world;
  scope.post<{ Params: { sha: string } }>('/statuses/:sha', async (request, reply) => {
    const { body } = request;
    const sha = await commitAt(world, request.params.sha);
    const state = wordIn(body, 'state', ['error', 'failure', 'pending', 'success']);
    if (state === undefined) throw malformed(`"state" wasn't supplied.`);
    const description = textIn(body, 'description') ?? null;
    if ((description?.length ?? 0) > 140) {
      throw invalid({
        resource: 'Status',
        field: 'description',
        code: 'custom',
        message: 'description is too long (maximum is 140 characters)',
      });
    }
    const status: CommitStatus = {
      id: world.nextId(),
      sha,
      by: actorOf(world, request),
      state,
      context: textIn(body, 'context') ?? 'default',
      description,
      targetUrl: textIn(body, 'target_url') ?? null,
      atMs: world.clock.now(),
    };
    checks.statuses.push(status);
    checks.changed();
    return reply.code(201).send(statusBody(world, status));
  });
  scope.get<OfRef>('/commits/:ref/status', async (request, reply) => {
    const sha = await commitAt(world, request.params.ref);
    const newest = new Map<string, CommitStatus>();
    for (const one of checks.statuses) if (one.sha === sha) newest.set(one.context, one);
    const statuses = [...newest.values()];
    return {
      state: combined(statuses.map(({ state }) => state)),
      statuses: page(statuses, request, reply).map((one) => simpleStatus(world, one)),
      sha,
      total_count: statuses.length,
      repository: repositoryBody(world),
      commit_url: repoUrl(world, `/commits/${sha}`),
      url: repoUrl(world, `/commits/${sha}/status`),
    };
  });
}

/** No status counts as pending, as on GitHub. */
function combined(states: readonly CommitStatus['state'][]): string {
  if (states.some((state) => state === 'error' || state === 'failure')) return 'failure';
  return states.length > 0 && states.every((state) => state === 'success') ? 'success' : 'pending';
}

function simpleStatus(world: GithubWorld, status: CommitStatus): Record<string, unknown> {
  return {
    url: repoUrl(world, `/statuses/${status.sha}`),
    avatar_url: `https://avatars.githubusercontent.com/u/${status.by.id}?v=4`,
    id: status.id,
    node_id: nodeId('SC', status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: timeOf(status.atMs),
    updated_at: timeOf(status.atMs),
  };
}

function statusBody(world: GithubWorld, status: CommitStatus): Record<string, unknown> {
  return { ...simpleStatus(world, status), creator: userBody(world, status.by) };
}

type RunQuery = { Querystring: { check_name?: string; status?: string; filter?: string } };

function registerRuns(scope: FastifyInstance, world: GithubWorld): void {
  const { checks } = world;
  const find = (id: string): CheckRun => {
    const found = checks.runs.find((one) => one.id === numberOf(id));
    if (found === undefined) throw notFound();
    return found;
  };
  scope.post('/check-runs', async (request, reply) => {
    const { permissions, app } = credentialOf(world, request);
    if (permissions === null) throw new GithubError(403, 'You must authenticate via a GitHub App.');
    const name = requiredTextIn(request.body, 'name');
    const sha = await commitAt(world, requiredTextIn(request.body, 'head_sha'));
    const suite = checks.runs.find((one) => one.sha === sha && one.app === app)?.suite;
    const run: CheckRun = {
      id: world.nextId(),
      suite: suite ?? world.nextId(),
      sha,
      app,
      name,
      status: 'queued',
      conclusion: null,
      startedMs: world.clock.now(),
      completedMs: null,
      externalId: '',
      detailsUrl: null,
      output: { title: null, summary: null, text: null },
    };
    changeRun(world, run, request.body);
    checks.runs.push(run);
    checks.changed();
    return reply.code(201).send(checkRunBody(world, run));
  });
  scope.patch<One>('/check-runs/:id', async (request) => {
    const run = find(request.params.id);
    const { permissions, app } = credentialOf(world, request);
    if (permissions === null || run.app !== app) {
      throw new GithubError(
        403,
        `Invalid app_id \`${app?.id ?? 0}\` - check run can only be modified by the GitHub App ` +
          'that created it.',
      );
    }
    changeRun(world, run, request.body);
    checks.changed();
    return checkRunBody(world, run);
  });
  scope.get<OfRef & RunQuery>('/commits/:ref/check-runs', async (request, reply) => {
    const sha = await commitAt(world, request.params.ref);
    const { check_name: name, status, filter } = request.query;
    const own = checks.runs.filter(
      (one) =>
        one.sha === sha &&
        (name === undefined || one.name === name) &&
        (status === undefined || one.status === status),
    );
    const kept = filter === 'all' ? own : [...new Map(own.map((one) => [one.name, one])).values()];
    const check_runs = page(kept, request, reply).map((one) => checkRunBody(world, one));
    return { total_count: kept.length, check_runs };
  });
}

const conclusions = [
  'action_required',
  'cancelled',
  'failure',
  'neutral',
  'success',
  'skipped',
  'stale',
  'timed_out',
] as const;

function changeRun(world: GithubWorld, run: CheckRun, body: unknown): void {
  const conclusion = wordIn(body, 'conclusion', conclusions);
  const status = wordIn(body, 'status', ['queued', 'in_progress', 'completed'] as const);
  if (status === 'completed' && conclusion === undefined && run.conclusion === null) {
    throw malformed(`"conclusion" wasn't supplied.`);
  }
  const output = recordIn(body, 'output');
  run.name = textIn(body, 'name') ?? run.name;
  run.externalId = textIn(body, 'external_id') ?? run.externalId;
  run.detailsUrl = textIn(body, 'details_url') ?? run.detailsUrl;
  if (output !== undefined) {
    const title = textIn(output, 'title') ?? null;
    const text = textIn(output, 'text') ?? null;
    run.output = { title, summary: requiredTextIn(output, 'summary'), text };
  }
  // A conclusion completes the run.
  run.status = conclusion === undefined ? (status ?? run.status) : 'completed';
  run.conclusion = run.status === 'completed' ? (conclusion ?? run.conclusion) : null;
  run.completedMs = run.status === 'completed' ? (run.completedMs ?? world.clock.now()) : null;
}

function checkRunBody(world: GithubWorld, run: CheckRun): Record<string, unknown> {
  const url = repoUrl(world, `/check-runs/${run.id}`);
  const html = htmlUrl(world, `/runs/${run.id}`);
  return {
    id: run.id,
    node_id: nodeId('CR', run.id),
    head_sha: run.sha,
    external_id: run.externalId,
    url,
    html_url: html,
    details_url: run.detailsUrl ?? html,
    status: run.status,
    conclusion: run.conclusion,
    started_at: timeOf(run.startedMs),
    completed_at: timeOrNull(run.completedMs),
    output: { ...run.output, annotations_count: 0, annotations_url: `${url}/annotations` },
    name: run.name,
    check_suite: { id: run.suite },
    app: run.app === null ? null : appBody(world, run.app),
    pull_requests: [],
  };
}
