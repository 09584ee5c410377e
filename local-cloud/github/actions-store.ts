/**
 * Dispatches, runs and their jobs. Without an engine (`../actions`) runs start only when the caller
 * of the world starts them, and have one job.
 */
import { parse } from 'yaml';
import { finish, type Run, type RunConclusion, type RunJob, statusOf } from './actions-records.ts';
import { lines, type RawCommit } from './commits.ts';
import { type GithubWorld, timeOf } from './world.ts';

type Dispatch =
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

/** What works runs off. */
type RunEngine = {
  rerun(run: Run, jobs: 'all' | 'failed'): void;
  cancel(run: Run): void;
};

export type Workflow = {
  readonly id: number;
  /** Beneath `.github/workflows/`. */
  readonly file: string;
  readonly name: string;
  readonly events: readonly string[];
};

export type ActionsStore = {
  readonly runs: Run[];
  readonly disabled: Set<string>;
  /** The default branch, as of the last change that was noticed. */
  tip(): string | null;
  /** Commits that runs ran on: they never change. */
  readonly commits: Map<string, RawCommit>;
  dispatches(): readonly Dispatch[];
  dispatch(dispatch: Dispatch): void;
  onDispatch(listener: (dispatch: Dispatch) => void): void;
  /** A run in progress with one job; its id. */
  startRun(workflow: string, event: string): number;
  finishRun(id: number, conclusion: RunConclusion): void;
  /** A run without jobs yet, for the engine. */
  openRun(workflow: string, event: string, sha: string): Run;
  newJob(name: string): RunJob;
  /** null where the caller of the world finishes runs */
  engine: RunEngine | null;
  /** Those of the default branch, and those that have run. */
  workflows(): Promise<Workflow[]>;
  dump(): unknown;
};

export function createActionsStore(world: GithubWorld): ActionsStore {
  const listeners: ((dispatch: Dispatch) => void)[] = [];
  const dispatches: Dispatch[] = [];
  const runs: Run[] = [];
  const ids = new Map<string, number>();
  const branch = `refs/heads/${world.settings.defaultBranch}`;
  let tip: string | null = null;
  /** As the default branch has them; null: to be read again. */
  let known: Omit<Workflow, 'id'>[] | null = null;
  world.repository.onChange((changes) => {
    for (const { ref, after } of changes) {
      if (ref !== branch) continue;
      tip = after;
      known = null;
    }
  });
  const idOf = (file: string): number => {
    const id = ids.get(file) ?? world.nextId();
    ids.set(file, id);
    return id;
  };
  const openRun = (workflow: string, event: string, sha: string | null): Run => {
    const id = world.nextId();
    idOf(workflow);
    const run = newRun(world, { id, workflow, event, sha, earlier: runs });
    runs.push(run);
    return run;
  };
  return {
    runs,
    engine: null,
    newJob: (name) => newJob(world, name),
    openRun,
    disabled: new Set(),
    commits: new Map(),
    tip: () => tip,
    dispatches: () => dispatches,
    onDispatch: (listener) => void listeners.push(listener),
    dispatch(dispatch) {
      dispatches.push(dispatch);
      for (const listen of listeners) listen(dispatch);
    },
    startRun(workflow, event) {
      const run = openRun(workflow, event, tip);
      run.jobs = [onlyJob(world, run)];
      return run.id;
    },
    finishRun(id, conclusion) {
      const run = runs.find((one) => one.id === id);
      if (run !== undefined) finish(run, conclusion, world.clock.now());
    },
    async workflows() {
      const found = new Map<string, Omit<Workflow, 'id'>>();
      for (const { workflow } of runs) {
        found.set(workflow, { file: workflow, name: workflow, events: [] });
      }
      const read = known ?? (await readWorkflows(world, branch));
      // Before its first change is noticed, a stale copy cannot be detected.
      if (tip !== null) known = read;
      for (const one of read) found.set(one.file, one);
      return [...found.values()].map((one) => ({ ...one, id: idOf(one.file) }));
    },
    dump: () => ({ dispatches, runs: runs.map((run) => dumped(run)) }),
  };
}

type Start = Pick<Run, 'id' | 'workflow' | 'event' | 'sha'> & { readonly earlier: readonly Run[] };

function newRun(world: GithubWorld, { earlier, ...run }: Start): Run {
  const nowMs = world.clock.now();
  return {
    ...run,
    number: earlier.filter((one) => one.workflow === run.workflow).length + 1,
    suite: world.nextId(),
    jobs: [],
    artifacts: [],
    createdMs: nowMs,
    startedMs: nowMs,
    updatedMs: nowMs,
    attempt: 1,
    conclusion: null,
  };
}

function newJob(world: GithubWorld, name: string): RunJob {
  return {
    id: world.nextId(),
    name,
    startedMs: null,
    completedMs: null,
    conclusion: null,
    steps: [],
    lines: [],
  };
}

/** The job of a run that no engine works off. */
function onlyJob(world: GithubWorld, { workflow, startedMs }: Run): RunJob {
  const job = newJob(world, workflow.replace(/\.ya?ml$/, ''));
  job.steps.push({ name: 'Run', startedMs, completedMs: null, conclusion: null });
  return { ...job, startedMs };
}

function dumped(run: Run): Record<string, unknown> {
  return {
    id: run.id,
    name: run.workflow,
    event: run.event,
    status: statusOf(run),
    conclusion: run.conclusion,
    jobs: run.jobs.map(({ name, conclusion: ended }) => `${name}: ${ended ?? 'in progress'}`),
    run_attempt: run.attempt,
    created_at: timeOf(run.createdMs),
    updated_at: timeOf(run.updatedMs),
  };
}

async function readWorkflows(world: GithubWorld, branch: string): Promise<Omit<Workflow, 'id'>[]> {
  const folder = '.github/workflows';
  const { repository } = world;
  const listed = await repository.tryGit(['ls-tree', '--name-only', `${branch}:${folder}`]);
  const files = listed.code === 0 ? lines(listed.stdout.toString()) : [];
  const found: Omit<Workflow, 'id'>[] = [];
  for (const file of files.filter((name) => /\.ya?ml$/.test(name))) {
    const text = await repository.git(['cat-file', 'blob', `${branch}:${folder}/${file}`]);
    found.push({ file, ...headOf(text, file) });
  }
  return found;
}

function headOf(text: string, file: string): Pick<Workflow, 'name' | 'events'> {
  const path = `.github/workflows/${file}`;
  let document: unknown;
  try {
    document = parse(text);
  } catch {
    // As on GitHub: its path makes it a workflow, and nothing starts it.
    return { name: path, events: [] };
  }
  if (typeof document !== 'object' || document === null) return { name: path, events: [] };
  const { name, on } = document as { name?: unknown; on?: unknown };
  const events =
    typeof on === 'string' ? [on] : Array.isArray(on) ? on.map(String) : Object.keys(Object(on));
  return { name: typeof name === 'string' ? name : path, events };
}
