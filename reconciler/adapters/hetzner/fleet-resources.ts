/**
 * Reads the parts of the project that few verbs need: keys and snapshots with our label, and
 * servers without it.
 */
import type {
  ObservedImage,
  ObservedSnapshot,
  ObservedSshKey,
} from '../../core/fleet/fleet-resources.ts';
import { labelNames } from '../../core/fleet/observed.ts';
import type { Fields } from '../http/answer.ts';
import { nullWhereAbsent } from '../http/client.ts';
import type { HetznerApi } from './api.ts';
import { listWhole } from './listing.ts';

/** The query for what carries the fleet's label. */
export function ofFleet(fleet: string) {
  return { label_selector: `${labelNames.fleet}=${fleet}` };
}

export function sshKeys(api: HetznerApi, fleet: string): Promise<readonly ObservedSshKey[]> {
  return listWhole(api, {
    name: 'ssh_keys',
    query: ofFleet(fleet),
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
    query: ofFleet(fleet),
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

export async function imagesCalled(
  api: HetznerApi,
  idOrName: string,
): Promise<readonly ObservedImage[]> {
  if (/^[0-9]+$/.test(idOrName)) {
    const answer = await nullWhereAbsent(api.ask({ method: 'GET', path: `/images/${idOrName}` }));
    return answer === null ? [] : [observedImage(answer.object('image'))];
  }
  const query = new URLSearchParams({ name: idOrName, include_deprecated: 'true' });
  const answer = await api.ask({ method: 'GET', path: `/images?${query}` });
  return answer.objects('images').map(observedImage);
}

function observedImage(image: Fields): ObservedImage {
  return {
    id: image.id('id'),
    architecture: image.text('architecture'),
    diskGb: image.number('disk_size'),
    available: image.text('status') === 'available',
    labels: image.labels('labels'),
  };
}

/** `!=` selects servers without the label too. Their names are not parsed. */
export function foreignServers(api: HetznerApi, fleet: string) {
  return listWhole(api, {
    name: 'servers',
    query: { label_selector: `${labelNames.fleet}!=${fleet}` },
    parse: (server) => ({
      id: server.id('id'),
      serverType: server.object('server_type').text('name'),
      location: server.object('location').text('name'),
      backups: server.has('backup_window'),
    }),
  });
}
