/** Billing periods: calendar months of the anchor's day, shortened where a month is too short. */
import type { Interval } from './records.ts';

type Recurring = { readonly interval: Interval; readonly interval_count: number };

const daySeconds = 86_400;
const secondsMaxOf: Readonly<Record<Interval, number>> = {
  day: daySeconds,
  week: 7 * daySeconds,
  month: 31 * daySeconds,
  year: 366 * daySeconds,
};

/** The first end of a period after `start`, counted from the anchor. */
export function periodEnd(anchor: number, start: number, recurring: Recurring): number {
  const longest = secondsMaxOf[recurring.interval] * recurring.interval_count;
  let periods = Math.max(Math.floor((start - anchor) / longest), 0);
  for (;;) {
    const end = after(anchor, periods * recurring.interval_count, recurring.interval);
    if (end > start) return end;
    periods += 1;
  }
}

function after(anchor: number, count: number, interval: Interval): number {
  switch (interval) {
    case 'day':
    case 'week':
      return anchor + count * secondsMaxOf[interval];
    case 'month':
      return monthsAfter(anchor, count);
    case 'year':
      return monthsAfter(anchor, 12 * count);
  }
}

function monthsAfter(anchor: number, months: number): number {
  const date = new Date(anchor * 1000);
  const [year, month, day] = [
    date.getUTCFullYear(),
    date.getUTCMonth() + months,
    date.getUTCDate(),
  ];
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const midnight = Date.UTC(year, month, Math.min(day, last)) / 1000;
  return midnight + (anchor % daySeconds);
}
