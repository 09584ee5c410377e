/** What a paged listing came to, for every port that lists. */
import type { PartialReason } from '../core/fleet/observed.ts';

/** A listing and whether it is whole: what is missing from a partial one is unknown, not absent. */
export type Listing<Item> = {
  readonly items: readonly Item[];
  readonly partial: readonly PartialReason[];
};
