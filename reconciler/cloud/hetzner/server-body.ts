/** A server as the API shows it: https://docs.hetzner.cloud/reference/cloud#servers */
import { imageBody, locations, serverTypeBody, serverTypes, systemImages } from './catalogue.ts';
import { type Firewall, type Project, type Server, timeOf } from './project.ts';
import { parseSelector } from './selector.ts';

/** How long a changed label takes until the firewalls that follow it have noticed. */
const firewallDelayMs = 2000;

export function serverBody(project: Project, server: Server): object {
  const type = serverTypes.find((one) => one.name === server.typeName);
  const ipv4 = server.ipv4 === null ? undefined : project.primaryIps.get(server.ipv4);
  const ipv6 = server.ipv6 === null ? undefined : project.primaryIps.get(server.ipv6);
  return {
    id: server.id,
    name: server.name,
    status: server.status,
    created: timeOf(server.created),
    labels: server.labels,
    backup_window: server.backups ? '22-02' : null,
    location: locations.find((one) => one.name === server.location) ?? null,
    image: server.image === null ? null : imageOf(server.image),
    server_type:
      type === undefined
        ? null
        : serverTypeBody(type, (location) => project.soldOut.has(`${type.name}/${location}`)),
    primary_disk_size: server.diskGb,
    placement_group: null,
    protection: server.protection,
    rescue_enabled: server.rescue,
    locked: server.locked,
    iso: null,
    private_net: [],
    public_net: {
      ipv4:
        ipv4 === undefined
          ? null
          : {
              id: ipv4.id,
              ip: ipv4.ip,
              blocked: false,
              dns_ptr: `static.${ipv4.ip.split('.').reverse().join('.')}.clients.your-server.de`,
            },
      ipv6: ipv6 === undefined ? null : { id: ipv6.id, ip: ipv6.ip, blocked: false, dns_ptr: [] },
      floating_ips: [],
      firewalls: firewallsOf(project, server).map((firewall) => ({
        id: firewall.id,
        status: 'applied',
      })),
    },
    volumes: [],
    load_balancers: [],
    included_traffic: 654_311_424_000,
    ingoing_traffic: 0,
    outgoing_traffic: 0,
  };
}

export function firewallsOf(project: Project, server: Server): readonly Firewall[] {
  if (project.clock.now() - server.created < firewallDelayMs) return [];
  return [...project.firewalls.values()].filter((firewall) =>
    firewall.appliedTo.some((one) =>
      one.type === 'server' ? one.server === server.id : parseSelector(one.selector)(server.labels),
    ),
  );
}

function imageOf(image: NonNullable<Server['image']>): object {
  const system = systemImages.find((one) => one.id === image.id);
  return system === undefined
    ? {
        id: image.id,
        type: 'snapshot',
        name: null,
        status: 'available',
        labels: {},
        architecture: image.architecture,
      }
    : imageBody(system);
}
