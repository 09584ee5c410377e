/**
 * Rows by id, indexed by their labels and by the other fields that listings filter by, under names
 * that no label can have (`@name`, `@status`).
 *
 * The cost of a page does not depend on the number of rows: the rows of a mark are kept in order,
 * and more expensive results are kept until a mark changes.
 */
import { holds, type Ids, listOf, union, withId, withoutId } from './sorted-ids.ts';

export type Row = { readonly id: number };
type Labels = Readonly<Record<string, string>>;

/** One term of a selector; a positive term holds only where the row has the mark. */
export type Term =
  | { readonly kind: 'in' | 'notIn'; readonly key: string; readonly values: readonly string[] }
  | { readonly kind: 'has' | 'hasNot'; readonly key: string };

export type Order<Item> = {
  readonly name: string;
  compare(a: Item, b: Item): number;
};

const keptMax = 32;

export class Table<Item extends Row> extends Map<number, Item> {
  readonly #labelsOf: (item: Item) => Labels;
  readonly #byValue = new Map<string, Map<string, Ids>>();
  readonly #byKey = new Map<string, Ids>();
  readonly #kept = new Map<string, readonly number[]>();
  #all: Ids | undefined;

  constructor(labelsOf: (item: Item) => Labels) {
    super();
    this.#labelsOf = labelsOf;
  }

  override set(id: number, item: Item): this {
    this.delete(id);
    super.set(id, item);
    this.#all = withId(this.#all, id);
    this.#mark(id, this.#labelsOf(item));
    this.#kept.clear();
    return this;
  }

  override delete(id: number): boolean {
    const item = this.get(id);
    if (item === undefined) return false;
    this.#unmark(id, this.#labelsOf(item));
    this.#all = withoutId(this.#all, id);
    this.#kept.clear();
    return super.delete(id);
  }

  override clear(): void {
    super.clear();
    this.#byValue.clear();
    this.#byKey.clear();
    this.#kept.clear();
    this.#all = undefined;
  }

  /** Indexed fields change only through the table, so that the index stays correct. */
  change(item: Item, doing: () => void): void {
    if (this.get(item.id) !== item) {
      doing();
      return;
    }
    const before = this.#labelsOf(item);
    doing();
    const after = this.#labelsOf(item);
    this.#unmark(item.id, without(before, after));
    this.#mark(item.id, without(after, before));
    this.#kept.clear();
  }

  /** The first row with this mark. */
  one(key: string, value: string): Item | undefined {
    const [id] = this.ids(key, value);
    return id === undefined ? undefined : this.get(id);
  }

  ids(key: string, value: string): readonly number[] {
    return listOf(this.#byValue.get(key)?.get(value));
  }

  /** Ascending ids of the rows that satisfy all terms; in that order where one is given. */
  select(terms: readonly Term[], order?: Order<Item>): readonly number[] {
    if (order === undefined && terms.length === 0) return listOf(this.#all);
    if (order === undefined && terms.length === 1 && isPositive(terms[0])) {
      return this.#rowsOf(terms[0]);
    }
    const key = JSON.stringify([order?.name, terms]);
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const found = this.#ordered(this.#filtered(terms), order);
    if (this.#kept.size >= keptMax) this.#kept.clear();
    this.#kept.set(key, found);
    return found;
  }

  #filtered(terms: readonly Term[]): readonly number[] {
    const rows = terms.map((term) => ({ keep: isPositive(term), ids: this.#rowsOf(term) }));
    rows.sort((a, b) => a.ids.length - b.ids.length);
    const start = rows.find(({ keep }) => keep);
    const rest = rows.filter((one) => one !== start);
    return (start?.ids ?? listOf(this.#all)).filter((id) =>
      rest.every(({ keep, ids }) => holds(ids, id) === keep),
    );
  }

  #ordered(ids: readonly number[], order: Order<Item> | undefined): readonly number[] {
    if (order === undefined) return ids;
    const items = ids.flatMap((id) => this.get(id) ?? []);
    return items.sort(order.compare).map(({ id }) => id);
  }

  /** The rows that have the term's mark, whether the term is positive or negative. */
  #rowsOf(term: Term): readonly number[] {
    if (!('values' in term)) return listOf(this.#byKey.get(term.key));
    const [first = '', ...more] = term.values;
    if (more.length === 0) return this.ids(term.key, first);
    return union(term.values.map((value) => this.ids(term.key, value)));
  }

  #mark(id: number, labels: Labels): void {
    for (const key of Object.keys(labels)) {
      const value = labels[key] ?? '';
      const values = this.#byValue.get(key) ?? new Map<string, Ids>();
      this.#byValue.set(key, values.set(value, withId(values.get(value), id)));
      if (!key.startsWith('@')) this.#byKey.set(key, withId(this.#byKey.get(key), id));
    }
  }

  #unmark(id: number, labels: Labels): void {
    for (const key of Object.keys(labels)) {
      const values = this.#byValue.get(key);
      keep(values, labels[key] ?? '', withoutId(values?.get(labels[key] ?? ''), id));
      if (values?.size === 0) this.#byValue.delete(key);
      if (!key.startsWith('@')) keep(this.#byKey, key, withoutId(this.#byKey.get(key), id));
    }
  }
}

function isPositive(term: Term | undefined): term is Term {
  return term?.kind === 'in' || term?.kind === 'has';
}

function keep(ids: Map<string, Ids> | undefined, key: string, left: Ids | undefined): void {
  if (left === undefined) ids?.delete(key);
  else ids?.set(key, left);
}

function without(labels: Labels, others: Labels): Labels {
  const left: Record<string, string> = {};
  for (const key of Object.keys(labels)) {
    if (labels[key] !== others[key]) left[key] = labels[key] ?? '';
  }
  return left;
}
