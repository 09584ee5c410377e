/** What a paged listing came to, for every port that lists. */

/** A listing and whether it is whole: what is missing from a partial one is unknown, not absent. */
export type Listing<Item> = {
  readonly items: readonly Item[];
  /** why it is not whole; empty where it is */
  readonly partial: readonly string[];
};
