/**
 * Ascending ids in little memory: a single id is a number, several are an array. Most labels, such
 * as an agent's id, belong to one server only.
 */

export type Ids = number | number[];

export function withId(ids: Ids | undefined, id: number): Ids {
  if (ids === undefined) return id;
  if (typeof ids === 'number') return ids === id ? ids : ids < id ? [ids, id] : [id, ids];
  const at = placeOf(ids, id);
  if (ids[at] !== id) ids.splice(at, 0, id);
  return ids;
}

/** Undefined once it is empty. */
export function withoutId(ids: Ids | undefined, id: number): Ids | undefined {
  if (ids === undefined || typeof ids === 'number') return ids === id ? undefined : ids;
  const at = placeOf(ids, id);
  if (ids[at] === id) ids.splice(at, 1);
  return ids.length === 0 ? undefined : ids;
}

export function listOf(ids: Ids | undefined): readonly number[] {
  return ids === undefined ? [] : typeof ids === 'number' ? [ids] : ids;
}

export function holds(ids: readonly number[], id: number): boolean {
  return ids[placeOf(ids, id)] === id;
}

export function union(lists: readonly (readonly number[])[]): readonly number[] {
  const filled = lists.filter((list) => list.length > 0);
  const [first = []] = filled;
  if (filled.length < 2) return first;
  return [...new Set(filled.flat())].sort((a, b) => a - b);
}

/** Index of the id, or where to insert it. New ids are the highest, so the end is checked first. */
function placeOf(ids: readonly number[], id: number): number {
  const last = ids.at(-1);
  if (last === undefined || last < id) return ids.length;
  let low = 0;
  let high = ids.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ids[middle] ?? 0) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}
