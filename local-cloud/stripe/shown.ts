/** What an answer of Stripe's API is made of: an object of fields, or a list of them. */

export type Shown = Readonly<Record<string, unknown>>;

/** How many of a list are shown inside another object; its `url` has the rest. */
const shownInside = 10;

/** The first items of a list inside an object; `url` gives all of it. */
export function listOf(url: string, all: readonly unknown[]): Shown {
  const data = all.slice(0, shownInside);
  const has_more = all.length > shownInside;
  return { object: 'list', data, has_more, total_count: all.length, url };
}
