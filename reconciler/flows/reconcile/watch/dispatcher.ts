/** Dispatches a run for what a look found, where `mustDispatch` says so. */
import type { ActiveRun } from '../../../core/fleet/run.ts';
import {
  type Dispatched,
  type DispatchInput,
  dispatchedAfter,
  mustDispatch,
} from '../../../core/plan/dispatch.ts';
import type { Ports } from '../../../ports/ports.ts';
import { dispatchReconcile } from '../reconcile-event.ts';
import type { Looked, Reason } from './look.ts';

type DispatcherPorts = Pick<Ports, 'clock' | 'log'> & {
  readonly forge: Pick<Ports['forge'], 'dispatch' | 'activeRuns'>;
};

/**
 * The returned function says whether it dispatched a run.
 *
 * What was dispatched is remembered only once the Forge has accepted it.
 */
export function createDispatcher(
  { forge, clock, log }: DispatcherPorts,
  workflow: string,
): (reason: Reason, looked: Looked) => Promise<boolean> {
  let before: Dispatched = new Map();

  /** Empty where they cannot be read; the pauses still hold. */
  async function activeRuns(): Promise<readonly ActiveRun[]> {
    try {
      return await forge.activeRuns(workflow);
    } catch (error) {
      log.warn({ error, workflow }, 'the runs could not be read from the Forge');
      return [];
    }
  }

  return async (reason, looked) => {
    const runs = looked.work.length === 0 ? [] : await activeRuns();
    const input: DispatchInput = { ...looked, runs, before, nowMs: clock.now() };
    const isWanted = mustDispatch(input);
    const { work, main } = looked;
    log.debug({ reason, main, work: work.length, runs: runs.length, isWanted }, 'looked for work');
    if (isWanted) {
      const because = becauseOf(reason, work);
      await dispatchReconcile(forge, { because });
      log.info({ because, main }, 'a run was dispatched');
    }
    before = dispatchedAfter(input, isWanted);
    return isWanted;
  };
}

function becauseOf(reason: Reason, [first = '', ...others]: readonly string[]): string {
  return `${reason}: ${first}${others.length === 0 ? '' : ` and ${others.length} more`}`;
}
