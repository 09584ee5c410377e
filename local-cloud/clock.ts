/**
 * The clock of the local cloud's world.
 *
 * World time advances with wall time, at `rate` world seconds per wall second (0 stops it), and can
 * be advanced by hand. Callbacks run in due order and read their own due time as `now`, so that
 * advancing an hour has the same effects as waiting for it.
 */
import { Failure } from '../reconciler/core/failure.ts';

export type WorldClock = {
  /** Milliseconds since the epoch, in world time. */
  now(): number;
  /** Adds to world time and runs the callbacks that are due, in due order. */
  advance(seconds: number): void;
  /** Wall time with what was advanced: for what must not end early because the world runs fast. */
  unhurried(): number;
  /** Runs once that much world time has passed; the result cancels it. */
  after(delayMs: number, run: () => void): () => void;
  /** Cancels all pending callbacks. */
  close(): void;
};

type Scheduled = { readonly dueMs: number; readonly order: number; readonly run: () => void };

const longestTimerMs = 2 ** 31 - 1;
/** More callbacks than this in one advance mean that one reschedules itself without end. */
const runsPerAdvanceMax = 1_000_000;

export function createWorldClock(options: { startMs: number; rate: number }): WorldClock {
  const { startMs, rate } = options;
  const wallStart = performance.now();
  const schedule = createSchedule();
  let added = 0;
  let timer: NodeJS.Timeout | undefined;

  const running = () => startMs + added + (performance.now() - wallStart) * rate;
  const now = () => Math.floor(schedule.standing() ?? running());

  function arm(): void {
    clearTimeout(timer);
    const next = schedule.nextDueMs();
    if (next === undefined || rate <= 0) return;
    const wallMs = Math.ceil((next - running()) / rate);
    timer = setTimeout(runUntilNow, Math.min(Math.max(wallMs, 0), longestTimerMs));
    timer.unref();
  }

  function runUntilNow(): void {
    try {
      schedule.runDue(running());
    } finally {
      arm();
    }
  }

  return {
    now,
    unhurried: () => Math.floor(startMs + added + performance.now() - wallStart),
    advance(seconds) {
      if (!Number.isFinite(seconds) || seconds < 0) {
        throw new Failure('InvalidInput', `the world cannot advance by ${seconds} seconds`);
      }
      const target = running() + seconds * 1000;
      try {
        schedule.runDue(target);
      } finally {
        added += Math.max(target - running(), 0);
        arm();
      }
    },
    after(delayMs, run) {
      const cancel = schedule.add(now() + Math.max(delayMs, 0), run);
      arm();
      return cancel;
    },
    close() {
      clearTimeout(timer);
      schedule.clear();
    },
  };
}

/** Pending callbacks by due time, then in the order of scheduling. */
function createSchedule() {
  let waiting: Scheduled[] = [];
  let orders = 0;
  /** While a callback runs, world time stays at its due time. */
  let standing: number | undefined;

  return {
    standing: () => standing,
    nextDueMs: () => waiting[0]?.dueMs,
    add(dueMs: number, run: () => void): () => void {
      orders += 1;
      const entry: Scheduled = { dueMs, order: orders, run };
      const index = waiting.findIndex((other) => other.dueMs > dueMs);
      waiting.splice(index < 0 ? waiting.length : index, 0, entry);
      return () => {
        waiting = waiting.filter(({ order }) => order !== entry.order);
      };
    },
    runDue(untilMs: number): void {
      for (let runs = 0; ; runs += 1) {
        const next = waiting[0];
        if (next === undefined || next.dueMs > untilMs) return;
        if (runs >= runsPerAdvanceMax) throw new Failure('Bug', 'the world never catches up');
        waiting.shift();
        standing = next.dueMs;
        try {
          next.run();
        } finally {
          standing = undefined;
        }
      }
    },
    clear() {
      waiting = [];
    },
  };
}
