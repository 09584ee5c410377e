/** Pages, filters and order of listings: https://docs.hetzner.cloud/reference/cloud#pagination */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { invalid } from './errors.ts';
import { parseSelector } from './selector.ts';

export type Listed = {
  readonly id: number;
  readonly name?: string | null;
  readonly created?: number;
  readonly labels?: Readonly<Record<string, string>>;
};

const perPageMax = 50;
const perPageDefault = 25;

/** Answers one page of `items` under `key`, after the filters of the query. */
export function answerListing<Item extends Listed>(
  exchange: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  key: string,
  items: Iterable<Item>,
  body: (item: Item) => unknown,
): unknown {
  const query = new URL(exchange.request.url, 'http://localhost').searchParams;
  const filtered = sorted(filteredBy(query, [...items]), query.getAll('sort'));
  const page = whole(query, 'page', 1, Number.MAX_SAFE_INTEGER);
  const perPage = Math.min(
    whole(query, 'per_page', perPageDefault, Number.MAX_SAFE_INTEGER),
    perPageMax,
  );
  const last = Math.max(1, Math.ceil(filtered.length / perPage));
  const link = linkHeader(exchange.request, { page, last, perPage });
  if (link !== '') exchange.reply.header('link', link);
  return {
    [key]: filtered.slice((page - 1) * perPage, page * perPage).map(body),
    meta: {
      pagination: {
        page,
        per_page: perPage,
        previous_page: page > 1 ? page - 1 : null,
        next_page: page < last ? page + 1 : null,
        last_page: last,
        total_entries: filtered.length,
      },
    },
  };
}

function filteredBy<Item extends Listed>(query: URLSearchParams, items: Item[]): Item[] {
  const name = query.get('name');
  const selector = query.get('label_selector');
  let kept = items;
  if (name !== null) kept = kept.filter((item) => item.name === name);
  if (selector !== null && selector !== '') {
    const matches = parseSelector(selector);
    kept = kept.filter((item) => matches(item.labels ?? {}));
  }
  const ids = query.getAll('id').map(Number);
  if (ids.length > 0) kept = kept.filter((item) => ids.includes(item.id));
  return kept;
}

function sorted<Item extends Listed>(items: Item[], orders: readonly string[]): Item[] {
  const keys = orders.length === 0 ? ['id:asc'] : orders;
  const value = (item: Item, field: string): string | number => {
    if (field === 'id') return item.id;
    if (field === 'name') return item.name ?? '';
    if (field === 'created' || field === 'started') return item.created ?? 0;
    if (field === 'status' || field === 'progress' || field === 'command' || field === 'finished')
      return 0;
    throw invalid('sort', `cannot sort by ${field}`);
  };
  return items.sort((a, b) => {
    for (const key of keys) {
      const [field = '', direction = 'asc'] = key.split(':');
      const left = value(a, field);
      const right = value(b, field);
      if (left !== right) return (left < right ? -1 : 1) * (direction === 'desc' ? -1 : 1);
    }
    return 0;
  });
}

function whole(query: URLSearchParams, name: string, otherwise: number, max: number): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > max)
    throw invalid(name, 'must be a positive integer');
  return value;
}

function linkHeader(
  request: FastifyRequest,
  { page, last, perPage }: { page: number; last: number; perPage: number },
): string {
  const to = (target: number, rel: string) => {
    const url = new URL(request.url, `http://${request.headers.host ?? 'localhost'}`);
    url.searchParams.set('page', String(target));
    url.searchParams.set('per_page', String(perPage));
    return `<${url.toString()}>; rel=${rel}`;
  };
  const links = [];
  if (page > 1) links.push(to(page - 1, 'prev'));
  if (page < last) links.push(to(page + 1, 'next'));
  if (last > 1) links.push(to(last, 'last'));
  return links.join(', ');
}
