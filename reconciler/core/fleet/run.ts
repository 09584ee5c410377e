/**
 * The identity of a run in leases and attempts. A Forge that reruns a job keeps the run's id and
 * counts its attempts; each attempt is a separate process with its own leases.
 */

export type RunRef = {
  /** the workflow run's id; `local-…` for a run outside the Forge */
  readonly id: string;
  /** from 1; always 1 for a run outside the Forge */
  readonly attempt: number;
};

/** The Forge's state of one attempt of a run. */
export type RunState = 'running' | 'over' | 'unknown';
/** `unanswered` where the Forge did not answer, which is not `unknown`: the run may still act. */
export type ReadRunState = RunState | 'unanswered';

/** A run of the reconcile workflow that is not over. */
export type ActiveRun = {
  /** false while it waits for a runner, or for another run of its concurrency group */
  readonly begun: boolean;
  /** what it reads: a run after a push only agents whose file changed */
  readonly reads: 'changed' | 'fleet';
  /** the tip of the default branch when it was created; the run itself may read a later one */
  readonly main: string;
  readonly createdMs: number;
};

/** `id/attempt`, for messages and as a key; ids contain no `/`. */
export type RunText = `${string}/${number}`;
export type RunStates = ReadonlyMap<RunText, ReadRunState>;

export function runText({ id, attempt }: RunRef): RunText {
  return `${id}/${attempt}`;
}

/** A run in a record. */
export type WrittenRun = { readonly run: string; readonly runAttempt: number };

export function runOf({ run, runAttempt }: WrittenRun): RunRef {
  return { id: run, attempt: runAttempt };
}

export function writtenRun({ id, attempt }: RunRef): WrittenRun {
  return { run: id, runAttempt: attempt };
}

export function isSameRun(a: RunRef, b: RunRef): boolean {
  return a.id === b.id && a.attempt === b.attempt;
}

/** Whether a run is a later attempt of the same job. */
export function isLaterAttempt(run: RunRef, than: RunRef): boolean {
  return run.id === than.id && run.attempt > than.attempt;
}

export function runStateOf(runs: RunStates, run: RunRef): ReadRunState {
  return runs.get(runText(run)) ?? 'unknown';
}
