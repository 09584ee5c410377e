/**
 * Reads what `terraform plan -refresh-only` found of a stack's server from the plan's JSON: the
 * values after the refresh (`prior_state`) and the differences from the stored state
 * (`resource_drift`).
 * https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
 * https://registry.terraform.io/providers/hetznercloud/hcloud/latest/docs/resources/server
 */

import type { ServerStatus } from '../../core/fleet/observed.ts';
import type { Refreshed, RefreshedServer, UnlistedDrift } from '../../core/stack/refreshed.ts';
import type { Fields } from '../http/answer.ts';

/** Attributes that the listing shows too: they are compared with it, not with the state. */
const listed: ReadonlySet<string> = new Set([
  'delete_protection',
  'firewall_ids',
  'id',
  'image',
  'ipv4_address',
  'labels',
  'location',
  'name',
  'rebuild_protection',
  'server_type',
  'status',
]);
/** Never shown: it contains a host's seeded key. */
const secret = 'user_data';
const shownMax = 80;

/** Throws `UnexpectedAnswer` if it is not such a plan. */
export function refreshedServer(plan: Fields): Refreshed {
  const change = plan.has('resource_drift')
    ? serverAmong(plan.objects('resource_drift'))?.object('change')
    : undefined;
  const found = serverAmong(refreshedResources(plan));
  if (found !== undefined) {
    const server = serverOf(found.object('values'));
    return { kind: 'found', server, drifts: change === undefined ? [] : driftsOf(change) };
  }
  if (change === undefined) return { kind: 'unknown' };
  return { kind: 'gone', id: change.object('before').text('id') };
}

/** Terraform omits empty levels. */
function refreshedResources(plan: Fields): readonly Fields[] {
  let at = plan;
  for (const level of ['prior_state', 'values', 'root_module']) {
    if (!at.has(level)) return [];
    at = at.object(level);
  }
  return at.has('resources') ? at.objects('resources') : [];
}

/** An agent's stack has one server. */
function serverAmong(resources: readonly Fields[]): Fields | undefined {
  return resources.find((one) => one.text('type') === 'hcloud_server');
}

function serverOf(values: Fields): RefreshedServer {
  const optional = (name: string) => (values.has(name) ? values.text(name) || null : null);
  return {
    id: values.text('id'),
    name: values.text('name'),
    status: values.text('status') as ServerStatus,
    labels: values.has('labels') ? values.labels('labels') : {},
    ipv4: optional('ipv4_address'),
    location: values.text('location'),
    serverType: values.text('server_type'),
    image: optional('image'),
    protection: {
      delete: values.flag('delete_protection'),
      rebuild: values.flag('rebuild_protection'),
    },
    firewalls: values.has('firewall_ids') ? values.list('firewall_ids').map(String).sort() : [],
  };
}

/** Sorted by attribute. */
function driftsOf(change: Fields): readonly UnlistedDrift[] {
  const [before, after] = [change.entries('before'), change.entries('after')];
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((name) => !listed.has(name))
    .map((attribute) => ({
      attribute,
      remembered: JSON.stringify(before.get(attribute) ?? null),
      found: JSON.stringify(after.get(attribute) ?? null),
    }))
    .filter(({ remembered, found }) => remembered !== found)
    .map(shown)
    .sort((a, b) => (a.attribute < b.attribute ? -1 : 1));
}

function shown({ attribute, remembered, found }: UnlistedDrift): UnlistedDrift {
  if (attribute === secret) return { attribute, remembered: 'another one', found: 'another one' };
  const cut = (text: string) => text.slice(0, shownMax);
  return { attribute, remembered: cut(remembered), found: cut(found) };
}
