/** Pages, filters and order of listings: https://docs.hetzner.cloud/reference/cloud#pagination */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { invalid } from './errors.ts';
import { queryOf } from './input.ts';
import type { Labels } from './records.ts';
import { parseSelector } from './selector.ts';
import type { Order, Row, Table, Term } from './table.ts';

export type Exchange = { readonly request: FastifyRequest; readonly reply: FastifyReply };

type SortKey<Item> = (item: Item) => string | number;
type Listing<Item> = {
  /** the field of the answer that holds the items */
  readonly key: string;
  readonly body: (item: Item) => unknown;
  /** what it can be sorted by */
  readonly sorts?: Readonly<Record<string, SortKey<Item>>>;
};

const perPageMax = 50;
const perPageDefault = 25;

/** `filters` maps parameters to the labels that they are compared with. */
export type TableListing<Item> = Listing<Item> & {
  readonly filters?: Readonly<Record<string, string>>;
};

/** A page of a table. */
export function answerTable<Item extends Row & { labels: Labels }>(
  exchange: Exchange,
  table: Table<Item>,
  listing: TableListing<Item>,
): unknown {
  const query = queryOf(exchange.request);
  const terms: Term[] = [...parseSelector(query.get('label_selector') ?? '')];
  for (const [parameter, key] of Object.entries({ name: '@name', ...listing.filters })) {
    const values = query.getAll(parameter);
    if (values.length > 0) terms.push({ kind: 'in', key, values });
  }
  const sorts = query.getAll('sort');
  const order = orderOf(sorts, listing.sorts ?? {});
  const ids = table.select(terms, sorts.every((sort) => byId.test(sort)) ? undefined : order);
  const backwards = sorts[0] === 'id:desc' && sorts.length === 1;
  return answerPage(exchange, listing, {
    total: ids.length,
    slice: (from, to) =>
      (backwards
        ? ids.slice(Math.max(0, ids.length - to), Math.max(0, ids.length - from)).reverse()
        : ids.slice(from, to)
      ).flatMap((id) => table.get(id) ?? []),
  });
}

/** A page of a list that is short enough to scan. */
export function answerList<Item extends Row>(
  exchange: Exchange,
  items: readonly Item[],
  listing: Listing<Item>,
): unknown {
  const order = orderOf(queryOf(exchange.request).getAll('sort'), listing.sorts ?? {});
  const sorted = order === undefined ? items : [...items].sort(order.compare);
  return answerPage(exchange, listing, {
    total: sorted.length,
    slice: (from, to) => sorted.slice(from, to),
  });
}

const byId = /^id(:asc|:desc)?$/;

function orderOf<Item extends Row>(
  sorts: readonly string[],
  known: Readonly<Record<string, SortKey<Item>>>,
): Order<Item> | undefined {
  if (sorts.length === 0) return undefined;
  const keys = sorts.map((sort) => {
    const [, field = '', direction] = /^([a-z_]+)(?::(asc|desc))?$/.exec(sort) ?? [];
    const value =
      field === 'id' ? (item: Item) => item.id : Object.hasOwn(known, field) && known[field];
    if (!value) throw invalid('sort', `cannot sort by '${sort}'`);
    return { value, sign: direction === 'desc' ? -1 : 1 };
  });
  return {
    name: sorts.join(),
    compare(a, b) {
      for (const { value, sign } of keys) {
        const [left, right] = [value(a), value(b)];
        if (left !== right) return left < right ? -sign : sign;
      }
      return a.id - b.id;
    },
  };
}

function answerPage<Item>(
  { request, reply }: Exchange,
  listing: Listing<Item>,
  items: { readonly total: number; slice(from: number, to: number): readonly Item[] },
): unknown {
  const query = queryOf(request);
  const page = whole(query, 'page', 1);
  const perPage = Math.min(whole(query, 'per_page', perPageDefault), perPageMax);
  const last = Math.max(1, Math.ceil(items.total / perPage));
  const link = linkHeader(request, query, { page, last, perPage });
  if (link !== '') reply.header('link', link);
  return {
    [listing.key]: items.slice((page - 1) * perPage, page * perPage).map(listing.body),
    meta: {
      pagination: {
        page,
        per_page: perPage,
        previous_page: page > 1 ? page - 1 : null,
        next_page: page < last ? page + 1 : null,
        last_page: last,
        total_entries: items.total,
      },
    },
  };
}

function whole(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw invalid(name, 'must be a positive integer');
  return Number(text);
}

function linkHeader(
  request: FastifyRequest,
  query: URLSearchParams,
  { page, last, perPage }: { page: number; last: number; perPage: number },
): string {
  const path = request.url.split('?', 1)[0] ?? '';
  const host = /^[\w.:[\]-]+$/.test(request.headers.host ?? '')
    ? request.headers.host
    : 'localhost';
  const to = (target: number, rel: string) => {
    const changed = new URLSearchParams(query);
    changed.set('page', String(target));
    changed.set('per_page', String(perPage));
    return `<http://${host}${path}?${changed}>; rel=${rel}`;
  };
  const links = [];
  if (page > 1) links.push(to(page - 1, 'prev'));
  if (page < last) links.push(to(page + 1, 'next'));
  if (last > 1) links.push(to(last, 'last'));
  return links.join(', ');
}
