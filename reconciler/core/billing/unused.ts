/**
 * Computes the share of an invoice that was paid for unused time. Lines may have different periods,
 * such as a month and a year: each line counts with its own.
 */

/** One line of an invoice; the amount is after discounts, in the smallest unit of the currency. */
export type PaidLine = {
  readonly amount: number;
  /** seconds; equal to `end` for a line without a period */
  readonly start: number;
  readonly end: number;
};

/** @returns from 0 to 1; 0 if the total is not positive */
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
