/**
 * Reads all pages of a listing and checks that it is complete: every page announces the same number
 * of entries, and as many different ids were seen. Entries that are removed or added between two
 * pages shift the others; the listing is then read once more, and is partial if it shifts again.
 */
import { Failure } from '../../core/failure.ts';
import type { Listing } from '../../ports/listing.ts';
import { Fields } from '../http/answer.ts';
import type { HetznerApi } from './api.ts';
import type { Compact } from './compact.ts';

type ListingRequest<Item> = {
  /** e.g. `servers`: the path, and the key of the list in the answer */
  readonly name: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly parse: (entry: Fields) => Item;
  readonly compact?: Compact;
};

const perPage = 50;
/** Pages that are requested at the same time. */
const pagesAtOnce = 6;
const pagesMax = 4000;

export async function listAll<Item extends { readonly id: string }>(
  api: HetznerApi,
  request: ListingRequest<Item>,
): Promise<Listing<Item>> {
  let read = await readPages(api, request);
  if (read.kind === 'shifted') read = await readPages(api, request);
  const items = [...read.items].sort((a, b) => Number(a.id) - Number(b.id));
  if (read.kind === 'whole') return { items, partial: [] };
  return { items, partial: [`${request.name}: ${read.detail}`] };
}

/** The same, but throws if the listing is partial. */
export async function listWhole<Item extends { readonly id: string }>(
  api: HetznerApi,
  request: ListingRequest<Item>,
): Promise<readonly Item[]> {
  const { items, partial } = await listAll(api, request);
  const [problem] = partial;
  if (problem !== undefined) throw new Failure('UnexpectedAnswer', problem);
  return items;
}

/** How many entries the listing has, by its smallest page. */
export async function totalOf(api: HetznerApi, name: string): Promise<number> {
  const answer = await api.ask({ method: 'GET', path: `/${name}?per_page=1` });
  return answer.object('meta').object('pagination').number('total_entries');
}

type Read<Item> = { readonly items: Iterable<Item> } & (
  | { readonly kind: 'whole' }
  | { readonly kind: 'shifted' | 'broken'; readonly detail: string }
);

async function readPages<Item extends { readonly id: string }>(
  api: HetznerApi,
  request: ListingRequest<Item>,
): Promise<Read<Item>> {
  const seen = new Map<string, Item>();
  const totals = new Set<number>();
  const take = ({ items, total }: Page<Item>) => {
    for (const item of items) seen.set(item.id, item);
    totals.add(total);
  };
  // If the first page fails, its failure is thrown.
  const first = await readPage(api, request, 1);
  take(first);
  const pages = Math.ceil(first.total / first.perPage);
  if (pages > pagesMax)
    return { kind: 'broken', items: seen.values(), detail: `more than ${pagesMax} pages` };
  const missing = await readRest(pages, async (page) => take(await readPage(api, request, page)));
  if (missing !== null) return { kind: 'broken', items: seen.values(), detail: missing };
  if (totals.size === 1 && totals.has(seen.size)) return { kind: 'whole', items: seen.values() };
  const announced = [...totals].join(', then ');
  const detail = `it shifted while it was read: ${announced} announced, ${seen.size} seen`;
  return { kind: 'shifted', items: seen.values(), detail };
}

/** Reads all pages but the first, some at a time. Returns why it ended early, or null. */
async function readRest(
  pages: number,
  read: (page: number) => Promise<void>,
): Promise<string | null> {
  let next = 2;
  let missing: string | null = null;
  const worker = async () => {
    while (next <= pages && missing === null) {
      const page = next;
      next += 1;
      try {
        await read(page);
      } catch (error) {
        if (!(error instanceof Failure) || error.errorClass !== 'transient') throw error;
        missing ??= `page ${page} is missing (${error.reason}: ${error.message})`;
      }
    }
  };
  await Promise.all(Array.from({ length: pagesAtOnce }, worker));
  return missing;
}

type Page<Item> = {
  readonly items: readonly Item[];
  readonly total: number;
  readonly perPage: number;
};

async function readPage<Item>(
  api: HetznerApi,
  request: ListingRequest<Item>,
  page: number,
): Promise<Page<Item>> {
  const query = new URLSearchParams({
    ...request.query,
    page: String(page),
    per_page: String(perPage),
    sort: 'id:asc',
  });
  const { compact } = request;
  const path = `/${request.name}?${query}`;
  const answer = await api.budget.page(() => api.ask({ method: 'GET', path, compact }));
  const pagination = answer.object('meta').object('pagination');
  const what = `an entry of Hetzner's ${request.name}`;
  return {
    items: answer.list(request.name).map((entry) => request.parse(new Fields(entry, what))),
    total: pagination.number('total_entries'),
    perPage: Math.max(1, pagination.number('per_page')),
  };
}
