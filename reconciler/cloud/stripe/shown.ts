/** What an answer of Stripe's API is made of: an object of fields, or a list of them. */

export type Shown = Readonly<Record<string, unknown>>;

/** A list inside an object, as `url` would give it. */
export function listOf(url: string, data: readonly unknown[]): Shown {
  return { object: 'list', data, has_more: false, total_count: data.length, url };
}
