/** Volumes: block storage in one location, attached to one server at most. */
import type { FastifyInstance } from 'fastify';
import { locations } from './catalogue.ts';
import { locationBody } from './catalogue-body.ts';
import { HetznerError, invalid } from './errors.ts';
import {
  type Asked,
  askedOf,
  type ById,
  isMeant,
  optionalFlag,
  optionalId,
  optionalText,
  requiredText,
  type WithBody,
} from './input.ts';
import { refuseTaken, registerReading, rename } from './kind.ts';
import {
  actionBody,
  found,
  type Project,
  refuseBeyondLimit,
  startAction,
  timeOf,
} from './project.ts';
import type { Action, Server, Volume } from './records.ts';
import { checkedLabels } from './selector.ts';

const sizeMin = 10;
const sizeMax = 10_240;

export function registerVolumes(app: FastifyInstance, project: Project): void {
  const { volumes } = project;
  registerReading(app, volumes, 'volume', {
    key: 'volumes',
    body: volumeBody,
    sorts: { name: (one) => one.name, created: (one) => one.created },
  });
  app.post('/volumes', ({ body: asked }, reply) =>
    reply.code(201).send(createVolume(project, askedOf(asked))),
  );
  app.put<WithBody>('/volumes/:id', ({ params, body: given }) => {
    const one = found(volumes, 'volume', params.id);
    rename(volumes, one, askedOf(given));
    return { volume: volumeBody(one) };
  });
  app.delete<ById>('/volumes/:id', ({ params }, reply) => {
    const one = found(volumes, 'volume', params.id);
    if (one.protected) throw new HetznerError('protected', 'volume deletion is protected');
    if (one.server !== null)
      throw new HetznerError('resource_in_use', 'volume is still attached to a server');
    volumes.delete(one.id);
    return reply.code(204).send();
  });
  for (const [command, doing] of Object.entries(commandsOf(project))) {
    app.post<WithBody>(`/volumes/:id/actions/${command}`, ({ params, body }, reply) => {
      const action = doing(found(volumes, 'volume', params.id), askedOf(body));
      return reply.code(201).send({ action: actionBody(project, action) });
    });
  }
}

function commandsOf(
  project: Project,
): Readonly<Record<string, (one: Volume, asked: Asked) => Action>> {
  return {
    attach: (one, asked) => {
      const id = optionalId(asked, 'server');
      if (id === undefined) throw invalid('server', 'is required');
      const server = found(project.servers, 'server', id);
      attach(one, server);
      return act(project, one, 'attach_volume');
    },
    detach: (one) => {
      if (one.server === null) throw invalid('id', 'volume is not attached');
      const action = act(project, one, 'detach_volume');
      one.server = null;
      return action;
    },
    resize: (one, asked) => {
      const size = sizeOf(asked);
      if (size <= one.sizeGb) throw invalid('size', 'must be bigger than the volume');
      one.sizeGb = size;
      return act(project, one, 'resize_volume');
    },
    change_protection: (one, asked) => {
      const wanted = optionalFlag(asked, 'delete');
      if (wanted === undefined) throw invalid('delete', 'is required');
      one.protected = wanted;
      return act(project, one, 'change_protection', 0);
    },
  };
}

function createVolume(project: Project, asked: Asked): object {
  const name = requiredText(asked, 'name');
  const sizeGb = sizeOf(asked);
  const format = optionalText(asked, 'format') ?? null;
  if (format !== null && format !== 'ext4' && format !== 'xfs')
    throw invalid('format', 'must be ext4 or xfs');
  const id = optionalId(asked, 'server');
  const server = id === undefined ? null : found(project.servers, 'server', id);
  const place = asked['location'] ?? server?.location;
  const location = locations.find((one) => isMeant(one, place))?.name;
  if (location === undefined) throw invalid('location', 'is unknown');
  const labels = checkedLabels(asked['labels']);
  refuseTaken(project.volumes, name);
  refuseBeyondLimit(project, 'volumes');
  const created = project.clock.now();
  const own = { id: project.nextId(), name, labels, sizeGb, format, location, created };
  const volume: Volume = { ...own, server: null, protected: false };
  if (server !== null) attach(volume, server);
  project.volumes.set(volume.id, volume);
  const action = act(project, volume, 'create_volume');
  const next = server === null ? [] : [act(project, volume, 'attach_volume')];
  return {
    volume: volumeBody(volume),
    action: actionBody(project, action),
    next_actions: next.map((one) => actionBody(project, one)),
  };
}

export function attach(one: Volume, server: Server): void {
  refuseUnattachable(one, server.location);
  one.server = server.id;
}

export function refuseUnattachable(one: Volume, location: string): void {
  if (one.server !== null)
    throw new HetznerError('volume_already_attached', 'volume is already attached');
  if (one.location !== location) throw invalid('server', 'is in another location than the volume');
}

function sizeOf(asked: Asked): number {
  const { size } = asked;
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < sizeMin || size > sizeMax)
    throw invalid('size', `must be between ${sizeMin} and ${sizeMax}`);
  return size;
}

function act(project: Project, one: Volume, command: string, seconds = 1): Action {
  const resources = [
    { id: one.id, type: 'volume' },
    ...(one.server === null ? [] : [{ id: one.server, type: 'server' }]),
  ];
  return startAction(project, command, { seconds, resources });
}

export function volumesOf(project: Project, server: number): readonly number[] {
  return [...project.volumes.values()].flatMap((one) => (one.server === server ? [one.id] : []));
}

/** They outlive their server, and are billed on. */
export function detachAll(project: Project, server: number): void {
  for (const one of project.volumes.values()) if (one.server === server) one.server = null;
}

function volumeBody(one: Volume): object {
  return {
    id: one.id,
    name: one.name,
    created: timeOf(one.created),
    server: one.server,
    location: locationBody(one.location),
    size: one.sizeGb,
    linux_device: `/dev/disk/by-id/scsi-0HC_Volume_${one.id}`,
    protection: { delete: one.protected },
    labels: one.labels,
    status: 'available',
    format: one.format,
  };
}
