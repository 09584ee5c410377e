/** Dispatches and workflow runs. Nothing runs here by itself: who starts the world says what does. */
import type { FastifyInstance } from 'fastify';
import {
  fieldIn,
  type GithubWorld,
  invalid,
  notFound,
  page,
  requiredTextIn,
  timeOf,
} from './world.ts';

export type Dispatch =
  | {
      readonly kind: 'repository';
      readonly event: string;
      readonly payload: Readonly<Record<string, unknown>>;
      readonly at: string;
    }
  | {
      readonly kind: 'workflow';
      readonly workflow: string;
      readonly ref: string;
      readonly inputs: Readonly<Record<string, unknown>>;
      readonly at: string;
    };

export type RunConclusion = 'success' | 'failure' | 'cancelled';
type Run = {
  readonly id: number;
  readonly workflow: string;
  readonly event: string;
  readonly createdMs: number;
  updatedMs: number;
  conclusion: RunConclusion | null;
};

export type ActionsStore = {
  dispatches(): readonly Dispatch[];
  /** A run in progress; its id. */
  startRun(workflow: string, event: string): number;
  finishRun(id: number, conclusion: RunConclusion): void;
  dump(): unknown;
};

type Numbered = { Params: { id: string } };
type RunQuery = { Querystring: { status?: string; event?: string } };

export function registerActions(
  app: FastifyInstance,
  world: GithubWorld,
  onDispatch: (dispatch: Dispatch) => void,
): ActionsStore {
  const dispatches: Dispatch[] = [];
  const runs: Run[] = [];
  const now = () => world.clock.now();
  const keep = (dispatch: Dispatch) => {
    dispatches.push(dispatch);
    onDispatch(dispatch);
  };

  app.post('/dispatches', async ({ body }, reply) => {
    const event = requiredTextIn(body, 'event_type');
    const payload = recordIn(body, 'client_payload', 10);
    if (event.length > 100) throw invalid('event_type is longer than 100 characters');
    keep({ kind: 'repository', event, payload, at: timeOf(now()) });
    return reply.code(204).send();
  });
  app.post<Numbered>('/actions/workflows/:id/dispatches', async ({ params, body }, reply) => {
    const ref = requiredTextIn(body, 'ref');
    const inputs = recordIn(body, 'inputs', 25);
    keep({ kind: 'workflow', workflow: params.id, ref, inputs, at: timeOf(now()) });
    return reply.code(204).send();
  });
  app.get<RunQuery>('/actions/runs', async (request, reply) => {
    const wanted = runs.filter(matches(request.query)).reverse();
    return { total_count: wanted.length, workflow_runs: page(wanted, request, reply).map(runBody) };
  });
  app.get<RunQuery & Numbered>('/actions/workflows/:id/runs', async (request, reply) => {
    const own = runs.filter(({ workflow }) => workflow === request.params.id);
    const wanted = own.filter(matches(request.query)).reverse();
    return { total_count: wanted.length, workflow_runs: page(wanted, request, reply).map(runBody) };
  });
  app.get<Numbered>('/actions/runs/:id', async ({ params }) => {
    const run = runs.find(({ id }) => id === Number(params.id));
    if (run === undefined) throw notFound();
    return runBody(run);
  });

  return {
    dispatches: () => dispatches,
    startRun(workflow, event) {
      const id = world.nextId();
      const times = { createdMs: now(), updatedMs: now() };
      runs.push({ id, workflow, event, ...times, conclusion: null });
      return id;
    },
    finishRun(id, conclusion) {
      const run = runs.find((one) => one.id === id);
      if (run !== undefined) Object.assign(run, { conclusion, updatedMs: now() });
    },
    dump: () => ({ dispatches, runs: runs.map(runBody) }),
  };
}

function recordIn(body: unknown, field: string, max: number): Record<string, unknown> {
  const value = fieldIn(body, field);
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw invalid(`${field} is no object`);
  const entries = Object.entries(value);
  if (entries.length > max) throw invalid(`${field} has more than ${max} properties`);
  return Object.fromEntries(entries);
}

/** GitHub's `status` takes conclusions too. */
function matches(query: { status?: string; event?: string }): (run: Run) => boolean {
  return (run) =>
    (query.event === undefined || query.event === run.event) &&
    (query.status === undefined || query.status === run.conclusion || query.status === status(run));
}

const status = (run: Run) => (run.conclusion === null ? 'in_progress' : 'completed');

function runBody(run: Run): Record<string, unknown> {
  return {
    id: run.id,
    name: run.workflow,
    path: `.github/workflows/${run.workflow}`,
    event: run.event,
    head_branch: 'main',
    status: status(run),
    conclusion: run.conclusion,
    run_attempt: 1,
    created_at: timeOf(run.createdMs),
    run_started_at: timeOf(run.createdMs),
    updated_at: timeOf(run.updatedMs),
  };
}
