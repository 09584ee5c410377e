/** Actions that change a server's type, disk, images, names, groups and guards. */
import { serverTypes, systemImages } from './catalogue.ts';
import { HetznerError, invalid } from './errors.ts';
import { snapshotBody } from './image-body.ts';
import { type Asked, optionalFlag, optionalId, optionalText } from './input.ts';
import { refuseFullGroup } from './placement-groups.ts';
import { found, type Project, refuseBeyondLimit, tellChange } from './project.ts';
import type { Action, Server, Snapshot } from './records.ts';
import { setReverseName } from './reverse-names.ts';
import { checkedLabels } from './selector.ts';
import {
  checkedUserData,
  imageOf,
  keysOf,
  refuseSoldOut,
  refuseWithdrawn,
  typeOf,
} from './server-options.ts';
import { isOn, powerUp, stopServer, tell, work } from './server-power.ts';

/** A command's effect on a server, and the fields of its answer besides the action. */
export type Doing = (
  project: Project,
  server: Server,
  asked: Asked,
) => Action | { action: Action; more: object };

const changeTypeSeconds = 10;
const rebuildSeconds = 20;
const snapshotSeconds = 30;

export const serverChanges: Readonly<Record<string, Doing>> = {
  change_protection: (project, server, asked) => {
    const wanted = {
      delete: optionalFlag(asked, 'delete') ?? server.protection.delete,
      rebuild: optionalFlag(asked, 'rebuild') ?? server.protection.rebuild,
    };
    if (wanted.delete !== wanted.rebuild) throw invalid('delete', 'must be the same as rebuild');
    server.protection = wanted;
    return work(project, server, { command: 'change_protection', seconds: 0 });
  },
  change_type: (project, server, asked) => {
    const type = typeOf(asked['server_type']);
    const upgrades = optionalFlag(asked, 'upgrade_disk');
    if (server.status !== 'off')
      throw new HetznerError('server_not_stopped', 'server must be stopped');
    refuseWithdrawn(project, type);
    const now = serverTypes.find((one) => one.name === server.typeName);
    if (type.name === server.typeName)
      throw new HetznerError('invalid_server_type', 'server already has this type');
    if (type.architecture !== now?.architecture)
      throw new HetznerError('invalid_server_type', 'server type has another architecture');
    if (type.disk < server.diskGb)
      throw new HetznerError('invalid_server_type', 'server type has a smaller disk');
    if (!(server.location in type.monthly))
      throw new HetznerError('unsupported_error', 'server type is not available there');
    refuseSoldOut(project, type, server.location);
    return work(project, server, {
      command: 'change_server_type',
      seconds: changeTypeSeconds,
      status: 'migrating',
      locks: true,
      done: () => {
        server.typeName = type.name;
        if (upgrades === true) server.diskGb = type.disk;
        powerUp(project, server);
      },
    });
  },
  rebuild: (project, server, asked) => {
    if (server.protection.rebuild)
      throw new HetznerError('protected', 'server rebuild is protected');
    const image = imageOf(project, asked['image'], typeOf(server.typeName));
    if (asked['user_data'] !== undefined) server.userData = checkedUserData(asked['user_data']);
    if (isOn(server)) stopServer(project, server);
    server.image = image;
    server.rescue = false;
    tell(project, server, 'rebuilt');
    const action = work(project, server, {
      command: 'rebuild_server',
      seconds: rebuildSeconds,
      status: 'rebuilding',
      locks: true,
      done: () => powerUp(project, server),
    });
    const hasKeys = server.sshKeys.length > 0;
    return { action, more: { root_password: hasKeys ? null : project.randomness.token(20) } };
  },
  create_image: (project, server, asked) => {
    const kind = optionalText(asked, 'type') ?? 'snapshot';
    if (kind !== 'snapshot' && kind !== 'backup')
      throw invalid('type', 'must be snapshot or backup');
    if (kind === 'backup' && !server.backups)
      throw invalid('type', 'backups are not enabled for this server');
    refuseBeyondLimit(project, 'snapshots');
    const image = newSnapshot(project, server, {
      kind,
      description: optionalText(asked, 'description', 4096) ?? '',
      labels: checkedLabels(asked['labels']),
    });
    project.snapshots.set(image.id, image);
    tellChange(project, { kind: 'snapshot', server, snapshot: image });
    const action = work(project, server, {
      command: 'create_image',
      seconds: snapshotSeconds,
      locks: true,
      done: () => {
        image.status = 'available';
      },
    });
    return { action, more: { image: snapshotBody(image) } };
  },
  enable_backup: (project, server) => {
    server.backups = true;
    return work(project, server, { command: 'enable_backup', seconds: 0 });
  },
  disable_backup: (project, server) => {
    server.backups = false;
    return work(project, server, { command: 'disable_backup', seconds: 0 });
  },
  enable_rescue: (project, server, asked) => {
    const type = optionalText(asked, 'type') ?? 'linux64';
    if (type !== 'linux64') throw invalid('type', 'must be linux64');
    keysOf(project, asked['ssh_keys']);
    server.rescue = true;
    const action = work(project, server, { command: 'enable_rescue', seconds: 1 });
    return { action, more: { root_password: project.randomness.token(20) } };
  },
  disable_rescue: (project, server) => {
    server.rescue = false;
    return work(project, server, { command: 'disable_rescue', seconds: 0 });
  },
  add_to_placement_group: (project, server, asked) => {
    const group = optionalId(asked, 'placement_group');
    if (group === undefined) throw invalid('placement_group', 'is required');
    if (server.status !== 'off')
      throw new HetznerError('server_not_stopped', 'server must be stopped');
    if (server.placementGroup !== null)
      throw new HetznerError('placement_error', 'server is already in a placement group');
    refuseFullGroup(project, group);
    moveToGroup(project, server, group);
    return work(project, server, { command: 'add_to_placement_group', seconds: 1 });
  },
  remove_from_placement_group: (project, server) => {
    moveToGroup(project, server, null);
    return work(project, server, { command: 'remove_from_placement_group', seconds: 1 });
  },
  change_dns_ptr: (project, server, asked) => {
    const ip = optionalText(asked, 'ip') ?? '';
    const own = [server.ipv4, server.ipv6]
      .flatMap((id) => (id === null ? [] : [found(project.primaryIps, 'primary_ip', id)]))
      .find((one) => one.ip === ip || (one.type === 'ipv6' && ip.includes(':')));
    if (own === undefined) throw invalid('ip', 'does not belong to the server');
    setReverseName(own, asked);
    return work(project, server, { command: 'change_dns_ptr', seconds: 1 });
  },
};

function moveToGroup(project: Project, server: Server, group: number | null): void {
  project.servers.change(server, () => {
    server.placementGroup = group;
  });
}

function newSnapshot(
  project: Project,
  server: Server,
  wanted: Pick<Snapshot, 'kind' | 'description' | 'labels'>,
): Snapshot {
  const system = systemImages.find((one) => one.id === server.image?.id);
  const earlier = project.snapshots.get(server.image?.id ?? 0);
  return {
    ...wanted,
    id: project.nextId(),
    from: { id: server.id, name: server.name },
    diskGb: server.diskGb,
    architecture: server.image?.architecture ?? 'x86',
    flavor: system?.flavor ?? earlier?.flavor ?? 'unknown',
    version: system?.version ?? earlier?.version ?? '',
    status: 'creating',
    protected: false,
    created: project.clock.now(),
  };
}
