/**
 * The clock of the local cloud's world.
 *
 * World time runs with wall time, `rate` world seconds a wall second (0 stands still), and can be
 * pushed forward. What is due in world time runs in due order, and sees its own due time as `now`,
 * so that pushing an hour forward tells the same story as waiting for it.
 */
import { Failure } from '../reconciler/core/failure.ts';

export type WorldClock = {
  /** Milliseconds since the epoch, in world time. */
  now(): number;
  /** Adds to world time and runs what fell due, in due order. */
  advance(seconds: number): void;
  /** Runs once that much world time has passed; the result cancels it. */
  after(delayMs: number, run: () => void): () => void;
  /** Forgets everything that is not yet due. */
  close(): void;
};

type Scheduled = { readonly dueMs: number; readonly order: number; readonly run: () => void };

const longestTimerMs = 2 ** 31 - 1;
/** More than this many callbacks in one push forward means that one reschedules itself forever. */
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

/** What is to run, in due order; what is due at the same time in the order it was asked for. */
function createSchedule() {
  let waiting: Scheduled[] = [];
  let orders = 0;
  /** While a callback runs the world stands still at its due time. */
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
