/** Reads times from answers: how long to wait, the service's clock, and timestamps. */
import type { IncomingHttpHeaders } from 'node:http';
import { Failure, type FailureDetails } from '../../core/failure.ts';
import { timeMsIn } from '../../core/text/time.ts';

/** Retry-After in seconds or as a date, or the time at which a rate limit has recovered. */
export function waitAskedFor(
  status: number,
  headers: IncomingHttpHeaders,
): Pick<FailureDetails, 'retryAfterSeconds'> {
  const dateMs = Date.parse(headers.date ?? '');
  const after = headers['retry-after'];
  const reset = status === 429 ? headers['ratelimit-reset'] : undefined;
  const seconds =
    after === undefined
      ? Number(reset) - dateMs / 1000
      : /^\d+$/.test(after)
        ? Number(after)
        : (Date.parse(after) - dateMs) / 1000;
  return Number.isFinite(seconds) && seconds > 0 ? { retryAfterSeconds: Math.ceil(seconds) } : {};
}

/** Returns a valid time as it is; throws `UnexpectedAnswer` for any other text. */
export function readTime(text: string, what: string): string {
  if (timeMsIn(text) === null) throw new Failure('UnexpectedAnswer', `${what} has no time`);
  return text;
}

/** Answers may arrive out of order by this much; a `Date` that is older still is a correction. */
const overtakingMs = 5000;

export function createNewestDate() {
  let newestMs: number | null = null;
  return {
    get: () => newestMs,
    see(headers: IncomingHttpHeaders): void {
      const dateMs = Date.parse(headers.date ?? '');
      if (!Number.isFinite(dateMs)) return;
      const overtaken = newestMs !== null && dateMs < newestMs && newestMs - dateMs < overtakingMs;
      if (!overtaken) newestMs = dateMs;
    },
  };
}
