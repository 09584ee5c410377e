/**
 * Both of GitHub's rate limits, in world time.
 *
 * Primary: a number of requests an hour for each actor, reported in headers; an answer 304 costs
 * nothing. Secondary: 80 creations of content a minute, 500 an hour, 100 requests at the same time.
 * Every POST and PUT beneath a repository counts as a creation, which is stricter than GitHub says.
 * GitHub's limits on points and CPU time are not implemented.
 */
import type { WorldClock } from '../clock.ts';
import type { Account, Credential } from './accounts.ts';
import { GithubError } from './errors.ts';

const creationsPerMinuteMax = 80;
const creationsPerHourMax = 500;
const concurrentMax = 100;

const minuteMs = 60_000;
const hourMs = 3_600_000;

export type RateLimits = ReturnType<typeof createRateLimits>;
type Allowance = { limit: number; remaining: number; used: number; reset: number };

type Spent = {
  resetMs: number;
  used: number;
  open: number;
  creations: number[];
};

export function createRateLimits(clock: WorldClock, requestsPerHourMax: number) {
  const actors = new Map<string, Spent>();

  const spentBy = ({ login }: Account): Spent => {
    const nowMs = clock.now();
    const known = actors.get(login);
    if (known !== undefined && nowMs < known.resetMs) return known;
    const kept = known ?? { open: 0, creations: [] };
    const fresh = { open: kept.open, creations: kept.creations, resetMs: nowMs + hourMs, used: 0 };
    actors.set(login, fresh);
    return fresh;
  };
  const of = (actor: Account): Allowance => {
    const { resetMs, used } = spentBy(actor);
    const remaining = Math.max(requestsPerHourMax - used, 0);
    return { limit: requestsPerHourMax, remaining, used, reset: Math.ceil(resetMs / 1000) };
  };

  return {
    of,
    spend({ actor, app }: Credential): void {
      if (of(actor).remaining === 0) {
        const whose =
          app === null ? `user ID ${actor.id}` : `installation ID ${app.installationId}`;
        throw new GithubError(403, `API rate limit exceeded for ${whose}.`, { docs: limitsPage });
      }
      spentBy(actor).used += 1;
    },
    /** Returns the cost of an answer that turned out to be free. */
    refund(actor: Account): void {
      const spent = spentBy(actor);
      spent.used = Math.max(spent.used - 1, 0);
    },
    /** Until `leave` is called. */
    enter(actor: Account): void {
      const spent = spentBy(actor);
      if (spent.open >= concurrentMax) throw tooFast(minuteMs);
      spent.open += 1;
    },
    leave(actor: Account): void {
      spentBy(actor).open -= 1;
    },
    create(actor: Account): void {
      const nowMs = clock.now();
      const spent = spentBy(actor);
      spent.creations = spent.creations.filter((at) => nowMs - at < hourMs);
      const waits = [
        waitFor(spent.creations, { max: creationsPerMinuteMax, spanMs: minuteMs, nowMs }),
        waitFor(spent.creations, { max: creationsPerHourMax, spanMs: hourMs, nowMs }),
      ];
      const waitMs = Math.max(...waits);
      if (waitMs > 0) throw tooFast(waitMs);
      spent.creations.push(nowMs);
    },
  };
}

/** Time until one more fits into the window. */
function waitFor(
  times: readonly number[],
  { max, spanMs, nowMs }: { max: number; spanMs: number; nowMs: number },
): number {
  const oldest = times.at(-max);
  return oldest === undefined ? 0 : Math.max(oldest + spanMs - nowMs, 0);
}

const limitsPage = 'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api';

function tooFast(waitMs: number): GithubError {
  const message =
    'You have exceeded a secondary rate limit. Please wait a few minutes before you try again. ' +
    'If you reach out to GitHub Support for help, please include the request ID.';
  const docs =
    'https://docs.github.com/free-pro-team@latest/rest/overview/' +
    'rate-limits-for-the-rest-api#about-secondary-rate-limits';
  const headers = { 'retry-after': String(Math.max(Math.ceil(waitMs / 1000), 1)) };
  return new GithubError(403, message, { docs, headers });
}
