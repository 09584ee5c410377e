/**
 * Decides whether the service dispatches a run for the work of a plan. It remembers in memory what
 * it dispatched: two services, or one that was restarted, may dispatch the same work twice, and the
 * second run then finds nothing to do.
 *
 * | the work                                                       | dispatched            |
 * |----------------------------------------------------------------|-----------------------|
 * | none                                                           | no                    |
 * | any, and a run that reads as much has not begun yet            | no                    |
 * | any, and such a run began after the reason, on the same `main` | no                    |
 * | some of it was not dispatched before                           | yes                   |
 * | dispatched before, and a run is in progress                    | no                    |
 * | dispatched before, and its pause is over: that run was lost,   | yes; each pause is    |
 * | failed, or cannot do it                                        | twice the one before  |
 */
import type { ActiveRun } from '../fleet/run.ts';
import { dayMs } from '../text/time.ts';

/** What was dispatched and is still to be done, by item. */
export type Dispatched = ReadonlyMap<string, { readonly times: number; readonly atMs: number }>;

export type DispatchInput = {
  /** as `workOf` lists it */
  readonly work: readonly string[];
  /** what was read to find it, and so what a run has to read */
  readonly read: ActiveRun['reads'];
  /** false where other work may exist that was not read */
  readonly isWhole: boolean;
  /** the commit of `main` that it was found on */
  readonly main: string;
  /** a run on this commit that was created since has found the same work */
  readonly sinceMs: number;
  readonly runs: readonly ActiveRun[];
  readonly before: Dispatched;
  /** the first pause before the same work is dispatched again */
  readonly pauseMs: number;
  readonly nowMs: number;
};

const pauseMsMax = dayMs;

export function mustDispatch(input: DispatchInput): boolean {
  const { work, read, main, sinceMs, runs, before } = input;
  if (work.length === 0) return false;
  const covers = (run: ActiveRun) =>
    (run.reads === 'fleet' || read === 'changed') &&
    (!run.begun || (run.main === main && run.createdMs >= sinceMs));
  if (runs.some(covers)) return false;
  if (work.some((item) => !before.has(item))) return true;
  return runs.length === 0 && work.some((item) => isPauseOver(item, input));
}

/** Forgets what is no longer to be done: if it comes back, it is new. */
export function dispatchedAfter(
  { work, isWhole, before, nowMs }: DispatchInput,
  isDispatched: boolean,
): Dispatched {
  const after = new Map(isWhole ? [] : before);
  for (const item of work) {
    const known = before.get(item);
    if (isDispatched) after.set(item, { times: (known?.times ?? 0) + 1, atMs: nowMs });
    else if (known !== undefined) after.set(item, known);
  }
  return after;
}

function isPauseOver(item: string, { before, pauseMs, nowMs }: DispatchInput): boolean {
  const known = before.get(item);
  if (known === undefined) return true;
  return nowMs - known.atMs >= Math.min(pauseMs * 2 ** (known.times - 1), pauseMsMax);
}
