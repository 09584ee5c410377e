/**
 * Servers: read, update, delete. Creates are in `server-create.ts`, actions in `server-actions.ts`.
 */
import type { FastifyInstance } from 'fastify';
import { HetznerError } from './errors.ts';
import { unassignAll } from './floating-ips.ts';
import { deleteSnapshot } from './images.ts';
import { askedOf, type ById, type WithBody } from './input.ts';
import { refuseTaken, registerReading } from './kind.ts';
import { actionBody, found, type Project, startAction, tellChange } from './project.ts';
import type { Action, Server } from './records.ts';
import { checkedLabels } from './selector.ts';
import { serverBody } from './server-body.ts';
import { createServer } from './server-create.ts';
import { checkedHostname } from './server-options.ts';
import { tell } from './server-power.ts';
import { detachAll } from './volumes.ts';

export function registerServers(app: FastifyInstance, project: Project): void {
  const body = (server: Server) => serverBody(project, server);
  registerReading(app, project.servers, 'server', {
    key: 'servers',
    body,
    filters: { status: '@status' },
    sorts: { name: (one) => one.name, created: (one) => one.created },
  });
  app.post('/servers', ({ body: asked }, reply) =>
    reply.code(201).send(createServer(project, askedOf(asked))),
  );
  app.put<WithBody>('/servers/:id', ({ params, body: given }) => {
    const server = found(project.servers, 'server', params.id);
    const asked = askedOf(given);
    const name = asked['name'] === undefined ? server.name : checkedHostname(asked['name']);
    refuseTaken(project.servers, name, server.id);
    const labels = asked['labels'] === undefined ? null : checkedLabels(asked['labels']);
    project.servers.change(server, () => {
      server.name = name;
      if (labels === null) return;
      server.labelsBefore = server.labels;
      server.labelsChangedAt = project.clock.now();
      server.labels = labels;
    });
    if (labels !== null) tellChange(project, { kind: 'firewalls' });
    return { server: body(server) };
  });
  app.delete<ById>('/servers/:id', ({ params }) => {
    const server = found(project.servers, 'server', params.id);
    if (server.protection.delete)
      throw new HetznerError('protected', 'server deletion is protected');
    refuseLocked(server);
    return { action: actionBody(project, deleteServer(project, server)) };
  });
}

export function refuseLocked(server: Server): void {
  if (server.locked || server.lockedByStaff) throw new HetznerError('locked', 'server is locked');
}

/** Once the request is answered, the server is not found. */
function deleteServer(project: Project, server: Server): Action {
  project.servers.delete(server.id);
  for (const id of [server.ipv4, server.ipv6]) {
    const ip = project.primaryIps.get(id ?? 0);
    if (ip?.autoDelete === true) project.primaryIps.delete(ip.id);
    else if (ip !== undefined) ip.assignee = null;
  }
  detachAll(project, server.id);
  unassignAll(project, server.id);
  for (const firewall of project.firewalls.values()) {
    firewall.appliedTo = firewall.appliedTo.filter(
      (one) => one.type !== 'server' || one.server !== server.id,
    );
  }
  // Backups are deleted with their server.
  for (const snapshot of [...project.snapshots.values()]) {
    if (snapshot.kind === 'backup' && snapshot.from.id === server.id)
      deleteSnapshot(project, snapshot);
  }
  tell(project, server, 'deleted');
  return startAction(project, 'delete_server', {
    seconds: 1,
    resources: [{ id: server.id, type: 'server' }],
  });
}
