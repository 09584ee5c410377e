/** Prepares one attempt of a run: what its expressions see, and how its jobs are given to runners. */
import { join } from 'node:path';
import type { WorldClock } from '../clock.ts';
import type { Run, RunJob } from '../github/actions-records.ts';
import type { ActionsStore } from '../github/actions-store.ts';
import type { ForJobs } from '../github/job-settings.ts';
import { actorOf, eventFields, githubNames, type StartedBy } from './event-fields.ts';
import { forFork, isFromFork } from './fork.ts';
import type { Groups } from './groups.ts';
import { type JobPlace, type JobToken, runOne } from './run-job.ts';
import type { Attempt, Done } from './run-workflow.ts';
import type { RunnerOptions } from './runner.ts';
import { storesIn } from './stores.ts';
import type { Fields, Workflow } from './workflow.ts';

/** What all runs share. */
export type RunPlace = {
  readonly store: ActionsStore;
  readonly clock: WorldClock;
  readonly groups: Groups;
  /** `owner/name` */
  readonly fullName: string;
  readonly apiUrl: string;
  readonly gitUrl: string;
  /** a folder of the engine's own */
  readonly root: string;
  readonly runner: RunnerOptions;
  settings(): ForJobs;
  tokenFor(permissions: Fields): JobToken;
  idToken(job: {
    readonly run: Run;
    readonly ref: string;
    readonly environment: string | null;
  }): Readonly<Record<string, string>>;
  /** called as the jobs of a run come and end */
  onJob(run: Run, job: RunJob): void;
};

/** A run with its newest attempt. */
export type StartedRun = {
  readonly run: Run;
  readonly workflow: Workflow;
  readonly by: StartedBy;
  readonly cancelling: AbortController;
  /** how its jobs ended, by id */
  readonly done: Map<string, Done>;
  /** of an earlier attempt: these jobs are not run again */
  readonly kept: ReadonlyMap<string, Done>;
};

export function attemptOf(given: RunPlace, started: StartedRun): Attempt {
  const place = isFromFork(started.by.event) ? forFork(given) : given;
  const { store, clock, groups, onJob } = place;
  const { run, workflow, by, cancelling, kept, done } = started;
  const settings = place.settings();
  const job = jobPlaceOf(place, started, settings);
  return {
    workflow,
    settings,
    groups,
    cancelling,
    kept,
    contexts: contextsOf(place, started, settings),
    branch: by.ref.replace('refs/heads/', ''),
    now: clock.now,
    onDone: (id, one) => void done.set(id, one),
    newRecord(name) {
      const record = store.newJob(name);
      run.jobs.push(record);
      onJob(run, record);
      return record;
    },
    onChange: (record) => onJob(run, record),
    run: (instance) =>
      runOne({ ...job, folder: join(place.root, 'jobs', String(instance.record.id)) }, instance),
  };
}

function contextsOf(
  { fullName }: RunPlace,
  { run, workflow, by }: StartedRun,
  { variables }: ForJobs,
): Attempt['contexts'] {
  return {
    github: {
      event: eventFields(by, fullName),
      event_name: by.event.name,
      ref: by.ref,
      ref_name: by.ref.replace('refs/heads/', ''),
      sha: by.sha,
      run_id: String(run.id),
      run_attempt: String(run.attempt),
      repository: fullName,
      workflow: workflow.name,
    },
    vars: variables,
    inputs: by.event.name === 'workflow_dispatch' ? by.event.inputs : {},
  };
}

function jobPlaceOf(
  place: RunPlace,
  { run, by }: StartedRun,
  settings: ForJobs,
): Omit<JobPlace, 'folder'> {
  return {
    ...storesIn(place.root, run),
    run,
    settings,
    runner: place.runner,
    ref: by.ref,
    sha: by.sha,
    actor: actorOf(by),
    payload: eventFields(by, place.fullName),
    github: githubNames(place, by),
    tokenFor: place.tokenFor,
    idToken: (environment) => place.idToken({ run, ref: by.ref, environment }),
    now: place.clock.now,
  };
}
