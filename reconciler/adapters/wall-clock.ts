/** The port `Clock` with wall time. */
import type { Clock } from '../ports/clock.ts';

/** `close` clears all timers, so that no wait keeps a finished process alive. */
export function createWallClock(): Clock & { close(): void } {
  const timers = new Set<NodeJS.Timeout>();
  return {
    now: () => Date.now(),
    wait: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          timers.delete(timer);
          resolve();
        }, ms);
        timers.add(timer);
      }),
    close() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
