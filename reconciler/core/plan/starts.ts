/**
 * Counts the creates that were started within a while, for the limits on them. A replacement that has
 * ended the old server counts as the start of the new one's create, which follows in the next run: it
 * must find the place that it was let go for.
 */

import type { AgentRecord } from '../fleet/recorded.ts';
import { timeMs } from '../text/time.ts';

/** By customer: finished attempts, leases that still run, and creates that a replacement promised. */
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

/** A create that has not come of a replacement in a day is not kept a place for any longer. */
const promiseMs = 24 * 3_600_000;

/** Agents whose old server went for a new one, which is not there yet: also where a create failed. */
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
  const isRunning = lease?.change === 'create' && timeMs(lease.since) > sinceMs;
  return ended.length + (isRunning ? 1 : 0);
}

/** Nothing came of it, and the breaker says when the next trial is. */
function wasSoldOut({ reason }: AgentRecord['attempts'][number]): boolean {
  return reason === 'ResourceUnavailable' || reason === 'ResourceLimitExceeded';
}

function isPromised(
  { server, lease }: AgentRecord,
  last: AgentRecord['attempts'][number] | undefined,
  sinceMs: number,
): boolean {
  const isReplaced = last?.change === 'replace' && last.outcome === 'succeeded';
  const isFresh = isReplaced && timeMs(last.ended) > sinceMs;
  return isFresh && server === undefined && lease === undefined;
}
