/** Creates servers. The request is checked first, so that a refused create leaves nothing. */
import { freeInRange, makePrimaryIp } from './addresses.ts';
import type { ServerTypeSample } from './catalogue.ts';
import { HetznerError, invalid } from './errors.ts';
import { type Asked, objectIn, optionalFlag, optionalId, optionalList } from './input.ts';
import { refuseTaken } from './kind.ts';
import { refuseFullGroup } from './placement-groups.ts';
import {
  actionBody,
  found,
  type Project,
  refuseBeyondLimit,
  setStatus,
  startAction,
} from './project.ts';
import type { Labels, PrimaryIp, Server, Volume } from './records.ts';
import { checkedLabels } from './selector.ts';
import { serverBody } from './server-body.ts';
import {
  checkedHostname,
  checkedUserData,
  imageOf,
  keysOf,
  placeOf,
  typeOf,
} from './server-options.ts';
import { powerUp, startSeconds, work } from './server-power.ts';
import { attach, refuseUnattachable } from './volumes.ts';

/** World seconds that a create takes, before the start. */
const createSeconds = 15;

/** Shared, because a large world holds a hundred thousand of each. */
const unprotected = Object.freeze({ delete: false, rebuild: false });
const unlabelled: Labels = Object.freeze({});

type IpType = PrimaryIp['type'];
/** For each kind of address: none, a new one, or this one. */
type RequestedAddresses = Readonly<Record<IpType, 'none' | 'new' | PrimaryIp>>;

type CreateOptions = {
  readonly name: string;
  readonly type: ServerTypeSample;
  readonly location: string;
  readonly image: NonNullable<Server['image']>;
  readonly labels: Labels;
  readonly userData: string;
  readonly sshKeys: readonly number[];
  readonly group: number | null;
  readonly addresses: RequestedAddresses;
  readonly firewalls: readonly number[];
  readonly volumes: readonly Volume[];
  readonly starts: boolean;
};

export function createServer(project: Project, asked: Asked): object {
  const options = optionsOf(project, asked);
  const server = newServer(project, options);
  project.servers.set(server.id, server);
  assignAddresses(project, server, options.addresses);
  for (const volume of options.volumes) attach(volume, server);
  for (const id of options.firewalls) {
    const since = project.clock.now();
    project.firewalls.get(id)?.appliedTo.push({ type: 'server', server: server.id, since });
  }
  const created = work(project, server, {
    command: 'create_server',
    seconds: createSeconds,
    locks: true,
    done: () => (options.starts ? powerUp(project, server) : setStatus(project, server, 'off')),
  });
  const { resources } = created;
  const next = options.starts
    ? [startAction(project, 'start_server', { seconds: createSeconds + startSeconds, resources })]
    : [];
  return {
    server: serverBody(project, server),
    action: actionBody(project, created),
    next_actions: next.map((action) => actionBody(project, action)),
    root_password: options.sshKeys.length > 0 ? null : project.randomness.token(20),
  };
}

function optionsOf(project: Project, asked: Asked): CreateOptions {
  const name = checkedHostname(asked['name']);
  const type = typeOf(asked['server_type']);
  refuseElsewhere(asked);
  const location = placeOf(project, type, asked['location']);
  const image = imageOf(project, asked['image'], type);
  const labels = checkedLabels(asked['labels']);
  const userData = checkedUserData(asked['user_data']);
  const sshKeys = keysOf(project, asked['ssh_keys']);
  const group = optionalId(asked, 'placement_group') ?? null;
  if (group !== null) refuseFullGroup(project, group);
  const addresses = addressesOf(project, location, asked['public_net']);
  const firewalls = optionalList(asked, 'firewalls').map((one) => {
    const id = optionalId(objectIn(one, 'firewalls'), 'firewall') ?? 0;
    return found(project.firewalls, 'firewall', id).id;
  });
  if (firewalls.length > 0 && addresses.ipv4 === 'none' && addresses.ipv6 === 'none')
    throw new HetznerError('private_net_only_server', 'server has no public interface');
  const volumes = optionalList(asked, 'volumes').map((id) => {
    const volume = found(project.volumes, 'volume', String(id));
    refuseUnattachable(volume, location);
    return volume;
  });
  const starts = optionalFlag(asked, 'start_after_create') !== false;
  refuseTaken(project.servers, name);
  refuseBeyondLimit(project, 'servers');
  const fresh = Object.values(addresses).filter((one) => one === 'new').length;
  refuseBeyondLimit(project, 'primaryIps', fresh);
  if (addresses.ipv4 === 'new') freeInRange(project, 0);
  return {
    name,
    type,
    location,
    image,
    labels,
    userData,
    sshKeys,
    group,
    addresses,
    firewalls,
    volumes,
    starts,
  };
}

/** Resources that this world does not implement are refused, not ignored. */
function refuseElsewhere(asked: Asked): void {
  if (asked['datacenter'] !== undefined && asked['datacenter'] !== null)
    throw invalid('datacenter', 'has been removed, use location');
  const [network] = optionalList(asked, 'networks');
  if (network !== undefined)
    throw new HetznerError('not_found', `network with ID '${String(network)}' not found`);
}

function newServer(project: Project, options: CreateOptions): Server {
  const created = project.clock.now();
  return {
    id: project.nextId(),
    name: options.name,
    status: 'initializing',
    created,
    labels: options.labels,
    labelsBefore: null,
    labelsChangedAt: created,
    typeName: options.type.name,
    location: options.location,
    image: options.image,
    diskGb: options.type.disk,
    userData: options.userData,
    sshKeys: options.sshKeys,
    ipv4: null,
    ipv6: null,
    protection: unprotected,
    locked: true,
    lockedByStaff: false,
    placementGroup: options.group,
    startedAt: null,
    backups: false,
    rescue: false,
    deaf: false,
  };
}

function addressesOf(project: Project, location: string, asked: unknown): RequestedAddresses {
  const net = asked === undefined || asked === null ? {} : objectIn(asked, 'public_net');
  const addressFor = (type: IpType) => {
    if (optionalFlag(net, `enable_${type}`) === false) return 'none';
    const id = optionalId(net, type);
    if (id === undefined || id === 0) return 'new';
    const ip = found(project.primaryIps, 'primary_ip', id);
    if (ip.type !== type)
      throw new HetznerError('primary_ip_version_mismatch', 'primary IP has the wrong version');
    if (ip.assignee !== null)
      throw new HetznerError('primary_ip_assigned', 'primary IP is already assigned to a server');
    if (ip.location !== location)
      throw new HetznerError(
        'primary_ip_datacenter_mismatch',
        'primary IP is in a different location',
      );
    return ip;
  };
  return { ipv4: addressFor('ipv4'), ipv6: addressFor('ipv6') };
}

function assignAddresses(project: Project, server: Server, requested: RequestedAddresses): void {
  for (const type of ['ipv4', 'ipv6'] as const) {
    const addressFor = requested[type];
    if (addressFor === 'none') continue;
    const ip =
      addressFor === 'new'
        ? makePrimaryIp(project, {
            type,
            location: server.location,
            name: `primary_ip-${project.nextId()}`,
            autoDelete: true,
            labels: unlabelled,
            assignee: server.id,
          })
        : addressFor;
    ip.assignee = server.id;
    server[type] = ip.id;
  }
}
