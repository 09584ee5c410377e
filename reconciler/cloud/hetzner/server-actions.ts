/** What can be done to a server: https://docs.hetzner.cloud/reference/cloud#server-actions */
import type { FastifyInstance } from 'fastify';
import { HetznerError, invalid } from './errors.ts';
import {
  type Action,
  actionBody,
  found,
  type Project,
  type Server,
  startAction,
} from './project.ts';
import { checkedLabels } from './selector.ts';
import { imageOf, refuseLocked, startServer, stopServer, typeOf } from './servers.ts';

type Asked = Record<string, unknown>;
type Doing = (
  project: Project,
  server: Server,
  asked: Asked,
) => Action | { action: Action; more: object };

const shutdownSeconds = 3;
const changeTypeSeconds = 10;
const rebuildSeconds = 20;
const snapshotSeconds = 30;

export function registerServerActions(app: FastifyInstance, project: Project): void {
  for (const [command, doing] of Object.entries(commands)) {
    app.post<{ Params: { id: string }; Body: Asked }>(
      `/servers/:id/actions/${command}`,
      ({ params, body }, reply) => {
        const server = found(project.servers, 'server', params.id);
        refuseLocked(server);
        const result = doing(project, server, body ?? {});
        const { action, more } = 'command' in result ? { action: result, more: {} } : result;
        return reply.code(201).send({ action: actionBody(project, action), ...more });
      },
    );
  }
}

const commands: Readonly<Record<string, Doing>> = {
  poweron: (project, server) =>
    isOn(server)
      ? at(project, server, 'start_server', 0)
      : startServer(project, server, 'start_server'),
  poweroff: (project, server) =>
    at(project, server, 'stop_server', 1, () => stopServer(project, server)),
  shutdown: (project, server) =>
    at(project, server, 'shutdown_server', shutdownSeconds, () => {
      if (isOn(server)) stopServer(project, server);
    }),
  reboot: restart('reboot_server'),
  reset: restart('reset_server'),
  change_protection: (project, server, asked) => {
    if (typeof asked['delete'] === 'boolean') server.protection.delete = asked['delete'];
    if (typeof asked['rebuild'] === 'boolean') server.protection.rebuild = asked['rebuild'];
    // The real one refuses to set them apart.
    if (server.protection.delete !== server.protection.rebuild)
      throw invalid('delete', 'must be the same as rebuild');
    return at(project, server, 'change_protection', 0);
  },
  change_type: (project, server, asked) => {
    const type = typeOf(asked['server_type']);
    if (server.status !== 'off')
      throw new HetznerError('server_not_stopped', 'server must be stopped');
    if (type.name === server.typeName) throw invalid('server_type', 'is the same');
    if (type.disk < server.diskGb) throw invalid('server_type', 'disk is too small');
    if (!(server.location in type.monthly))
      throw new HetznerError('unsupported_error', 'server type is not available there');
    server.status = 'migrating';
    return at(project, server, 'change_server_type', changeTypeSeconds, () => {
      server.typeName = type.name;
      if (asked['upgrade_disk'] === true) server.diskGb = type.disk;
      startServer(project, server, 'start_server');
    });
  },
  rebuild: (project, server, asked) => {
    if (server.protection.rebuild)
      throw new HetznerError('protected', 'server rebuild is protected');
    server.image = imageOf(project, asked['image'], typeOf(server.typeName));
    server.status = 'rebuilding';
    const action = at(project, server, 'rebuild_server', rebuildSeconds, () =>
      startServer(project, server, 'start_server'),
    );
    return { action, more: { root_password: null } };
  },
  create_image: (project, server, asked) => {
    const id = project.nextId();
    const image = {
      id,
      description: String(asked['description'] ?? ''),
      labels: checkedLabels(asked['labels']),
      from: { id: server.id, name: server.name },
      diskGb: server.diskGb,
      architecture: server.image?.architecture ?? 'x86',
      status: 'creating' as 'creating' | 'available',
      protected: false,
      created: project.clock.now(),
    };
    project.snapshots.set(id, image);
    const action = at(project, server, 'create_image', snapshotSeconds, () => {
      image.status = 'available';
    });
    return {
      action,
      more: {
        image: {
          id,
          type: 'snapshot',
          status: 'creating',
          description: image.description,
          labels: image.labels,
        },
      },
    };
  },
  enable_backup: (project, server) => {
    server.backups = true;
    return at(project, server, 'enable_backup', 0);
  },
  disable_backup: (project, server) => {
    server.backups = false;
    return at(project, server, 'disable_backup', 0);
  },
  enable_rescue: (project, server) => {
    server.rescue = true;
    return {
      action: at(project, server, 'enable_rescue', 0),
      more: { root_password: project.randomness.token(20) },
    };
  },
  disable_rescue: (project, server) => {
    server.rescue = false;
    return at(project, server, 'disable_rescue', 0);
  },
};

function restart(command: string): Doing {
  return (project, server) => {
    stopServer(project, server);
    return startServer(project, server, command);
  };
}

function isOn(server: Server): boolean {
  return server.status === 'running' || server.status === 'starting';
}

function at(
  project: Project,
  server: Server,
  command: string,
  seconds: number,
  done?: () => void,
): Action {
  const resources = [{ id: server.id, type: 'server' }];
  const still = done === undefined ? undefined : () => project.servers.has(server.id) && done();
  return startAction(project, command, {
    seconds,
    resources,
    ...(still === undefined ? {} : { done: still }),
  });
}
