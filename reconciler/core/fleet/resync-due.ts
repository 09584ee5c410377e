/**
 * Decides whether all subscriptions have to be read again: some hours after the last resync that
 * read everything, and at once where catalog or policy changed, because files depend on both.
 */
import { isoOf, timeMs } from '../text/time.ts';
import type { FleetRecord } from './fleet-record.ts';

export type Resynced = NonNullable<FleetRecord['resync']>;

/** When a resync began, and the contents that it used. */
export type ResyncBasis = Pick<Resynced, 'catalog' | 'policy'> & { readonly nowMs: number };

/** Why one is due; null if none is. A time that lies ahead is wrong, and counts as old. */
export function resyncDue(
  last: Resynced | null,
  { catalog, policy, nowMs }: ResyncBasis,
  everyMs: number,
): string | null {
  if (last === null) return 'no resync that read everything is recorded';
  if (last.catalog !== catalog) return 'catalog.yaml changed since the last one';
  if (last.policy !== policy) return 'policy.yaml changed since the last one';
  return Math.abs(nowMs - timeMs(last.at)) < everyMs ? null : `the last one began at ${last.at}`;
}

export function resyncedAt({ catalog, policy, nowMs }: ResyncBasis): Resynced {
  return { at: isoOf(nowMs), catalog, policy };
}
