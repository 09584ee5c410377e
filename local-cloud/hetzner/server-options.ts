/** Resolves the references of a create request, by name or id. */
import { locations, type ServerTypeSample, serverTypes, systemImages } from './catalogue.ts';
import { HetznerError, invalid } from './errors.ts';
import { isMeant } from './input.ts';
import type { Project } from './project.ts';
import type { ServerImage } from './records.ts';

const userDataMax = 32_768;
const noKeys: readonly number[] = [];
const hostname = /^[a-zA-Z0-9]([a-zA-Z0-9.-]{0,61}[a-zA-Z0-9])?$/;

export function checkedHostname(name: unknown): string {
  if (typeof name !== 'string' || !hostname.test(name))
    throw invalid('name', 'must be a valid hostname');
  return name;
}

export function checkedUserData(asked: unknown): string {
  const text = asked ?? '';
  if (typeof text !== 'string' || Buffer.byteLength(text) > userDataMax)
    throw invalid('user_data', `must be at most ${userDataMax} bytes`);
  return text;
}

export function typeOf(asked: unknown): ServerTypeSample {
  const type = serverTypes.find((one) => isMeant(one, asked));
  if (type === undefined) throw invalid('server_type', 'is unknown');
  return type;
}

export function placeOf(project: Project, type: ServerTypeSample, asked: unknown): string {
  refuseWithdrawn(project, type);
  const location =
    asked === undefined || asked === null || asked === ''
      ? Object.keys(type.monthly)[0]
      : locations.find((one) => isMeant(one, asked))?.name;
  if (location === undefined) throw invalid('location', 'is unknown');
  if (!(location in type.monthly))
    throw new HetznerError('invalid_input', 'unsupported location for server type', {
      fields: [{ name: 'location', messages: ['unsupported location for server type'] }],
    });
  refuseSoldOut(project, type, location);
  return location;
}

export function refuseWithdrawn(project: Project, type: ServerTypeSample): void {
  if (type.deprecation === undefined) return;
  if (project.clock.now() < Date.parse(type.deprecation.after)) return;
  throw new HetznerError('invalid_server_type', `server type '${type.name}' is deprecated`);
}

export function refuseSoldOut(project: Project, type: ServerTypeSample, location: string): void {
  if (project.soldOut.has(`${type.name}/${location}`))
    throw new HetznerError(
      'resource_unavailable',
      'error during placement: resource is currently unavailable',
    );
}

export function imageOf(project: Project, asked: unknown, type: ServerTypeSample): ServerImage {
  const system = systemRefs.filter((one) => isMeant(one, asked));
  const snapshot = project.snapshots.get(Number(asked));
  if (snapshot !== undefined && snapshot.status !== 'available')
    throw new HetznerError('resource_unavailable', 'image is not available yet');
  const own =
    snapshot === undefined
      ? []
      : [{ id: snapshot.id, name: null, architecture: snapshot.architecture }];
  const candidates: readonly ServerImage[] = [...system, ...own];
  if (candidates.length === 0) throw invalid('image', 'is unknown');
  const image = candidates.find((one) => one.architecture === type.architecture);
  if (image === undefined) throw invalid('image', 'has another architecture than the server type');
  if (snapshot !== undefined && snapshot.diskGb > type.disk)
    throw invalid('image', 'disk is bigger than the server type disk');
  return image;
}

const systemRefs: readonly ServerImage[] = systemImages.map(({ id, name, architecture }) => ({
  id,
  name,
  architecture,
}));

/** Keys are named by id or by name, each once. */
export function keysOf(project: Project, asked: unknown): readonly number[] {
  if (asked === undefined || asked === null) return noKeys;
  if (!Array.isArray(asked)) throw invalid('ssh_keys', 'must be a list');
  const ids = asked.map((one: unknown) => {
    const id = Number(one);
    const key =
      (typeof one === 'string' ? project.sshKeys.one('@name', one) : undefined) ??
      (Number.isSafeInteger(id) ? project.sshKeys.get(id) : undefined);
    if (key === undefined) throw invalid('ssh_keys', 'SSH key not found');
    return key.id;
  });
  return [...new Set(ids)];
}
