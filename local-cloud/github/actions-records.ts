/** A run of a workflow, with its jobs, their steps, and what it uploaded. */
export type RunConclusion = 'success' | 'failure' | 'cancelled';

type RunStep = {
  readonly name: string;
  readonly startedMs: number;
  completedMs: number | null;
  conclusion: RunConclusion | 'skipped' | null;
};

export type RunJob = {
  readonly id: number;
  readonly name: string;
  /** null while it waits */
  startedMs: number | null;
  completedMs: number | null;
  conclusion: RunConclusion | 'skipped' | null;
  readonly steps: RunStep[];
  readonly lines: string[];
};

export type Artifact = {
  readonly id: number;
  readonly name: string;
  readonly bytes: number;
  readonly createdMs: number;
};

export type Run = {
  readonly id: number;
  readonly number: number;
  readonly suite: number;
  /** The file's name. */
  readonly workflow: string;
  readonly event: string;
  readonly createdMs: number;
  readonly sha: string | null;
  /** of the newest attempt */
  jobs: RunJob[];
  artifacts: Artifact[];
  startedMs: number;
  updatedMs: number;
  attempt: number;
  conclusion: RunConclusion | null;
};

/** A run without an engine is in progress again where it ended. */
export function reopen(run: Run): void {
  for (const job of run.jobs)
    for (const one of [job, ...job.steps])
      Object.assign(one, { conclusion: null, completedMs: null });
}

/** With what of its jobs has not ended by itself. */
export function finish(run: Run, conclusion: RunConclusion, nowMs: number): void {
  Object.assign(run, { conclusion, updatedMs: nowMs });
  for (const job of run.jobs)
    for (const one of [job, ...job.steps])
      if (one.conclusion === null) Object.assign(one, { conclusion, completedMs: nowMs });
}

export function statusOf({ conclusion, jobs }: Run): string {
  if (conclusion !== null) return 'completed';
  return jobs.some(({ startedMs }) => startedMs !== null) ? 'in_progress' : 'queued';
}

export function statusOfJob({
  conclusion,
  startedMs,
}: RunJob): 'queued' | 'in_progress' | 'completed' {
  if (conclusion !== null) return 'completed';
  return startedMs === null ? 'queued' : 'in_progress';
}
