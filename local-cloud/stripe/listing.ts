/** A page of a list: newest first, cursors by id. https://docs.stripe.com/api/pagination */
import type { Account } from './account.ts';
import type { AnyRecord, StripeEvent } from './any-record.ts';
import type { Collection, Walk } from './collection.ts';
import { missing } from './errors.ts';
import { either, hash, integer, type Read, refused, second, text } from './parameters.ts';
import { show } from './show.ts';
import type { Shown } from './shown.ts';

const limitDefault = 10;
const limitMax = 100;

export const range = either(second, hash({ gt: second, gte: second, lt: second, lte: second }));
export const pageShape = { limit: integer, starting_after: text, ending_before: text };
export const listShape = { ...pageShape, created: range };

type Listed = AnyRecord | StripeEvent;
type Listing<Item extends Listed> = {
  readonly items: Collection<Item>;
  /** filters by indexed fields: the first one that is given selects the index */
  readonly by?: { readonly [Field in keyof Item]?: string | undefined };
  readonly keep?: (item: Item) => boolean;
  readonly url: string;
};

export function page<Item extends Listed>(
  account: Account,
  asked: Read<typeof listShape>,
  listing: Listing<Item>,
): Shown {
  const limit = limitOf(asked.limit);
  const { starting_after: after, ending_before: before } = asked;
  refuseBoth(after, before);
  const from = after ?? before;
  if (from !== undefined && !listing.items.has(from)) {
    const kind = kindOf(listing);
    throw missing(kind, from, after === undefined ? 'ending_before' : 'starting_after');
  }
  const order = before === undefined ? 'newestFirst' : 'oldestFirst';
  const by = firstGiven(listing);
  const { keep = () => true } = listing;
  const data: Item[] = [];
  let hasMore = false;
  const walk = listing.items.walk({
    order,
    ...(by === undefined ? {} : { by }),
    ...(from === undefined ? {} : { from }),
  });
  for (const item of walk) {
    if (order === 'newestFirst' && item.created < earliest(asked.created)) break;
    if (!isWithin(item.created, asked.created) || !keep(item)) continue;
    hasMore = data.length === limit;
    if (hasMore) break;
    data.push(item);
  }
  if (order === 'oldestFirst') data.reverse();
  return {
    object: 'list',
    data: data.map((item) => show(account, item)),
    has_more: hasMore,
    url: listing.url,
  };
}

/** A page of an object's own ordered list. */
export function pageWithin(
  asked: Read<typeof pageShape>,
  { url, kind, all }: { readonly url: string; readonly kind: string; readonly all: Ordered },
): Shown {
  const limit = limitOf(asked.limit);
  const { starting_after: after, ending_before: before } = asked;
  refuseBoth(after, before);
  const from = after ?? before;
  const at = all.findIndex(({ id }) => id === from);
  if (from !== undefined && at < 0)
    throw missing(kind, from, after === undefined ? 'ending_before' : 'starting_after');
  const rest = before === undefined ? all.slice(at + 1) : all.slice(0, at);
  const data = before === undefined ? rest.slice(0, limit) : rest.slice(-limit);
  return { object: 'list', data, has_more: rest.length > limit, url };
}
type Ordered = readonly (Shown & { readonly id?: unknown })[];

function refuseBoth(after: string | undefined, before: string | undefined): void {
  if (after === undefined || before === undefined) return;
  const message = 'You can pass only one of starting_after and ending_before.';
  throw refused(null, message, 'ending_before');
}

function limitOf(asked: number | undefined): number {
  const limit = asked ?? limitDefault;
  const wrong =
    limit > limitMax
      ? `less than or equal to ${limitMax}`
      : limit < 1
        ? 'greater than or equal to 1'
        : null;
  if (wrong !== null)
    throw refused('parameter_invalid_integer', `This value must be ${wrong}.`, 'limit');
  return limit;
}

function kindOf<Item extends Listed>({ url }: Listing<Item>): string {
  return (url.split('/').at(-1) ?? '').replace(/s$/, '');
}

function firstGiven<Item extends Listed>({ by = {} }: Listing<Item>): Walk<Item>['by'] {
  for (const [field, value] of Object.entries<string | undefined>(by))
    if (value !== undefined) return { field: field as keyof Item, value };
  return undefined;
}

type Range = ReturnType<typeof range> | undefined;
function earliest(asked: Range): number {
  if (asked === undefined) return Number.NEGATIVE_INFINITY;
  return typeof asked === 'number' ? asked : (asked.gte ?? asked.gt ?? Number.NEGATIVE_INFINITY);
}

export function isWithin(second: number, asked: Range): boolean {
  if (asked === undefined) return true;
  if (typeof asked === 'number') return second === asked;
  return (
    second > (asked.gt ?? Number.NEGATIVE_INFINITY) &&
    second >= (asked.gte ?? Number.NEGATIVE_INFINITY) &&
    second < (asked.lt ?? Number.POSITIVE_INFINITY) &&
    second <= (asked.lte ?? Number.POSITIVE_INFINITY)
  );
}

export function found<Item extends { readonly id: string }>(
  items: Collection<Item>,
  kind: string,
  id: string,
  param = 'id',
): Item {
  const item = items.get(id);
  if (item === undefined) throw missing(kind, id, param);
  return item;
}
