/** Lists of GitHub, all pages of them. */
import { Failure } from '../../core/failure.ts';
import { asked, listIn } from './failures.ts';

const perPage = 100;
const pagesMax = 100;

type Page<Item> = {
  readonly data: readonly Item[];
  readonly headers: { readonly link?: string | undefined };
};

/**
 * Reads all pages of a list. After a full page the next one is always requested: the link header
 * can be missing, and what is on a later page counts: a review revokes an earlier approval.
 */
export async function allPages<Item>(
  ask: (page: { readonly per_page: number; readonly page: number }) => Promise<Page<Item>>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (let page = 1; page <= pagesMax; page += 1) {
    const { data, headers } = await asked(ask({ per_page: perPage, page }));
    items.push(...listIn(data));
    const goesOn = data.length >= perPage || /rel="next"/.test(headers.link ?? '');
    if (!goesOn || data.length === 0) return items;
  }
  throw new Failure('UnexpectedAnswer', `GitHub lists more than ${pagesMax} pages`);
}
