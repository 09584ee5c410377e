/** Dispatches, workflows and runs over the API. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Run, reopen, statusOf } from './actions-records.ts';
import type { ActionsStore, Workflow } from './actions-store.ts';
import { resolveCommit } from './commits.ts';
import { GithubError, malformed, notFound } from './errors.ts';
import { registerArea } from './frame.ts';
import { numberOf, recordIn, requiredTextIn } from './input.ts';
import { logAddress } from './logs.ts';
import { page } from './page.ts';
import { artifactBody, jobBodies, runBodies, workflowBody } from './run-bodies.ts';
import { type GithubWorld, timeOf } from './world.ts';

type One = { Params: { id: string } };
type RunQuery = {
  Querystring: { status?: string; event?: string; branch?: string; head_sha?: string };
};

export function registerActions(
  app: FastifyInstance,
  world: GithubWorld,
  store: ActionsStore,
): void {
  registerArea(app, { needs: 'contents', docs: 'repos/repos', quiet: true }, (scope) => {
    scope.post('/dispatches', async ({ body }, reply) => {
      const event = requiredTextIn(body, 'event_type');
      const payload = recordIn(body, 'client_payload') ?? {};
      if (event.length > 100) {
        throw malformed('event_type is too long (maximum is 100 characters)');
      }
      checkSize(payload, 10, 'client_payload');
      const at = timeOf(world.clock.now());
      store.dispatch({ kind: 'repository', event, payload, at });
      return reply.code(204).send();
    });
  });
  const area = { needs: 'actions', docs: 'actions/workflow-runs', quiet: true } as const;
  registerArea(app, { ...area, docs: 'actions/workflows' }, (scope) =>
    registerWorkflows(scope, world, store),
  );
  registerArea(app, area, (scope) => {
    registerRuns(scope, world, store);
    registerControl(scope, world, store);
  });
  registerArea(app, { ...area, docs: 'actions/workflow-jobs' }, (scope) =>
    registerJobs(scope, world, store),
  );
}

function checkSize(record: object, max: number, field: string): void {
  if (Object.keys(record).length <= max) return;
  throw malformed(`No more than ${max} properties are allowed; ${field} has more.`);
}

async function workflowAt(store: ActionsStore, id: string): Promise<Workflow> {
  const all = await store.workflows();
  const found = all.find((one) => String(one.id) === id || one.file === id.split('/').at(-1));
  if (found === undefined) throw notFound();
  return found;
}

function registerWorkflows(scope: FastifyInstance, world: GithubWorld, store: ActionsStore): void {
  scope.get('/actions/workflows', async (request, reply) => {
    const all = await store.workflows();
    const workflows = page(all, request, reply).map((one) => workflowBody(world, store, one));
    return { total_count: all.length, workflows };
  });
  scope.get<One>('/actions/workflows/:id', async ({ params }) =>
    workflowBody(world, store, await workflowAt(store, params.id)),
  );
  scope.put<One>('/actions/workflows/:id/enable', async ({ params }, reply) => {
    store.disabled.delete((await workflowAt(store, params.id)).file);
    return reply.code(204).send();
  });
  scope.put<One>('/actions/workflows/:id/disable', async ({ params }, reply) => {
    store.disabled.add((await workflowAt(store, params.id)).file);
    return reply.code(204).send();
  });
  scope.post<One>('/actions/workflows/:id/dispatches', async ({ params, body }, reply) => {
    const { file, events } = await workflowAt(store, params.id);
    const ref = requiredTextIn(body, 'ref');
    const inputs = recordIn(body, 'inputs') ?? {};
    checkSize(inputs, 25, 'inputs');
    if ((await resolveCommit(world, ref)) === null) {
      throw new GithubError(422, `No ref found for: ${ref}`);
    }
    if (!events.includes('workflow_dispatch')) {
      throw new GithubError(422, "Workflow does not have 'workflow_dispatch' trigger");
    }
    if (store.disabled.has(file)) {
      throw new GithubError(422, 'Cannot trigger a workflow that is disabled.');
    }
    const at = timeOf(world.clock.now());
    store.dispatch({ kind: 'workflow', workflow: file, ref, inputs, at });
    return reply.code(204).send();
  });
}

/** GitHub's `status` takes conclusions too. */
function matches(world: GithubWorld, query: RunQuery['Querystring']): (run: Run) => boolean {
  const { status, event, branch, head_sha: sha } = query;
  return (run) =>
    (event === undefined || event === run.event) &&
    (branch === undefined || branch === world.settings.defaultBranch) &&
    (sha === undefined || sha === run.sha) &&
    (status === undefined || status === run.conclusion || status === statusOf(run));
}

function registerRuns(scope: FastifyInstance, world: GithubWorld, store: ActionsStore): void {
  const list = async (
    runs: readonly Run[],
    at: { request: FastifyRequest; reply: FastifyReply },
  ) => {
    const wanted = runs.filter(matches(world, at.request.query as RunQuery['Querystring']));
    const newest = page(wanted.reverse(), at.request, at.reply);
    return { total_count: wanted.length, workflow_runs: await runBodies(world, store, newest) };
  };
  scope.get('/actions/runs', (request, reply) => list(store.runs, { request, reply }));
  scope.get<One>('/actions/workflows/:id/runs', async (request, reply) => {
    const own = await ownRuns(store, request.params.id);
    return list(own, { request, reply });
  });
  scope.get<One>('/actions/runs/:id', async ({ params }) => {
    const [body] = await runBodies(world, store, [findRun(store, params.id)]);
    return body;
  });
  scope.get<One>('/actions/runs/:id/logs', async (request, reply) => {
    const run = findRun(store, request.params.id);
    return reply
      .code(302)
      .header('location', logAddress(world, 'runs', run.id))
      .send();
  });
}

async function ownRuns(store: ActionsStore, id: string): Promise<Run[]> {
  const { file } = await workflowAt(store, id);
  return store.runs.filter(({ workflow }) => workflow === file);
}

function findRun(store: ActionsStore, id: string): Run {
  const run = store.runs.find((one) => one.id === numberOf(id));
  if (run === undefined) throw notFound();
  return run;
}

function registerControl(scope: FastifyInstance, world: GithubWorld, store: ActionsStore): void {
  for (const verb of ['rerun', 'rerun-failed-jobs']) {
    scope.post<One>(`/actions/runs/:id/${verb}`, async ({ params }, reply) => {
      const run = findRun(store, params.id);
      if (run.conclusion === null) {
        throw new GithubError(403, 'This workflow run cannot be retried');
      }
      if (verb === 'rerun-failed-jobs' && run.conclusion === 'success') {
        throw new GithubError(403, 'This workflow run cannot be retried: it has no failed jobs');
      }
      const nowMs = world.clock.now();
      const attempt = run.attempt + 1;
      Object.assign(run, { conclusion: null, attempt, startedMs: nowMs, updatedMs: nowMs });
      if (store.engine === null) reopen(run);
      else store.engine.rerun(run, verb === 'rerun' ? 'all' : 'failed');
      return reply.code(201).send({});
    });
  }
  for (const verb of ['cancel', 'force-cancel']) {
    scope.post<One>(`/actions/runs/:id/${verb}`, async ({ params }, reply) => {
      const run = findRun(store, params.id);
      if (run.conclusion !== null) {
        throw new GithubError(409, 'Cannot cancel a workflow run that is completed.');
      }
      if (store.engine === null) store.finishRun(run.id, 'cancelled');
      else store.engine.cancel(run);
      return reply.code(202).send({});
    });
  }
}

function registerJobs(scope: FastifyInstance, world: GithubWorld, store: ActionsStore): void {
  const jobs = (run: Run) => jobBodies(world, store, run);
  scope.get<One>('/actions/runs/:id/jobs', async (request, reply) => {
    const all = await jobs(findRun(store, request.params.id));
    return { total_count: all.length, jobs: page(all, request, reply) };
  });
  scope.get<{ Params: { id: string; attempt: string } }>(
    '/actions/runs/:id/attempts/:attempt/jobs',
    async (request, reply) => {
      const run = findRun(store, request.params.id);
      if (numberOf(request.params.attempt) !== run.attempt) throw notFound();
      const all = await jobs(run);
      return { total_count: all.length, jobs: page(all, request, reply) };
    },
  );
  const byJob = (id: string): Run => {
    const run = store.runs.find((one) => one.jobs.some((job) => job.id === numberOf(id)));
    if (run === undefined) throw notFound();
    return run;
  };
  scope.get<One>('/actions/jobs/:id', async ({ params }) => {
    const all = await jobs(byJob(params.id));
    return all.find((one) => one['id'] === numberOf(params.id));
  });
  scope.get<One>('/actions/jobs/:id/logs', async ({ params }, reply) => {
    byJob(params.id);
    return reply
      .code(302)
      .header('location', logAddress(world, 'jobs', numberOf(params.id)))
      .send();
  });
  scope.get<One>('/actions/runs/:id/artifacts', async (request, reply) => {
    const run = findRun(store, request.params.id);
    const all = run.artifacts.map((one) => artifactBody(world, run, one));
    return { total_count: all.length, artifacts: page(all, request, reply) };
  });
}
