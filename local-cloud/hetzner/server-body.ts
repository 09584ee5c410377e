/** A server as the API shows it: https://docs.hetzner.cloud/reference/cloud#servers */
import { serverTypes } from './catalogue.ts';
import { locationBody, serverTypeBody, systemImageBody } from './catalogue-body.ts';
import { guardOf } from './firewall-guard.ts';
import { floatingIpsOf } from './floating-ips.ts';
import { lostImageBody, snapshotBody } from './image-body.ts';
import { placementGroupBody } from './placement-groups.ts';
import { type Project, timeOf } from './project.ts';
import type { Server } from './records.ts';
import { ipv4Name, reverseNames } from './reverse-names.ts';
import { volumesOf } from './volumes.ts';

const typesByName = new Map(serverTypes.map((type) => [type.name, type]));

export function serverBody(project: Project, server: Server): object {
  const type = typesByName.get(server.typeName);
  const group =
    server.placementGroup === null ? undefined : project.placementGroups.get(server.placementGroup);
  return {
    id: server.id,
    name: server.name,
    status: server.status,
    created: timeOf(server.created),
    labels: server.labels,
    backup_window: server.backups ? '22-02' : null,
    location: locationBody(server.location),
    image: server.image === null ? null : imageOf(project, server.image),
    server_type: type === undefined ? null : serverTypeBody(type, project.soldOut),
    primary_disk_size: server.diskGb,
    placement_group: group === undefined ? null : placementGroupBody(project, group),
    protection: server.protection,
    rescue_enabled: server.rescue,
    locked: server.locked || server.lockedByStaff,
    iso: null,
    private_net: [],
    public_net: publicNet(project, server),
    volumes: volumesOf(project, server.id),
    load_balancers: [],
    included_traffic: 654_311_424_000,
    ingoing_traffic: 0,
    outgoing_traffic: 0,
  };
}

function publicNet(project: Project, server: Server): object {
  const ipv4 = server.ipv4 === null ? undefined : project.primaryIps.get(server.ipv4);
  const ipv6 = server.ipv6 === null ? undefined : project.primaryIps.get(server.ipv6);
  return {
    ipv4:
      ipv4 === undefined
        ? null
        : { id: ipv4.id, ip: ipv4.ip, blocked: false, dns_ptr: ipv4Name(ipv4) },
    ipv6:
      ipv6 === undefined
        ? null
        : { id: ipv6.id, ip: ipv6.ip, blocked: false, dns_ptr: reverseNames(ipv6) },
    floating_ips: floatingIpsOf(project, server.id),
    firewalls: guardOf(project, server),
  };
}

function imageOf(project: Project, image: NonNullable<Server['image']>): object {
  const system = systemImageBody(image.id);
  if (system !== null) return system;
  const snapshot = project.snapshots.get(image.id);
  return snapshot === undefined ? lostImageBody(image) : snapshotBody(snapshot);
}
