/**
 * Merges the commits of `main` and `status` into one list, the newest first. If two have the same
 * time, the one on `main` counts as the older one.
 */

import { compareText } from '../fleet/world.ts';
import { timeMs } from '../text/time.ts';

export type LogEntry = {
  readonly commit: string;
  /** RFC 3339 */
  readonly at: string;
  readonly author: string;
  readonly subject: string;
  /** below the subject, its trailers included */
  readonly body: string;
  readonly trailers: readonly (readonly [string, string])[];
  readonly paths: readonly string[];
};
/** A file as a commit left it; `text` is null where the commit removed it, or it is no text. */
export type FileVersion = { readonly commit: LogEntry; readonly text: string | null };
export type HistoryEntry = LogEntry & { readonly branch: 'main' | 'status' };

export function interleaved(branches: {
  readonly main: readonly LogEntry[];
  readonly status: readonly LogEntry[];
}): readonly HistoryEntry[] {
  // Commits of one branch at the same time keep git's order.
  const of = (branch: HistoryEntry['branch']) =>
    branches[branch].map((commit, place) => ({ ...commit, branch, place }));
  return [...of('main'), ...of('status')]
    .sort(
      (a, b) => timeMs(b.at) - timeMs(a.at) || compareText(b.branch, a.branch) || a.place - b.place,
    )
    .map(({ place: _place, ...entry }) => entry);
}
