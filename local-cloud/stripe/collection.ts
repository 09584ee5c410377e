/**
 * Objects of one kind in the order of their creation, indexed by id and by the fields of listings.
 * The cost of a page does not depend on the number of objects.
 */
export type Collection<Item extends { readonly id: string }> = {
  readonly size: number;
  get(id: string): Item | undefined;
  has(id: string): boolean;
  /** Adds it, or replaces the one with the same id. Indexed fields never change. */
  put(item: Item): Item;
  remove(id: string): void;
  /** Oldest first. */
  values(): IterableIterator<Item>;
  walk(walk: Walk<Item>): IterableIterator<Item>;
};
export type Walk<Item> = {
  readonly by?: { readonly field: keyof Item; readonly value: string };
  /** exclusive: the id of the object at which the walk starts */
  readonly from?: string;
  readonly order: 'newestFirst' | 'oldestFirst';
};

export function createCollection<Item extends { readonly id: string }>(
  listedBy: readonly (keyof Item)[] = [],
): Collection<Item> {
  const slots: (Item | undefined)[] = [];
  const places = new Map<string, number>();
  const lists = new Map(listedBy.map((field) => [field, new Map<string, number[]>()] as const));

  function list(item: Item, place: number): void {
    for (const [field, byValue] of lists) {
      const value = item[field];
      if (typeof value !== 'string') continue;
      const known = byValue.get(value);
      if (known === undefined) byValue.set(value, [place]);
      else known.push(place);
    }
  }
  return {
    get size() {
      return places.size;
    },
    get: (id) => slots[places.get(id) ?? -1],
    has: (id) => places.has(id),
    put(item) {
      const place = places.get(item.id);
      if (place !== undefined) {
        slots[place] = item;
        return item;
      }
      places.set(item.id, slots.length);
      list(item, slots.length);
      slots.push(item);
      return item;
    },
    remove(id) {
      const place = places.get(id);
      if (place === undefined) return;
      slots[place] = undefined;
      places.delete(id);
    },
    *values() {
      for (const item of slots) if (item !== undefined) yield item;
    },
    *walk({ by, from, order }) {
      const step = order === 'newestFirst' ? -1 : 1;
      const start = from === undefined ? undefined : places.get(from);
      const listed = by === undefined ? undefined : (lists.get(by.field)?.get(by.value) ?? []);
      const length = listed?.length ?? slots.length;
      let index = step < 0 ? length - 1 : 0;
      if (start !== undefined) {
        const at = listed === undefined ? start : firstFrom(listed, start);
        index = step < 0 ? at - 1 : listed === undefined || listed[at] === start ? at + 1 : at;
      }
      for (; index >= 0 && index < length; index += step) {
        const item = slots[listed === undefined ? index : (listed[index] ?? -1)];
        if (item !== undefined) yield item;
      }
    },
  };
}

/** The first index whose place is not before the wanted one; places ascend. */
function firstFrom(places: readonly number[], wanted: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
