/**
 * Tracks how many requests Hetzner still allows the project, from the headers of its answers: all
 * processes that use the project's token, also other runs and Terraform, share one bucket.
 *
 * Listings, which are most of all requests, leave a reserve for changes: below it each page waits
 * until the bucket is refilled. No other request waits here.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { reserveShare } from '../../core/plan/pace.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Budget } from '../../ports/cloud.ts';

export type RequestBudget = {
  see(headers: IncomingHttpHeaders): void;
  /** Requests a page of a listing as soon as the budget allows it. */
  page<Answer>(ask: () => Promise<Answer>): Promise<Answer>;
  now(): Budget | null;
};

/**
 * How long after its first wait a process stops waiting; Hetzner may then refuse its requests. A
 * listing of 100,000 servers needs a refill of 45 minutes, which other processes may use up.
 */
const patienceMs = 50 * 60_000;
const waitMsMax = 30_000;

export function createBudget(clock: Clock): RequestBudget {
  let said: { readonly callsPerHour: number; readonly remaining: number; atMs: number } | null =
    null;
  let calls = 0;
  /** pages that were sent and have no answer yet */
  let onTheirWay = 0;
  let firstWaitMs: number | null = null;

  function hasPatience(): boolean {
    firstWaitMs ??= clock.now();
    return clock.now() - firstWaitMs < patienceMs;
  }

  /** How long until the next page; 0 if it may be sent now. */
  function waitMs(): number {
    if (said === null) return 0;
    const perMs = said.callsPerHour / 3_600_000;
    const refilled = Math.min(
      said.callsPerHour,
      said.remaining + (clock.now() - said.atMs) * perMs,
    );
    const missing = said.callsPerHour * reserveShare + 1 - (refilled - onTheirWay);
    return missing <= 0 ? 0 : Math.min(Math.ceil(missing / perMs), waitMsMax);
  }

  return {
    see(headers) {
      calls += 1;
      const callsPerHour = numberOf(headers, 'ratelimit-limit');
      const remaining = numberOf(headers, 'ratelimit-remaining');
      if (callsPerHour === null || callsPerHour === 0 || remaining === null) return;
      said = { callsPerHour, remaining, atMs: clock.now() };
    },
    async page(ask) {
      for (let ms = waitMs(); ms > 0 && hasPatience(); ms = waitMs()) await clock.wait(ms);
      onTheirWay += 1;
      try {
        return await ask();
      } finally {
        onTheirWay -= 1;
      }
    },
    now: () =>
      said === null ? null : { callsPerHour: said.callsPerHour, remaining: said.remaining, calls },
  };
}

function numberOf(headers: IncomingHttpHeaders, name: string): number | null {
  const text = headers[name];
  return typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : null;
}
