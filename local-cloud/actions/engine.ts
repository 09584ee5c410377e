/**
 * GitHub's side of Actions: starts runs for events, keeps schedules, cancels runs and repeats them.
 * The workflow files are those of the agents repository; `act` runs their jobs.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitRepository } from '../git-repository.ts';
import { finish, type Run } from '../github/actions-records.ts';
import { attemptOf, type RunPlace, type StartedRun } from './attempt.ts';
import { defaultBranch, refOf } from './event-fields.ts';
import { createGroups } from './groups.ts';
import { runWorkflow } from './run-workflow.ts';
import { machineGone } from './runner.ts';
import { everyMinute } from './schedules.ts';
import { artifactsIn, storesIn } from './stores.ts';
import { type ActionsEvent, cronNames, starts } from './triggers.ts';
import { readWorkflow, type Workflow } from './workflow.ts';

export type EngineOptions = Omit<RunPlace, 'groups'> & {
  readonly repository: GitRepository;
  /** whether cron starts runs */
  readonly schedules: boolean;
};

export type Engine = {
  /** The event may still be read: `idle` waits for it, too. */
  start(event: ActionsEvent | Promise<ActionsEvent>): Promise<readonly Run[]>;
  /** the folder with the files of an artifact */
  artifact(run: Run, name: string): string;
  /** Resolves once no run is in progress. */
  idle(): Promise<void>;
  close(): Promise<void>;
};

export function createEngine(options: EngineOptions): Engine {
  const { store, clock, root, repository } = options;
  const place: RunPlace = { ...options, groups: createGroups() };
  const known = new Map<number, StartedRun>();
  const work = createWork();
  let closed = false;

  function start(event: ActionsEvent | Promise<ActionsEvent>): Promise<readonly Run[]> {
    const runs = Promise.resolve(event).then(startFor);
    work.add(runs);
    return runs;
  }

  async function startFor(event: ActionsEvent): Promise<readonly Run[]> {
    const ref = refOf(event);
    const sha = 'sha' in event ? event.sha : await repository.resolve(ref);
    if (closed || sha === null) return [];
    const found = await workflowsAt(options, sha);
    return found
      .filter((workflow) => starts(workflow, event))
      .map((workflow) => {
        // GitHub shows the run of a pull request with its head.
        const shown = event.name === 'pull_request' ? event.headSha : sha;
        const run = store.openRun(workflow.file, event.name, shown);
        const by = { event, ref, sha };
        const cancelling = new AbortController();
        const started = { run, workflow, by, cancelling, done: new Map(), kept: new Map() };
        known.set(run.id, started);
        work.add(carryOut(place, started));
        return run;
      });
  }

  function startedAs({ id }: Run): StartedRun {
    const started = known.get(id);
    if (started === undefined) throw new Error(`run ${id} was not started by an event`);
    return started;
  }

  store.engine = {
    cancel: (run) => startedAs(run).cancelling.abort(),
    rerun(run, which) {
      const before = startedAs(run);
      const good = [...before.done].filter(([, { result }]) => result === 'success');
      const kept = new Map(which === 'failed' ? good : []);
      run.jobs = run.jobs.filter(({ name }) => kept.has(name));
      const again = { ...before, cancelling: new AbortController(), done: new Map(kept), kept };
      known.set(run.id, again);
      work.add(carryOut(place, again));
    },
  };
  if (options.schedules) {
    const fire = (atMs: number) => void startSchedules(options, start, atMs).catch(() => {});
    everyMinute(clock, () => closed, fire);
  }

  return {
    start,
    artifact: (run, name) => join(storesIn(root, run).artifacts, name),
    idle: work.ended,
    async close() {
      closed = true;
      store.engine = null;
      for (const { cancelling } of known.values()) cancelling.abort(machineGone);
      await work.ended();
      await rm(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** What is in progress. A failure is its caller's. */
function createWork() {
  const all = new Set<Promise<unknown>>();
  return {
    add(work: Promise<unknown>): void {
      const done: Promise<unknown> = work.then(
        () => all.delete(done),
        () => all.delete(done),
      );
      all.add(done);
    },
    async ended(): Promise<void> {
      while (all.size > 0) await Promise.all(all);
    },
  };
}

/** Never rejects: a run that cannot be worked off fails. */
async function carryOut(place: RunPlace, started: StartedRun): Promise<void> {
  const { store, clock, root } = place;
  const { run } = started;
  try {
    const conclusion = await runWorkflow(attemptOf(place, started));
    run.artifacts = await artifactsIn(storesIn(root, run).artifacts, () => store.newJob('').id);
    finish(run, conclusion, clock.now());
  } catch (thrown) {
    const job = store.newJob('setup');
    job.lines.push(String(thrown));
    run.jobs.push(job);
    finish(run, 'failure', clock.now());
  }
}

type Files = Pick<EngineOptions, 'repository' | 'store'>;

async function workflowsAt(
  { repository, store }: Files,
  sha: string,
): Promise<readonly Workflow[]> {
  const folder = '.github/workflows';
  const listed = await repository.tryGit(['ls-tree', '--name-only', `${sha}:${folder}`]);
  const files = listed.code === 0 ? listed.stdout.toString().split('\n') : [];
  const read = files
    .filter((file) => /\.ya?ml$/.test(file) && !store.disabled.has(file))
    .map(async (file) => {
      const text = await repository.git(['cat-file', 'blob', `${sha}:${folder}/${file}`]);
      try {
        return [readWorkflow(file, text)];
      } catch {
        // As on GitHub: nothing starts a file that is no workflow.
        return [];
      }
    });
  return (await Promise.all(read)).flat();
}

async function startSchedules(files: Files, start: Engine['start'], atMs: number): Promise<void> {
  const sha = await files.repository.resolve(`refs/heads/${defaultBranch}`);
  for (const { crons, file } of sha === null ? [] : await workflowsAt(files, sha))
    for (const cron of crons)
      if (cronNames(cron, atMs)) await start({ name: 'schedule', workflow: file, cron });
}
