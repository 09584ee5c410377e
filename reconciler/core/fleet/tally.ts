/** Counts things by their labels, for monitoring. */

export type Labels = Readonly<Record<string, string>>;
export type Count = { readonly of: Labels; readonly count: number };

/** The most frequent first. */
export function tally(all: Iterable<Labels>): readonly Count[] {
  const counts = new Map<string, Count>();
  for (const of of all) {
    const key = JSON.stringify(of);
    counts.set(key, { of, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts]
    .sort(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1))
    .map(([, count]) => count);
}
