/** Converts Hetzner's servers, addresses and firewalls to the types of core. */
import { Failure } from '../../core/failure.ts';
import { canonicalRules, type FirewallRule } from '../../core/fleet/firewall.ts';
import type {
  ObservedFirewall,
  ObservedPrimaryIp,
  ObservedServer,
  ServerStatus,
} from '../../core/fleet/observed.ts';
import type { Fields } from '../http/answer.ts';

export function observedServer(server: Fields): ObservedServer {
  const net = server.object('public_net');
  const ipv4 = net.has('ipv4') ? net.object('ipv4') : null;
  const ipv6 = net.has('ipv6') ? net.object('ipv6') : null;
  const protection = server.object('protection');
  return {
    id: server.id('id'),
    name: server.text('name'),
    status: statusOf(server.text('status')),
    created: server.time('created'),
    labels: server.labels('labels'),
    ipv4: ipv4?.text('ip') ?? null,
    ipv4Id: ipv4?.id('id') ?? null,
    ipv6Id: ipv6?.id('id') ?? null,
    location: server.object('location').text('name'),
    serverType: server.object('server_type').text('name'),
    image: imageOf(server),
    diskGb: server.number('primary_disk_size'),
    memoryGb: server.object('server_type').number('memory'),
    protection: { delete: protection.flag('delete'), rebuild: protection.flag('rebuild') },
    locked: server.flag('locked'),
    backups: server.has('backup_window'),
    firewalls: net
      .objects('firewalls')
      .filter((firewall) => firewall.text('status') === 'applied')
      .map((firewall) => firewall.id('id'))
      .sort(),
  };
}

const statuses: readonly ServerStatus[] = [
  'initializing',
  'starting',
  'running',
  'stopping',
  'off',
  'deleting',
  'migrating',
  'rebuilding',
];

function statusOf(said: string): ServerStatus {
  return statuses.find((status) => status === said) ?? 'unknown';
}

/** Snapshots have no name; a catalog names them by their id. */
function imageOf(server: Fields): string | null {
  if (!server.has('image')) return null;
  const image = server.object('image');
  return image.has('name') ? image.text('name') : image.id('id');
}

export function observedPrimaryIp(address: Fields): ObservedPrimaryIp {
  return {
    id: address.id('id'),
    ip: address.text('ip'),
    labels: address.labels('labels'),
    assignee: address.has('assignee_id') ? address.id('assignee_id') : null,
    location: address.object('location').text('name'),
    created: address.time('created'),
  };
}

export function observedFirewall(firewall: Fields): ObservedFirewall {
  return {
    id: firewall.id('id'),
    name: firewall.text('name'),
    labels: firewall.labels('labels'),
    rules: canonicalRules(firewall.objects('rules').map(ruleOf)),
    selectors: firewall
      .objects('applied_to')
      .filter((target) => target.text('type') === 'label_selector')
      .map((target) => target.object('label_selector').text('selector'))
      .sort(),
  };
}

function ruleOf(rule: Fields): FirewallRule {
  const direction = rule.text('direction');
  if (direction !== 'in' && direction !== 'out')
    throw new Failure('UnexpectedAnswer', 'a firewall rule of Hetzner has an unknown direction');
  return {
    direction,
    protocol: protocolOf(rule.text('protocol')),
    port: rule.has('port') ? rule.text('port') : null,
    peers: rule.texts(direction === 'in' ? 'source_ips' : 'destination_ips'),
  };
}

const protocols: readonly FirewallRule['protocol'][] = ['tcp', 'udp', 'icmp', 'esp', 'gre'];

function protocolOf(said: string): FirewallRule['protocol'] {
  const protocol = protocols.find((known) => known === said);
  if (protocol === undefined)
    throw new Failure('UnexpectedAnswer', 'a firewall rule of Hetzner has an unknown protocol');
  return protocol;
}
