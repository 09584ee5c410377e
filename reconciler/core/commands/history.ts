/**
 * What was asked for and what was done, in one list: the commits of `main` and of `status` by their
 * times, the newest first. Of two at the same second what was asked for is the older one.
 */

import { compareText } from '../fleet/world.ts';
import { timeMs } from '../text/time.ts';

export type LogEntry = {
  readonly commit: string;
  /** RFC 3339 */
  readonly at: string;
  readonly author: string;
  readonly subject: string;
  readonly trailers: readonly (readonly [string, string])[];
  readonly paths: readonly string[];
};
export type HistoryEntry = LogEntry & { readonly branch: 'main' | 'status' };

export function interleaved(branches: {
  readonly main: readonly LogEntry[];
  readonly status: readonly LogEntry[];
}): readonly HistoryEntry[] {
  // Within a branch git's own order counts, whatever its clocks said.
  const of = (branch: HistoryEntry['branch']) =>
    branches[branch].map((commit, place) => ({ ...commit, branch, place }));
  return [...of('main'), ...of('status')]
    .sort(
      (a, b) => timeMs(b.at) - timeMs(a.at) || compareText(b.branch, a.branch) || a.place - b.place,
    )
    .map(({ place: _place, ...entry }) => entry);
}
