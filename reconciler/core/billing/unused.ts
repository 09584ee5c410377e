/**
 * How much of an invoice was paid for a time that is still to come. An invoice may hold items of
 * different spans, a month of one beside a year of another: each line counts for its own.
 */

/** What one line of an invoice asked for, after its discounts, in the smallest unit of the currency. */
export type PaidLine = {
  readonly amount: number;
  /** seconds; what was bought for no span of time begins and ends at once */
  readonly start: number;
  readonly end: number;
};

/** @returns from 0 to 1; 0 where nothing was asked for */
export function unusedShare(lines: readonly PaidLine[], sinceSeconds: number): number {
  const total = lines.reduce((sum, { amount }) => sum + amount, 0);
  if (total <= 0) return 0;
  const unused = lines.reduce((sum, line) => sum + line.amount * leftOf(line, sinceSeconds), 0);
  return clamped(unused / total);
}

function leftOf({ start, end }: PaidLine, since: number): number {
  return end <= start ? 0 : clamped((end - since) / (end - start));
}

function clamped(share: number): number {
  return Math.min(1, Math.max(0, share));
}
