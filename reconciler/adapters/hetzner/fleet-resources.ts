/**
 * Reads the parts of the project that few verbs need: keys and snapshots with our label, announced
 * withdrawals, and servers without our label.
 */
import type {
  ObservedSnapshot,
  ObservedSshKey,
  Withdrawal,
} from '../../core/fleet/fleet-resources.ts';
import { labelNames } from '../../core/fleet/observed.ts';
import type { Fields } from '../http/answer.ts';
import type { HetznerApi } from './api.ts';
import { listWhole } from './listing.ts';

export function sshKeys(api: HetznerApi, fleet: string): Promise<readonly ObservedSshKey[]> {
  return listWhole(api, {
    name: 'ssh_keys',
    labelSelector: `${labelNames.fleet}=${fleet}`,
    parse: (key) => ({
      id: key.id('id'),
      name: key.text('name'),
      created: key.time('created'),
      labels: key.labels('labels'),
    }),
  });
}

export async function snapshots(
  api: HetznerApi,
  fleet: string,
): Promise<readonly ObservedSnapshot[]> {
  const images = await listWhole(api, {
    name: 'images',
    labelSelector: `${labelNames.fleet}=${fleet}`,
    parse: (image) => ({
      id: image.id('id'),
      type: image.text('type'),
      description: image.text('description'),
      created: image.time('created'),
      labels: image.labels('labels'),
      sizeGb: image.has('image_size') ? image.number('image_size') : null,
    }),
  });
  const ours = images.filter(({ type }) => type === 'snapshot');
  if (ours.length === 0) return [];
  const pricing = (await api.ask({ method: 'GET', path: '/pricing' })).object('pricing');
  const gbMonth = pricing.object('image').object('price_per_gb_month').decimal('net');
  return ours.map(({ id, description, created, labels, sizeGb }) => {
    const monthlyCost = sizeGb === null ? null : Math.round(sizeGb * gbMonth * 100) / 100;
    return { id, description, created, labels, monthlyCost };
  });
}

/** `!=` selects servers without the label too. Their names are not parsed. */
export function foreignServers(api: HetznerApi, fleet: string) {
  return listWhole(api, {
    name: 'servers',
    labelSelector: `${labelNames.fleet}!=${fleet}`,
    parse: (server) => ({
      id: server.id('id'),
      serverType: server.object('server_type').text('name'),
      location: server.object('location').text('name'),
    }),
  });
}

export async function withdrawals(api: HetznerApi): Promise<readonly Withdrawal[]> {
  const types = await listWhole(api, {
    name: 'server_types',
    parse: (type) => ({ id: type.id('id'), withdrawn: withdrawnType(type) }),
  });
  const images = await listWhole(api, {
    name: 'images',
    query: { type: 'system', include_deprecated: 'true' },
    parse: (image) => ({ id: image.id('id'), withdrawn: withdrawnImage(image) }),
  });
  const found = [...types, ...images].flatMap(({ withdrawn }) => withdrawn);
  const text = (one: Withdrawal) =>
    `${one.kind} ${one.name} ${one.kind === 'serverType' ? one.location : ''}`;
  return found.sort((a, b) => (text(a) < text(b) ? -1 : 1));
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

function endOf(place: Fields): string | null {
  if (!place.has('deprecation')) return null;
  return place.object('deprecation').time('unavailable_after');
}

function withdrawnImage(image: Fields): readonly Withdrawal[] {
  if (!image.has('deprecated') || !image.has('name')) return [];
  return [{ kind: 'image', name: image.text('name'), at: image.time('deprecated') }];
}
