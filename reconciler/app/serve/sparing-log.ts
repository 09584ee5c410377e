/**
 * Logs what clients can cause as often as they like at most every few seconds, with its count since
 * the start: a line each time would fill the disk.
 */
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';

export type SparingLog = (fields: Readonly<Record<string, unknown>>) => void;

const tellEveryMs = 10_000;

export function createSparingLog(
  options: {
    readonly clock: Pick<Clock, 'now'>;
    readonly log: Log;
    /** `warn` by default */
    readonly level?: 'warn' | 'error';
  },
  text: string,
): SparingLog {
  const { clock, log, level = 'warn' } = options;
  let times = 0;
  let loggedAtMs = Number.NEGATIVE_INFINITY;
  return (fields) => {
    times += 1;
    const nowMs = clock.now();
    if (Math.abs(nowMs - loggedAtMs) < tellEveryMs) return;
    loggedAtMs = nowMs;
    log[level]({ ...fields, times }, text);
  };
}
