/**
 * What was asked for and what was done, in one list: the commits of `main` and of `status` by their
 * times, the newest first. Of two at the same second what was asked for is the older one.
 */
import { compareText } from '../world/world.ts';

export type Commit = {
  readonly commit: string;
  /** RFC 3339 */
  readonly at: string;
  readonly author: string;
  readonly subject: string;
  readonly trailers: readonly (readonly [string, string])[];
  readonly paths: readonly string[];
};
export type HistoryEntry = Commit & { readonly branch: 'main' | 'status' };

/** @param path only commits that touch it; all of them where null */
export function interleaved(
  branches: { readonly main: readonly Commit[]; readonly status: readonly Commit[] },
  path: string | null,
): readonly HistoryEntry[] {
  const of = (branch: HistoryEntry['branch']) =>
    branches[branch]
      .filter(({ paths }) => path === null || paths.includes(path))
      // Within a branch git's own order counts, whatever its clocks said.
      .map((commit, place) => ({ ...commit, branch, place }));
  return [...of('main'), ...of('status')]
    .sort(
      (a, b) =>
        Date.parse(b.at) - Date.parse(a.at) || compareText(b.branch, a.branch) || a.place - b.place,
    )
    .map(({ place: _place, ...entry }) => entry);
}
