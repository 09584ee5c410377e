/**
 * Reads all pages of a listing and proves that it is whole: every page announces the same number
 * of entries, and as many different ids were seen. Entries that vanish or appear between two pages
 * shift those that follow; then it is read once more, and said to be partial if that shifts too.
 */
import { Failure } from '../../core/failure.ts';
import type { Listing } from '../../ports.ts';
import { Fields } from '../http-answer.ts';
import type { HetznerApi } from './api.ts';

export type ListingRequest<Item> = {
  /** e.g. `servers`: the path, and the key of the list in the answer */
  readonly name: string;
  readonly labelSelector?: string;
  readonly parse: (entry: Fields) => Item;
};

const perPage = 50;
const pagesMax = 2000;
const readsMax = 2;

export async function listAll<Item extends { readonly id: string }>(
  api: HetznerApi,
  request: ListingRequest<Item>,
): Promise<Listing<Item>> {
  let read = await readPages(api, request);
  for (let reads = 1; reads < readsMax && read.kind === 'shifted'; reads += 1) {
    read = await readPages(api, request);
  }
  const items = [...read.items].sort((a, b) => Number(a.id) - Number(b.id));
  if (read.kind === 'whole') return { items, partial: [] };
  return { items, partial: [{ source: 'servers', detail: `${request.name}: ${read.detail}` }] };
}

/** For what is no use in part. */
export async function listWhole<Item extends { readonly id: string }>(
  api: HetznerApi,
  request: ListingRequest<Item>,
): Promise<readonly Item[]> {
  const { items, partial } = await listAll(api, request);
  const [problem] = partial;
  if (problem !== undefined) throw new Failure('UnexpectedAnswer', problem.detail);
  return items;
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
  const totals: number[] = [];
  let page: number | null = 1;
  for (let pages = 0; page !== null; pages += 1) {
    if (pages >= pagesMax)
      return { kind: 'broken', items: seen.values(), detail: `more than ${pagesMax} pages` };
    try {
      const found: Page<Item> = await readPage(api, request, page);
      for (const item of found.items) seen.set(item.id, item);
      totals.push(found.total);
      page = found.next;
    } catch (error) {
      // Without the first page nothing is known, and the failure says more than a partial listing.
      if (page === 1 || !(error instanceof Failure) || error.fate !== 'transient') throw error;
      const detail = `page ${page} is missing (${error.reason}: ${error.message})`;
      return { kind: 'broken', items: seen.values(), detail };
    }
  }
  if (totals.every((total) => total === seen.size)) return { kind: 'whole', items: seen.values() };
  const announced = [...new Set(totals)].join(', then ');
  const detail = `it shifted while it was read: ${announced} announced, ${seen.size} seen`;
  return { kind: 'shifted', items: seen.values(), detail };
}

type Page<Item> = {
  readonly items: readonly Item[];
  readonly total: number;
  readonly next: number | null;
};

async function readPage<Item>(
  api: HetznerApi,
  request: ListingRequest<Item>,
  page: number,
): Promise<Page<Item>> {
  const query = new URLSearchParams({
    page: String(page),
    per_page: String(perPage),
    sort: 'id:asc',
  });
  if (request.labelSelector !== undefined) query.set('label_selector', request.labelSelector);
  const answer = await api.ask({ method: 'GET', path: `/${request.name}?${query}` });
  const pagination = answer.object('meta').object('pagination');
  const next = pagination.has('next_page') ? pagination.number('next_page') : null;
  if (next !== null && next <= page)
    throw new Failure('UnexpectedAnswer', `page ${page} of ${request.name} is followed by ${next}`);
  return {
    items: answer
      .list(request.name)
      .map((entry) => request.parse(new Fields(entry, `an entry of Hetzner's ${request.name}`))),
    total: pagination.number('total_entries'),
    next,
  };
}
