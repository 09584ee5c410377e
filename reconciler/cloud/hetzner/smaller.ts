/** SSH keys, placement groups, images, and what is only read: locations, types, prices, actions. */
import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import {
  imageBody,
  locations,
  pricingBody,
  serverTypeBody,
  serverTypes,
  systemImages,
} from './catalogue.ts';
import { HetznerError, invalid, notFound } from './errors.ts';
import { answerListing } from './listing.ts';
import { actionBody, found, type Project, type Snapshot, timeOf } from './project.ts';
import { checkedLabels } from './selector.ts';

type ById = { Params: { id: string } };
type Asked = Record<string, unknown>;

export function registerSshKeys(app: FastifyInstance, project: Project): void {
  const keys = project.sshKeys;
  const body = (key: {
    id: number;
    name: string;
    fingerprint: string;
    publicKey: string;
    labels: object;
    created: number;
  }) => ({
    id: key.id,
    name: key.name,
    fingerprint: key.fingerprint,
    public_key: key.publicKey,
    labels: key.labels,
    created: timeOf(key.created),
  });
  app.get('/ssh_keys', (request, reply) => {
    const fingerprint = new URL(request.url, 'http://localhost').searchParams.get('fingerprint');
    const all = [...keys.values()].filter(
      (key) => fingerprint === null || key.fingerprint === fingerprint,
    );
    return answerListing({ request, reply }, 'ssh_keys', all, body);
  });
  app.get<ById>('/ssh_keys/:id', ({ params }) => ({
    ssh_key: body(found(keys, 'ssh_key', params.id)),
  }));
  app.post<{ Body: Asked }>('/ssh_keys', ({ body: asked }, reply) => {
    const name = asked?.['name'];
    const publicKey = asked?.['public_key'];
    if (typeof name !== 'string' || name === '') throw invalid('name', 'is required');
    const blob =
      typeof publicKey === 'string' ? /^ssh-\S+ ([A-Za-z0-9+/=]+)/.exec(publicKey)?.[1] : undefined;
    if (typeof publicKey !== 'string' || blob === undefined)
      throw invalid('public_key', 'is no SSH public key');
    const fingerprint =
      createHash('md5').update(Buffer.from(blob, 'base64')).digest('hex').match(/../g)?.join(':') ??
      '';
    if ([...keys.values()].some((key) => key.name === name))
      throw new HetznerError('uniqueness_error', 'name is already used');
    if ([...keys.values()].some((key) => key.fingerprint === fingerprint))
      throw new HetznerError(
        'uniqueness_error',
        'SSH key with the same fingerprint already exists',
      );
    const key = {
      id: project.nextId(),
      name,
      fingerprint,
      publicKey,
      labels: checkedLabels(asked['labels']),
      created: project.clock.now(),
    };
    keys.set(key.id, key);
    return reply.code(201).send({ ssh_key: body(key) });
  });
  app.put<ById & { Body: Asked }>('/ssh_keys/:id', ({ params, body: asked }) => {
    const key = found(keys, 'ssh_key', params.id);
    if (typeof asked?.['name'] === 'string') key.name = asked['name'];
    if (asked?.['labels'] !== undefined) key.labels = checkedLabels(asked['labels']);
    return { ssh_key: body(key) };
  });
  app.delete<ById>('/ssh_keys/:id', ({ params }, reply) => {
    keys.delete(found(keys, 'ssh_key', params.id).id);
    return reply.code(204).send();
  });
}

export function registerImages(app: FastifyInstance, project: Project): void {
  const snapshotBody = (one: Snapshot) => ({
    ...imageBody({
      id: one.id,
      name: '',
      flavor: 'debian',
      version: '12',
      architecture: one.architecture === 'arm' ? 'arm' : 'x86',
    }),
    name: null,
    type: 'snapshot',
    status: one.status,
    description: one.description,
    labels: one.labels,
    disk_size: one.diskGb,
    image_size: 1.5,
    created: timeOf(one.created),
    created_from: one.from,
    protection: { delete: one.protected },
  });
  app.get('/images', (request, reply) => {
    const query = new URL(request.url, 'http://localhost').searchParams;
    const architectures = query.getAll('architecture');
    const types = query.getAll('type');
    const all = [
      ...systemImages.map((one) => ({ ...one, labels: {}, kind: 'system', body: imageBody(one) })),
      ...[...project.snapshots.values()].map((one) => ({
        id: one.id,
        name: null,
        labels: one.labels,
        architecture: one.architecture,
        kind: 'snapshot',
        body: snapshotBody(one),
      })),
    ].filter(
      (one) =>
        (architectures.length === 0 || architectures.includes(one.architecture)) &&
        (types.length === 0 || types.includes(one.kind)),
    );
    return answerListing({ request, reply }, 'images', all, (one) => one.body);
  });
  app.get<ById>('/images/:id', ({ params }) => {
    const system = systemImages.find((one) => one.id === Number(params.id));
    return {
      image:
        system === undefined
          ? snapshotBody(found(project.snapshots, 'image', params.id))
          : imageBody(system),
    };
  });
  app.put<ById & { Body: Asked }>('/images/:id', ({ params, body: asked }) => {
    const one = found(project.snapshots, 'image', params.id);
    if (typeof asked?.['description'] === 'string') one.description = asked['description'];
    if (asked?.['labels'] !== undefined) one.labels = checkedLabels(asked['labels']);
    return { image: snapshotBody(one) };
  });
  app.delete<ById>('/images/:id', ({ params }, reply) => {
    project.snapshots.delete(found(project.snapshots, 'image', params.id).id);
    return reply.code(204).send();
  });
}

export function registerPlacementGroups(app: FastifyInstance, project: Project): void {
  const groups = project.placementGroups;
  const body = (group: {
    id: number;
    name: string;
    labels: object;
    type: string;
    created: number;
  }) => ({
    ...group,
    created: timeOf(group.created),
    servers: [...project.servers.values()]
      .filter((server) => server.placementGroup === group.id)
      .map((server) => server.id),
  });
  app.get('/placement_groups', (request, reply) =>
    answerListing({ request, reply }, 'placement_groups', groups.values(), body),
  );
  app.get<ById>('/placement_groups/:id', ({ params }) => ({
    placement_group: body(found(groups, 'placement_group', params.id)),
  }));
  app.post<{ Body: Asked }>('/placement_groups', ({ body: asked }, reply) => {
    const name = asked?.['name'];
    if (typeof name !== 'string') throw invalid('name', 'is required');
    if ([...groups.values()].some((group) => group.name === name))
      throw new HetznerError('uniqueness_error', 'name is already used');
    const group = {
      id: project.nextId(),
      name,
      labels: checkedLabels(asked['labels']),
      type: 'spread',
      created: project.clock.now(),
    };
    groups.set(group.id, group);
    return reply.code(201).send({ placement_group: body(group), action: null });
  });
  app.delete<ById>('/placement_groups/:id', ({ params }, reply) => {
    groups.delete(found(groups, 'placement_group', params.id).id);
    return reply.code(204).send();
  });
}

export function registerReadOnly(app: FastifyInstance, project: Project): void {
  const typeBody = (type: (typeof serverTypes)[number]) =>
    serverTypeBody(type, (location) => project.soldOut.has(`${type.name}/${location}`));
  app.get('/locations', (request, reply) =>
    answerListing({ request, reply }, 'locations', locations, (one) => one),
  );
  app.get<ById>('/locations/:id', ({ params }) => {
    const location = locations.find((one) => one.id === Number(params.id));
    if (location === undefined) throw notFound('location', params.id);
    return { location };
  });
  app.get('/server_types', (request, reply) =>
    answerListing({ request, reply }, 'server_types', serverTypes, typeBody),
  );
  app.get<ById>('/server_types/:id', ({ params }) => {
    const type = serverTypes.find((one) => one.id === Number(params.id));
    if (type === undefined) throw notFound('server_type', params.id);
    return { server_type: typeBody(type) };
  });
  app.get('/pricing', () => ({ pricing: pricingBody() }));
  const retired = () => {
    throw new HetznerError('deprecated_api_endpoint', 'this API endpoint has been removed');
  };
  app.get('/datacenters', retired);
  app.get('/datacenters/:id', retired);
  app.get('/actions', (request, reply) => {
    if (new URL(request.url, 'http://localhost').searchParams.getAll('id').length === 0)
      throw invalid('id', 'at least one is required');
    return answerListing({ request, reply }, 'actions', project.actions.values(), (action) =>
      actionBody(project, action),
    );
  });
  app.get<ById>('/actions/:id', ({ params }) => ({
    action: actionBody(project, found(project.actions, 'action', params.id)),
  }));
  app.get<ById>('/servers/:id/actions', (request, reply) => {
    const id = found(project.servers, 'server', request.params.id).id;
    const own = [...project.actions.values()].filter((action) =>
      action.resources.some((one) => one.type === 'server' && one.id === id),
    );
    return answerListing({ request, reply }, 'actions', own, (action) =>
      actionBody(project, action),
    );
  });
}
