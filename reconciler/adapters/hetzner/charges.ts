/**
 * Reads what Hetzner bills in the project besides servers: snapshots, addresses without a server,
 * volumes, floating IPs and load balancers, with the fleet's label or without it. Their names are
 * not parsed.
 */
import type { Charge } from '../../core/fleet/fleet-resources.ts';
import { labelNames } from '../../core/fleet/observed.ts';
import type { Listing } from '../../ports/listing.ts';
import type { Fields } from '../http/answer.ts';
import type { HetznerApi } from './api.ts';
import { listAll } from './listing.ts';

type Priced = { readonly id: string; readonly charge: Charge | null };

export async function charges(api: HetznerApi, fleet: string): Promise<Listing<Charge>> {
  const answer = await api.ask({ method: 'GET', path: '/pricing' });
  const prices = pricesOf(answer.object('pricing'));
  const read = (
    kind: Charge['kind'],
    name: string,
    monthlyOf: (one: Fields) => number | null | 'free',
    query: Readonly<Record<string, string>> = {},
  ): Promise<Listing<Priced>> =>
    listAll(api, {
      name,
      query,
      parse(one) {
        const id = one.id('id');
        const monthly = monthlyOf(one);
        if (monthly === 'free') return { id, charge: null };
        const isOurs = one.labels('labels')[labelNames.fleet] === fleet;
        return { id, charge: { kind, id, isOurs, monthly } };
      },
    });
  const listings = await Promise.all([
    read('snapshot', 'images', prices.snapshot, { type: 'snapshot' }),
    read('address', 'primary_ips', prices.address),
    read('volume', 'volumes', prices.volume),
    read('floatingIp', 'floating_ips', prices.floatingIp),
    read('loadBalancer', 'load_balancers', prices.loadBalancer),
  ]);
  return {
    items: listings.flatMap(({ items }) => items.flatMap(({ charge }) => charge ?? [])),
    partial: listings.flatMap(({ partial }) => partial),
  };
}

/** What one of each kind costs a month, net; null where that is not known. */
function pricesOf(pricing: Fields) {
  const gbMonth = (name: string) => netOf(pricing.object(name).object('price_per_gb_month'));
  const [image, volume] = [gbMonth('image'), gbMonth('volume')];
  const primary = byTypeAndPlace(pricing.objects('primary_ips'), 'type');
  const floating = byTypeAndPlace(pricing.objects('floating_ips'), 'type');
  const balancer = byTypeAndPlace(pricing.objects('load_balancer_types'), 'name');
  return {
    snapshot: (one: Fields) => (one.has('image_size') ? one.number('image_size') * image : null),
    // One with a server is in the server's cost.
    address: (one: Fields) =>
      one.has('assignee_id') || one.text('type') !== 'ipv4'
        ? 'free'
        : (primary.get(`ipv4 ${one.object('location').text('name')}`) ?? null),
    volume: (one: Fields) => one.number('size') * volume,
    floatingIp: (one: Fields) =>
      floating.get(`${one.text('type')} ${one.object('home_location').text('name')}`) ?? null,
    loadBalancer: (one: Fields) => {
      const type = one.object('load_balancer_type').text('name');
      return balancer.get(`${type} ${one.object('location').text('name')}`) ?? null;
    },
  } as const;
}

function byTypeAndPlace(kinds: readonly Fields[], name: string): ReadonlyMap<string, number> {
  return new Map(
    kinds.flatMap((kind) =>
      kind
        .objects('prices')
        .map((price): [string, number] => [
          `${kind.text(name)} ${price.text('location')}`,
          netOf(price.object('price_monthly')),
        ]),
    ),
  );
}

function netOf(price: Fields): number {
  return price.decimal('net');
}
