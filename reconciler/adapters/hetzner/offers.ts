/**
 * Reads what Hetzner sells: server types by location with their net prices a month, and the
 * announced ends of types and images.
 */
import type { Withdrawal } from '../../core/fleet/fleet-resources.ts';
import type { Offer, Offers } from '../../core/fleet/observed.ts';
import { createKept } from '../../ports/kept.ts';
import type { Fields } from '../http/answer.ts';
import type { HetznerApi } from './api.ts';
import { listWhole } from './listing.ts';

/** Prices change a few times a year; an order of a type that is sold out fails anyway. */
const freshMs = 5 * 60_000;

export function createOffers(api: HetznerApi): () => Promise<Offers> {
  return createKept(() => readOffers(api), { clock: api.clock, freshMs }).get;
}

export async function withdrawals(api: HetznerApi): Promise<readonly Withdrawal[]> {
  const types = await serverTypes(api);
  const images = await listWhole(api, {
    name: 'images',
    query: { type: 'system', include_deprecated: 'true' },
    parse: (image) => ({ id: image.id('id'), withdrawn: withdrawnImage(image) }),
  });
  const found = [
    ...types.flatMap(({ type }) => withdrawnType(type)),
    ...images.flatMap(({ withdrawn }) => withdrawn),
  ];
  const text = (one: Withdrawal) =>
    `${one.kind} ${one.name} ${one.kind === 'serverType' ? one.location : ''}`;
  return found.sort((a, b) => (text(a) < text(b) ? -1 : 1));
}

function serverTypes(api: HetznerApi) {
  return listWhole(api, { name: 'server_types', parse: (type) => ({ id: type.id('id'), type }) });
}

async function readOffers(api: HetznerApi): Promise<Offers> {
  const [types, answer] = await Promise.all([
    serverTypes(api),
    api.ask({ method: 'GET', path: '/pricing' }),
  ]);
  const nowMs = await api.now();
  const pricing = answer.object('pricing');
  const ipv4 = pricing
    .objects('primary_ips')
    .filter((kind) => kind.text('type') === 'ipv4')
    .flatMap((kind) => kind.objects('prices'))
    .map((price): [string, number] => [price.text('location'), netOf(price, 'price_monthly')]);
  return {
    currency: pricing.text('currency'),
    backupPercent: pricing.object('server_backup').decimal('percentage'),
    ipv4MonthlyNet: Object.fromEntries(ipv4.sort(([a], [b]) => (a < b ? -1 : 1))),
    list: types.flatMap(({ type }) => offersOf(type, nowMs)).sort(byTypeThenLocation),
  };
}

/** One offer for each location that has a price. */
function offersOf(type: Fields, nowMs: number): readonly Offer[] {
  const sold = new Map(type.objects('locations').map((one) => [one.text('name'), one]));
  return type.objects('prices').map((price) => {
    const location = price.text('location');
    const there = sold.get(location);
    return {
      serverType: type.text('name'),
      location,
      monthlyNet: netOf(price, 'price_monthly'),
      diskGb: type.number('disk'),
      memoryGb: type.number('memory'),
      architecture: type.text('architecture'),
      available:
        there !== undefined &&
        isInStock(there) &&
        !isWithdrawn(there, nowMs) &&
        !isWithdrawn(type, nowMs),
    };
  });
}

/** Answers of older versions have no such field: only the order shows whether there is stock. */
function isInStock(there: Fields): boolean {
  return !there.has('available') || there.flag('available');
}

/** A type whose withdrawal is announced can be bought until then. */
function isWithdrawn(place: Fields, nowMs: number): boolean {
  const end = endOf(place);
  return end !== null && nowMs >= Date.parse(end);
}

function endOf(place: Fields): string | null {
  if (!place.has('deprecation')) return null;
  return place.object('deprecation').time('unavailable_after');
}

/** One entry for a type that is withdrawn everywhere, else one for each location. */
function withdrawnType(type: Fields): readonly Withdrawal[] {
  const name = type.text('name');
  const kind = 'serverType' as const;
  const everywhere = endOf(type);
  if (everywhere !== null) return [{ kind, name, location: null, at: everywhere }];
  return type.objects('locations').flatMap((place) => {
    const at = endOf(place);
    return at === null ? [] : [{ kind, name, location: place.text('name'), at }];
  });
}

function withdrawnImage(image: Fields): readonly Withdrawal[] {
  if (!image.has('deprecated') || !image.has('name')) return [];
  return [{ kind: 'image', name: image.text('name'), at: image.time('deprecated') }];
}

function netOf(price: Fields, name: string): number {
  return price.object(name).decimal('net');
}

function byTypeThenLocation(a: Offer, b: Offer): number {
  const [left, right] = [`${a.serverType} ${a.location}`, `${b.serverType} ${b.location}`];
  return left < right ? -1 : left > right ? 1 : 0;
}
