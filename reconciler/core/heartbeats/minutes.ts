/**
 * Sets of minutes of one day, as ranges in order that neither touch nor overlap:
 * `[0, 59, 120, 1439]` is the first hour and all from 02:00 on.
 */
export type Minutes = readonly number[];

export const minutesOfDay = 1440;

/** What is in one of them. */
export function union(one: Minutes, other: Minutes): Minutes {
  if (one.length === 0 || other.length === 0) return one.length === 0 ? other : one;
  const ranges = [...rangesOf(one), ...rangesOf(other)].sort(([a], [b]) => a - b);
  const merged: number[] = [];
  for (const [from, to] of ranges) {
    const last = merged.at(-1);
    if (last === undefined || from > last + 1) merged.push(from, to);
    else merged[merged.length - 1] = Math.max(last, to);
  }
  return merged;
}

export function countOf(minutes: Minutes): number {
  return rangesOf(minutes).reduce((sum, [from, to]) => sum + to - from + 1, 0);
}

/** Throws nothing: null for what is no set of minutes. */
export function minutesIn(value: unknown): Minutes | null {
  if (!Array.isArray(value) || value.length % 2 !== 0 || value.length > minutesOfDay) return null;
  let before = -2;
  for (const [place, one] of value.entries()) {
    const least = place % 2 === 0 ? before + 2 : before;
    if (!Number.isInteger(one) || one < least || one < 0 || one >= minutesOfDay) return null;
    before = one;
  }
  return value as readonly number[];
}

function rangesOf(minutes: Minutes): (readonly [from: number, to: number])[] {
  const ranges: (readonly [number, number])[] = [];
  for (let place = 0; place + 1 < minutes.length; place += 2)
    ranges.push([minutes[place] ?? 0, minutes[place + 1] ?? 0]);
  return ranges;
}
