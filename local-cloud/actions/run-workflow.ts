/**
 * Runs one attempt of a workflow run: the order of its jobs, their conditions, matrices, groups and
 * environments. A runner gets one job at a time.
 */
import type { RunConclusion, RunJob } from '../github/actions-records.ts';
import type { ForJobs } from '../github/job-settings.ts';
import {
  type Contexts,
  conditionHolds,
  interpolated,
  isTrue,
  resolved,
  type StatusOfNeeds,
} from './expressions.ts';
import type { Groups } from './groups.ts';
import { fieldsOf, type Job, listOf, type Workflow } from './workflow.ts';

type JobResult = RunConclusion | 'skipped';
export type Done = {
  readonly result: JobResult;
  readonly outputs: Readonly<Record<string, string>>;
};

/** One job of one combination of its matrix. */
export type Instance = {
  readonly workflow: Workflow;
  readonly job: Job;
  readonly contexts: Contexts;
  readonly record: RunJob;
  readonly signal: AbortSignal;
};

export type Attempt = {
  readonly workflow: Workflow;
  /** of GitHub's side: `github`, `vars`, `inputs` */
  readonly contexts: Contexts;
  readonly settings: ForJobs;
  readonly groups: Groups;
  /** the branch of the run, for environments */
  readonly branch: string;
  readonly cancelling: AbortController;
  /** jobs of an earlier attempt that are not run again, by id */
  readonly kept: ReadonlyMap<string, Done>;
  newRecord(name: string): RunJob;
  /** called where a record of a job changed */
  onChange(record: RunJob): void;
  onDone(job: string, done: Done): void;
  run(instance: Instance): Promise<{ result: RunConclusion; outputs: Done['outputs'] }>;
  now(): number;
};

const instancesMax = 256;

export async function runWorkflow(attempt: Attempt): Promise<RunConclusion> {
  const { workflow, cancelling } = attempt;
  const leave = await entered(attempt, workflow.concurrency, cancelling);
  if (leave === null) return 'cancelled';
  try {
    const started = new Map<string, Promise<Done>>();
    const ended = (id: string): Promise<Done> => {
      const job = workflow.jobs.get(id);
      if (job === undefined) throw new Error(`there is no job ${id}`);
      const known = started.get(id) ?? runWhenReady(attempt, job, ended);
      started.set(id, known);
      return known;
    };
    const all = await Promise.all([...workflow.jobs.keys()].map(ended));
    const results = all.map(({ result }) => result);
    if (cancelling.signal.aborted) return 'cancelled';
    if (results.includes('failure')) return 'failure';
    return results.includes('cancelled') ? 'cancelled' : 'success';
  } finally {
    leave();
  }
}

/** How to leave the group; null where the run was cancelled while it waited. */
async function entered(
  { groups, contexts }: Attempt,
  concurrency: Job['concurrency'],
  cancelling: AbortController,
): Promise<(() => void) | null> {
  if (concurrency === null) return () => {};
  const group = interpolated(concurrency.group, contexts);
  try {
    const cancelInProgress = isTrue(resolved(concurrency.cancelInProgress, contexts));
    return await groups.enter({ group, cancelInProgress }, cancelling.signal, () =>
      cancelling.abort(),
    );
  } catch (thrown) {
    if (!cancelling.signal.aborted) throw thrown;
    return null;
  }
}

async function runWhenReady(
  attempt: Attempt,
  job: Job,
  ended: (id: string) => Promise<Done>,
): Promise<Done> {
  const kept = attempt.kept.get(job.id);
  if (kept !== undefined) return kept;
  const needs = await Promise.all(job.needs.map(async (id) => [id, await ended(id)] as const));
  const contexts = { ...attempt.contexts, needs: Object.fromEntries(needs) };
  const before = await Promise.all(ancestorsOf(attempt.workflow, job).map(ended));
  const status = statusOf(
    attempt,
    before.map(({ result }) => result),
  );
  // A job that is not run after a cancelled one counts as skipped, too.
  if (!conditionHolds(job.condition, contexts, status)) {
    const record = attempt.newRecord(job.id);
    Object.assign(record, { conclusion: 'skipped', completedMs: attempt.now() });
    attempt.onChange(record);
    return { result: 'skipped', outputs: {} };
  }
  const done = await runMatrix(attempt, job, contexts);
  attempt.onDone(job.id, done);
  return done;
}

function statusOf({ cancelling }: Attempt, results: readonly JobResult[]): StatusOfNeeds {
  if (cancelling.signal.aborted) return 'cancelled';
  if (results.includes('failure')) return 'failure';
  return results.every((result) => result === 'success') ? 'success' : 'skipped';
}

/** A failure or a skip counts for all jobs of the chain after it. */
function ancestorsOf({ jobs }: Workflow, { needs }: Job): readonly string[] {
  const found = new Set(needs);
  for (const id of found) for (const one of jobs.get(id)?.needs ?? []) found.add(one);
  return [...found];
}

async function runMatrix(attempt: Attempt, job: Job, contexts: Contexts): Promise<Done> {
  const combinations = combinationsOf(job, contexts);
  // One that fails ends the others, unless the strategy says otherwise.
  const failing = new AbortController();
  const limit = Number(resolved(job.maxParallel, contexts) ?? combinations.length);
  const waiting = combinations.map((matrix) => ({
    matrix,
    record: attempt.newRecord(nameOf(job, matrix)),
  }));
  const done: Done[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { matrix, record } = next;
      const instance = { job, record, contexts: { ...contexts, matrix }, failing: failing.signal };
      const one = await runInstance(attempt, instance);
      done.push(one);
      if (one.result === 'failure' && job.failFast) failing.abort();
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(limit, waiting.length)) }, work));
  const results = done.map(({ result }) => result);
  const result = (['failure', 'cancelled'] as const).find((one) => results.includes(one));
  return {
    result: result ?? 'success',
    outputs: Object.assign({}, ...done.map((one) => one.outputs)),
  };
}

type Started = {
  readonly job: Job;
  readonly contexts: Contexts;
  readonly record: RunJob;
  /** where another instance of the matrix failed */
  readonly failing: AbortSignal;
};

async function runInstance(attempt: Attempt, started: Started): Promise<Done> {
  const done = await resultOf(attempt, started);
  Object.assign(started.record, { conclusion: done.result, completedMs: attempt.now() });
  attempt.onChange(started.record);
  return done;
}

async function resultOf(attempt: Attempt, { job, contexts, record, failing }: Started) {
  const own = new AbortController();
  const outer = AbortSignal.any([attempt.cancelling.signal, failing]);
  outer.addEventListener('abort', () => own.abort(outer.reason));
  if (outer.aborted) own.abort(outer.reason);
  const ended = (result: RunConclusion): Done => ({ result, outputs: {} });
  const refusal = refusedEnvironment(attempt, job);
  if (refusal !== null) {
    record.lines.push(refusal);
    return ended('failure');
  }
  const leave = await entered({ ...attempt, contexts }, job.concurrency, own);
  if (leave === null || own.signal.aborted) return ended('cancelled');
  try {
    record.startedMs = attempt.now();
    attempt.onChange(record);
    const { workflow } = attempt;
    return await attempt.run({ workflow, job, contexts, record, signal: own.signal });
  } catch (thrown) {
    record.lines.push(`the job could not be run: ${String(thrown)}`);
    return ended('failure');
  } finally {
    leave();
  }
}

/** Why a job may not use its environment; null where it may. */
function refusedEnvironment({ settings, branch }: Attempt, { environment }: Job): string | null {
  const named = settings.environments.get(environment?.toLowerCase() ?? '');
  // GitHub makes an unknown environment, without secrets, when a job names it.
  if (named === undefined || named.mayBeUsedBy(branch)) return null;
  return `Branch "${branch}" is not allowed to deploy to ${environment} due to environment protection rules.`;
}

function combinationsOf({ id, matrix }: Job, contexts: Contexts): readonly object[] {
  if (matrix === null) return [{}];
  const lists = Object.entries(fieldsOf(resolved(matrix, contexts), 'a matrix')).map(
    ([name, values]) => [name, listOf(resolved(values, contexts))] as const,
  );
  let all: readonly object[] = [{}];
  for (const [name, values] of lists)
    all = all.flatMap((one) => values.map((value) => ({ ...one, [name]: value })));
  if (all.length === 0) throw new Error(`Matrix vector of job ${id} does not contain any values`);
  if (all.length > instancesMax)
    throw new Error(`job ${id} has more than ${instancesMax} instances`);
  return all;
}

function nameOf({ id, fields }: Job, matrix: object): string {
  const values = Object.values(matrix);
  const name = typeof fields['name'] === 'string' ? fields['name'] : id;
  return values.length === 0 ? name : `${name} (${values.join(', ')})`;
}
