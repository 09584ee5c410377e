/** Contents by oid, up to a total length; above it the least recently used are dropped. */
export type OidCache<Content> = {
  get(oid: string): Content | null;
  keep(oid: string, content: Content): void;
};

export function createOidCache<Content extends { readonly length: number }>(
  lengthMax: number,
): OidCache<Content> {
  const kept = new Map<string, Content>();
  let length = 0;
  return {
    get(oid) {
      const known = kept.get(oid);
      if (known === undefined) return null;
      // At the end of the map, which is in the order of use.
      kept.delete(oid);
      kept.set(oid, known);
      return known;
    },
    keep(oid, content) {
      if (kept.has(oid)) return;
      kept.set(oid, content);
      length += content.length;
      for (const [oldest, { length: freed }] of kept) {
        if (length <= lengthMax) return;
        kept.delete(oldest);
        length -= freed;
      }
    },
  };
}
