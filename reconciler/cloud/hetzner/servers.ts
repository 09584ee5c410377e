/** Servers: create, read, update, delete. What is done to them is in server-actions. */
import type { FastifyInstance } from 'fastify';
import { makePrimaryIp } from './addresses.ts';
import { locations, type ServerTypeSample, serverTypes, systemImages } from './catalogue.ts';
import { HetznerError, invalid } from './errors.ts';
import { answerListing } from './listing.ts';
import {
  type Action,
  actionBody,
  found,
  type Project,
  type Server,
  startAction,
} from './project.ts';
import { checkedLabels } from './selector.ts';
import { serverBody } from './server-body.ts';

/** World seconds that a create and a start take. */
const createSeconds = 15;
const startSeconds = 8;
const userDataMax = 32_768;

type Asked = Record<string, unknown>;

export function registerServers(app: FastifyInstance, project: Project): void {
  type ById = { Params: { id: string } };
  app.get('/servers', (request, reply) => {
    const statuses = new URL(request.url, 'http://localhost').searchParams.getAll('status');
    const all = [...project.servers.values()].filter(
      (one) => statuses.length === 0 || statuses.includes(one.status),
    );
    return answerListing({ request, reply }, 'servers', all, (one) => serverBody(project, one));
  });
  app.get<ById>('/servers/:id', ({ params }) => ({
    server: serverBody(project, found(project.servers, 'server', params.id)),
  }));
  app.post<{ Body: Asked }>('/servers', ({ body }, reply) =>
    reply.code(201).send(createServer(project, body ?? {})),
  );
  app.put<ById & { Body: Asked }>('/servers/:id', ({ params, body }) => {
    const server = found(project.servers, 'server', params.id);
    if (typeof body?.['name'] === 'string') {
      checkName(project, body['name'], server.id);
      server.name = body['name'];
    }
    if (body?.['labels'] !== undefined) server.labels = checkedLabels(body['labels']);
    return { server: serverBody(project, server) };
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
  if (server.locked) throw new HetznerError('locked', 'server is locked');
}

/** Switches on what is off: `starting`, and `running` when the world's time has come. */
export function startServer(project: Project, server: Server, command: string): Action {
  server.status = 'starting';
  const resources = [{ id: server.id, type: 'server' }];
  return startAction(project, command, {
    seconds: startSeconds,
    resources,
    done: () => {
      if (!project.servers.has(server.id) || server.status !== 'starting') return;
      server.status = 'running';
      server.startedAt = project.clock.now();
      for (const listen of project.listeners) listen(server, 'started');
    },
  });
}

export function stopServer(project: Project, server: Server): void {
  server.status = 'off';
  server.startedAt = null;
  for (const listen of project.listeners) listen(server, 'stopped');
}

function createServer(project: Project, asked: Asked): object {
  const name = asked['name'];
  if (typeof name !== 'string' || !/^[a-zA-Z0-9]([a-zA-Z0-9.-]{0,61}[a-zA-Z0-9])?$/.test(name))
    throw invalid('name', 'must be a valid hostname');
  const type = typeOf(asked['server_type']);
  const location = placeOf(project, type, asked['location']);
  const image = imageOf(project, asked['image'], type);
  const labels = checkedLabels(asked['labels']);
  const userData = asked['user_data'] ?? '';
  if (typeof userData !== 'string' || Buffer.byteLength(userData) > userDataMax)
    throw invalid('user_data', `must be at most ${userDataMax} bytes`);
  const sshKeys = keysOf(project, asked['ssh_keys']);
  checkName(project, name, null);
  const server: Server = {
    id: project.nextId(),
    name,
    status: 'initializing',
    created: project.clock.now(),
    labels,
    typeName: type.name,
    location,
    image,
    diskGb: type.disk,
    userData,
    sshKeys,
    ipv4: null,
    ipv6: null,
    protection: { delete: false, rebuild: false },
    locked: true,
    placementGroup: null,
    startedAt: null,
    backups: false,
    rescue: false,
  };
  project.servers.set(server.id, server);
  assignAddresses(project, server, asked['public_net']);
  applyFirewalls(project, server, asked['firewalls']);
  const resources = [{ id: server.id, type: 'server' }];
  const starts = asked['start_after_create'] !== false;
  const created = startAction(project, 'create_server', {
    seconds: createSeconds,
    resources,
    done: () => {
      if (!project.servers.has(server.id)) return;
      server.locked = false;
      if (starts) startServer(project, server, 'start_server_internal');
      else server.status = 'off';
    },
  });
  const next = starts
    ? [startAction(project, 'start_server', { seconds: createSeconds + startSeconds, resources })]
    : [];
  return {
    server: serverBody(project, server),
    action: actionBody(project, created),
    next_actions: next.map((action) => actionBody(project, action)),
    root_password: sshKeys.length > 0 ? null : project.randomness.token(20),
  };
}

function deleteServer(project: Project, server: Server): Action {
  project.servers.delete(server.id);
  for (const ip of project.primaryIps.values()) {
    if (ip.assignee !== server.id) continue;
    if (ip.autoDelete) project.primaryIps.delete(ip.id);
    else ip.assignee = null;
  }
  for (const firewall of project.firewalls.values()) {
    firewall.appliedTo = firewall.appliedTo.filter(
      (one) => one.type !== 'server' || one.server !== server.id,
    );
  }
  for (const listen of project.listeners) listen(server, 'deleted');
  return startAction(project, 'delete_server', {
    seconds: 1,
    resources: [{ id: server.id, type: 'server' }],
  });
}

function checkName(project: Project, name: string, own: number | null): void {
  const taken = [...project.servers.values()].some((one) => one.name === name && one.id !== own);
  if (taken) throw new HetznerError('uniqueness_error', 'name is already used');
}

export function typeOf(asked: unknown): ServerTypeSample {
  const type = serverTypes.find((one) => one.name === asked || one.id === Number(asked));
  if (type === undefined) throw invalid('server_type', 'is unknown');
  return type;
}

function placeOf(project: Project, type: ServerTypeSample, asked: unknown): string {
  const location =
    asked === undefined || asked === null
      ? Object.keys(type.monthly)[0]
      : locations.find((one) => one.name === asked || one.id === Number(asked))?.name;
  if (location === undefined) throw invalid('location', 'is unknown');
  if (!(location in type.monthly))
    throw new HetznerError('invalid_input', `unsupported location for server type`);
  if (project.soldOut.has(`${type.name}/${location}`))
    throw new HetznerError(
      'resource_unavailable',
      'error during placement: resource is currently unavailable',
    );
  return location;
}

export function imageOf(
  project: Project,
  asked: unknown,
  type: ServerTypeSample,
): NonNullable<Server['image']> {
  const system = systemImages.find(
    (one) =>
      one.id === Number(asked) || (one.name === asked && one.architecture === type.architecture),
  );
  if (system !== undefined)
    return { id: system.id, name: system.name, architecture: system.architecture };
  const snapshot = project.snapshots.get(Number(asked));
  if (snapshot === undefined) throw invalid('image', 'is unknown');
  return { id: snapshot.id, name: null, architecture: snapshot.architecture };
}

function keysOf(project: Project, asked: unknown): number[] {
  if (asked === undefined || asked === null) return [];
  if (!Array.isArray(asked)) throw invalid('ssh_keys', 'must be a list');
  return asked.map((one) => {
    const key = [...project.sshKeys.values()].find(
      (candidate) => candidate.id === Number(one) || candidate.name === one,
    );
    if (key === undefined) throw invalid('ssh_keys', `SSH key ${String(one)} not found`);
    return key.id;
  });
}

function assignAddresses(project: Project, server: Server, asked: unknown): void {
  const net = (asked ?? {}) as {
    enable_ipv4?: boolean;
    enable_ipv6?: boolean;
    ipv4?: number;
    ipv6?: number;
  };
  for (const type of ['ipv4', 'ipv6'] as const) {
    if (net[`enable_${type}`] === false) continue;
    const given = net[type];
    const ip =
      given !== undefined && given !== null
        ? found(project.primaryIps, 'primary_ip', given)
        : makePrimaryIp(project, {
            type,
            location: server.location,
            name: `primary_ip-${project.nextId()}`,
            autoDelete: true,
            labels: {},
          });
    ip.assignee = server.id;
    server[type] = ip.id;
  }
}

function applyFirewalls(project: Project, server: Server, asked: unknown): void {
  if (!Array.isArray(asked)) return;
  for (const one of asked as { firewall?: number }[]) {
    found(project.firewalls, 'firewall', one.firewall ?? 0).appliedTo.push({
      type: 'server',
      server: server.id,
    });
  }
}
