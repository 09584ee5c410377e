/** The servers to price: listed ones, and in an incomplete reading recorded ones too. */
import type { AgentRecord } from './recorded.ts';
import type { World } from './world.ts';

export type PricedById = {
  readonly id: string;
  readonly serverType: string;
  readonly location: string;
  readonly backups: boolean;
  /** the recorded cost, used if the price list lacks the type; null without one */
  readonly recorded: NonNullable<AgentRecord['cost']> | null;
};

export function pricedServers({
  observed,
  records,
}: Pick<World, 'observed' | 'records'>): readonly PricedById[] {
  const { servers, reading } = observed;
  const costs = new Map(records.map(({ server, cost }) => [server?.id, cost ?? null]));
  const seen = servers.map(({ id, serverType, location, backups }) => {
    return { id, serverType, location, backups, recorded: costs.get(id) ?? null };
  });
  if (reading.kind === 'complete') return seen;
  const ids = new Set(servers.map(({ id }) => id));
  const unseen = records.flatMap(({ gone, server, chosen, cost }) => {
    if (gone !== undefined || server === undefined || chosen === undefined) return [];
    const { serverType, location } = chosen;
    if (ids.has(server.id)) return [];
    const recorded = cost ?? null;
    return [{ id: server.id, serverType, location, backups: false, recorded }];
  });
  return [...seen, ...unseen];
}
