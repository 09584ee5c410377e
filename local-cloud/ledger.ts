/** Counts every request that reached the local cloud, per API and route. */
export type Ledger = {
  /**
   * `route` is the method and the pattern, `GET /v1/servers/:id`: routes with ids have no bound.
   */
  count(api: string, route: string): void;
  /** Both levels sorted, so that two dumps of the same world compare equal. */
  counts(): Record<string, Record<string, number>>;
  /** All requests of an API, or of those of its routes that satisfy `wanted`. */
  total(api: string, wanted?: (route: string) => boolean): number;
  clear(): void;
};

export function createLedger(): Ledger {
  const apis = new Map<string, Map<string, number>>();

  return {
    count(api, route) {
      const routes = apis.get(api) ?? new Map<string, number>();
      routes.set(route, (routes.get(route) ?? 0) + 1);
      apis.set(api, routes);
    },
    counts: () =>
      Object.fromEntries(
        [...apis]
          .sort(byName)
          .map(([api, routes]) => [api, Object.fromEntries([...routes].sort(byName))]),
      ),
    total: (api, wanted = () => true) =>
      [...(apis.get(api) ?? [])].reduce((sum, [route, n]) => (wanted(route) ? sum + n : sum), 0),
    clear: () => apis.clear(),
  };
}

function byName(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : 1;
}
