/**
 * Counts the creates that were started within a time window, for their limits. A replacement that
 * ended its old server counts as the start of a create, which reserves the next run's place.
 */

import { isKindThat } from '../fleet/change-kinds.ts';
import type { AgentRecord, Attempt } from '../fleet/recorded.ts';
import { dayMs, timeMs } from '../text/time.ts';

/** By customer: finished attempts, running leases, and creates that replacements promised. */
export function startsPerCustomer(
  records: readonly AgentRecord[],
  sinceMs: number,
): Map<string, number> {
  const starts = new Map<string, number>();
  for (const record of records) {
    const count =
      startsOf(record, sinceMs) + (isPromised(record, record.attempts.at(-1), sinceMs) ? 1 : 0);
    if (count > 0) starts.set(record.customer, (starts.get(record.customer) ?? 0) + count);
  }
  return starts;
}

/** How long a replacement reserves a place for its create. */
const promiseMs = dayMs;

/**
 * Agents whose server was ended for a new one that does not exist yet, even if its create failed.
 */
export function promisedCreates(
  records: readonly AgentRecord[],
  nowMs: number,
): ReadonlySet<string> {
  return new Set(
    records
      .filter((one) => {
        const last = one.attempts.findLast(
          ({ change, outcome }) => change !== 'create' || outcome === 'succeeded',
        );
        return isPromised(one, last, nowMs - promiseMs);
      })
      .map(({ name }) => name),
  );
}

function startsOf({ attempts, lease }: AgentRecord, sinceMs: number): number {
  const ended = attempts.filter(
    (attempt) =>
      attempt.change === 'create' && timeMs(attempt.started) > sinceMs && !wasSoldOut(attempt),
  );
  const isRunning =
    lease !== undefined && isKindThat(lease.change, 'makes') && timeMs(lease.since) > sinceMs;
  return ended.length + (isRunning ? 1 : 0);
}

/** Such an attempt made no server, and the breaker decides when the next trial is. */
function wasSoldOut({ reason }: Attempt): boolean {
  return reason === 'ResourceUnavailable' || reason === 'ResourceLimitExceeded';
}

function isPromised(
  { server, lease }: AgentRecord,
  last: Attempt | undefined,
  sinceMs: number,
): boolean {
  const isReplaced = last?.change === 'replace' && last.outcome === 'succeeded';
  const isFresh = isReplaced && timeMs(last.ended) > sinceMs;
  return isFresh && server === undefined && lease === undefined;
}
