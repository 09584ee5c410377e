/** Cron, by world time. */
import type { WorldClock } from '../clock.ts';

export function everyMinute(
  clock: WorldClock,
  isOver: () => boolean,
  fire: (atMs: number) => void,
): void {
  const minuteMs = 60_000;
  const next = () => {
    const atMs = (Math.floor(clock.now() / minuteMs) + 1) * minuteMs;
    clock.after(atMs - clock.now(), () => {
      if (isOver()) return;
      fire(atMs);
      next();
    });
  };
  next();
}
