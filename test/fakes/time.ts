/**
 * Time that passes only during waits or on request. Waits overlap: when nothing else can happen any
 * more, the earliest one ends.
 */
import type { Clock } from '../../reconciler/ports/clock.ts';
import { DeadProcess, type Process } from './process.ts';

export type FakeTime = {
  /** Hetzner's time, ms */
  now(): number;
  advance(ms: number): void;
  /** how far this machine's own clock is ahead of Hetzner's */
  wallSkewMs: number;
  /** how far the `Date` headers of Hetzner's answers are ahead */
  cloudSkewMs: number;
  /** Ends at its time, or with DeadProcess where the process died meanwhile. */
  wait(ms: number, process: Process): Promise<void>;
  /** Does not make time pass by itself; dropped where the process died meanwhile. */
  idle(ms: number, process: Process): Promise<void>;
};

type Timer = {
  readonly atMs: number;
  readonly number: number;
  readonly lazy: boolean;
  readonly process: Process;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
};

export function createTime(startMs: number): FakeTime {
  let nowMs = startMs;
  let timers: Timer[] = [];
  let count = 0;
  let pumping = false;

  function fire(untilMs: number): void {
    const due = timers
      .filter((timer) => timer.atMs <= untilMs)
      .sort((a, b) => a.atMs - b.atMs || a.number - b.number);
    timers = timers.filter((timer) => timer.atMs > untilMs);
    for (const timer of due) {
      if (timer.process.alive()) timer.resolve();
      else if (!timer.lazy) timer.reject(new DeadProcess());
    }
  }

  /** After everything that could happen at this moment has happened. */
  function pump(): void {
    if (pumping) return;
    pumping = true;
    setImmediate(() => {
      pumping = false;
      if (!timers.some((timer) => !timer.lazy)) return;
      nowMs = Math.max(nowMs, Math.min(...timers.map((timer) => timer.atMs)));
      fire(nowMs);
      pump();
    });
  }

  function add(ms: number, lazy: boolean, process: Process): Promise<void> {
    return new Promise((resolve, reject) => {
      count += 1;
      timers.push({ atMs: nowMs + ms, number: count, lazy, process, resolve, reject });
      if (!lazy) pump();
    });
  }

  return {
    wallSkewMs: 0,
    cloudSkewMs: 0,
    now: () => nowMs,
    advance(ms) {
      nowMs += ms;
      fire(nowMs);
    },
    wait: (ms, process) => add(ms, false, process),
    idle: (ms, process) => add(ms, true, process),
  };
}

export function createFakeClock(time: FakeTime, process: Process): Clock {
  return {
    now: () => time.now() + time.wallSkewMs,
    wait: (ms) => time.wait(ms, process),
  };
}

/** A `soon` update of the journal waits this long, and makes no time pass meanwhile. */
export const soonMs = 10_000;

export function createJournalClock(time: FakeTime, process: Process): Clock {
  return {
    now: () => time.now() + time.wallSkewMs,
    wait: (ms) => (ms === soonMs ? time.idle(ms, process) : time.wait(ms, process)),
  };
}
