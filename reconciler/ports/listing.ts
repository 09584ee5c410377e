/** The result of a paged listing. */

/** Items that are missing from a partial listing are unknown, not absent. */
export type Listing<Item> = {
  readonly items: readonly Item[];
  /** why it is partial; empty where it is complete */
  readonly partial: readonly string[];
};
