/**
 * While the service runs: looks whether a run has something to do whenever it may have, which is
 * after a push, at a due time, and once in each interval of the policy. Then dispatches a run.
 *
 * State is in memory only. A service that starts looks at once; the workflow's own schedule covers
 * the time without a service. Two services may dispatch the same work: the second run is empty.
 */
import { asFailure } from '../../../core/failure.ts';
import type { PlanFigures } from '../../../core/plan/plan-figures.ts';
import type { Ports } from '../../../ports/ports.ts';
import type { Watch } from '../../shared/watch.ts';
import { createDispatcher } from './dispatcher.ts';
import { clocksApartMs, type Look, type NextLook, type Reason } from './look.ts';

type RunWatchPorts = Pick<Ports, 'clock' | 'log'> & {
  readonly forge: Pick<Ports['forge'], 'dispatch' | 'activeRuns'>;
};
export type RunWatch = Watch & {
  /** Something was pushed: look soon. Any number of calls cause one look. */
  pushed(): void;
  figures(): WatchFigures;
};
export type WatchFigures = {
  /** looks in a row that failed */
  readonly failures: number;
  /** runs that were dispatched since the start */
  readonly dispatched: number;
  /** the last plan of the whole fleet; null where this process does not plan */
  readonly plan: PlanFigures | null;
};

const minuteMs = 60_000;
/** A wait is cut into parts, so that a clock that was set is noticed. */
const waitMsMax = minuteMs;
const retryMsMax = 15 * minuteMs;

/** @param workflow file name of the reconcile workflow */
export function createRunWatch(ports: RunWatchPorts, workflow: string, look: Look): RunWatch {
  const { clock, log } = ports;
  const dispatchWhere = createDispatcher(ports, workflow);
  let ended = false;
  let wake = Promise.withResolvers<void>();
  let state: WatchState = {
    isPushed: false,
    failures: 0,
    lookedMs: clock.now(),
    next: { dueMs: null, listingMs: clock.now(), spaceMs: 0 },
  };
  let doneMs = clock.now();
  let dispatched = 0;
  let plan: PlanFigures | null = null;

  async function lookNow(reason: Reason): Promise<void> {
    const { failures } = state;
    const startedMs = clock.now();
    // Before the look reads anything: a push during it causes another one.
    state = { ...state, isPushed: false, lookedMs: startedMs };
    try {
      const looked = await look(reason, doneMs);
      plan = looked.plan ?? plan;
      if (await dispatchWhere(reason, looked)) dispatched += 1;
      doneMs = startedMs;
      state = { ...state, failures: 0, next: looked.next };
    } catch (thrown) {
      state = { ...state, failures: failures + 1 };
      const error = asFailure(thrown);
      log.warn({ error, reason }, 'it is unknown whether a run is due; the schedule starts one');
    }
  }

  return {
    async run() {
      while (!ended) {
        const { atMs, reason } = nextLook(state);
        const waitMs = Math.min(atMs - clock.now(), waitMsMax);
        wake = Promise.withResolvers();
        if (waitMs > 0) await Promise.race([clock.wait(waitMs), wake.promise]);
        else await lookNow(reason);
      }
    },
    figures: () => ({ failures: state.failures, dispatched, plan }),
    end() {
      ended = true;
      wake.resolve();
    },
    pushed() {
      if (state.isPushed) return;
      state = { ...state, isPushed: true };
      wake.resolve();
    },
  };
}

type WatchState = {
  readonly isPushed: boolean;
  /** looks in a row that failed */
  readonly failures: number;
  /** when the last look began */
  readonly lookedMs: number;
  readonly next: NextLook;
};

/** After a failure the next look is a listing, which covers every reason; pushes wait for it. */
function nextLook({ isPushed, failures, lookedMs, next }: WatchState) {
  const { dueMs, listingMs, spaceMs } = next;
  if (failures > 0) {
    const pauseMs = Math.min(minuteMs * 2 ** (failures - 1), retryMsMax);
    return { atMs: lookedMs + pauseMs, reason: 'listing' } as const;
  }
  // With a clock that is far ahead everything would be due at once.
  const dueAfterMs = lookedMs + Math.max(minuteMs, spaceMs);
  const moments: { readonly atMs: number; readonly reason: Reason }[] = [
    { atMs: listingMs, reason: 'listing' },
  ];
  if (dueMs !== null)
    moments.push({ atMs: Math.max(dueMs + clocksApartMs, dueAfterMs), reason: 'due' });
  if (isPushed) moments.push({ atMs: lookedMs + spaceMs, reason: 'push' });
  return moments.reduce((first, one) => (one.atMs < first.atMs ? one : first));
}
