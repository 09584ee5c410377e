/**
 * The identity of a run, as leases and attempts carry it. A Forge that runs a job again keeps the
 * run's id and counts its attempts; each attempt is a process of its own, with leases of its own.
 */

export type RunRef = {
  /** the workflow run's id; `local-…` for a run that no Forge knows */
  readonly id: string;
  /** from 1; always 1 for a run that no Forge knows */
  readonly attempt: number;
};

/** What the Forge says of one attempt of a run. */
export type RunState = 'running' | 'over' | 'unknown';

/** `id/attempt`: for messages, and as a key. Ids have no `/`. */
export type RunText = `${string}/${number}`;
export type RunStates = ReadonlyMap<RunText, RunState>;

export function runText({ id, attempt }: RunRef): RunText {
  return `${id}/${attempt}`;
}

/**
 * How a record writes it. Records from before attempts were distinguished lack the attempt: it is 1.
 */
export type WrittenRun = { readonly run: string; readonly runAttempt?: number };

export function runOf({ run, runAttempt }: WrittenRun): RunRef {
  return { id: run, attempt: runAttempt ?? 1 };
}

export function writtenRun({ id, attempt }: RunRef): Required<WrittenRun> {
  return { run: id, runAttempt: attempt };
}

export function isSameRun(a: RunRef, b: RunRef): boolean {
  return a.id === b.id && a.attempt === b.attempt;
}

/** The same job, run again after that attempt of it. */
export function isLaterAttempt(run: RunRef, than: RunRef): boolean {
  return run.id === than.id && run.attempt > than.attempt;
}

export function runStateOf(runs: RunStates, run: RunRef): RunState {
  return runs.get(runText(run)) ?? 'unknown';
}
