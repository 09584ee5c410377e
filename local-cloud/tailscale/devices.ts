/** Devices: listed, authorised, tagged, named, deleted. https://tailscale.com/api#tag/devices */
import { isIPv4 } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Access } from './access.ts';
import type { ControlPlane, DeviceChange, ShownDevice } from './control-plane.ts';
import { deviceBody } from './device-body.ts';
import { TailscaleError } from './errors.ts';
import { type Asked, flagOf, objectOf, textOf, textsOf } from './fields.ts';
import { domain } from './tailnet.ts';

type ById = { Params: { id: string }; Body: unknown };

export function registerDevices(app: FastifyInstance, control: ControlPlane, access: Access): void {
  const reading = { onRequest: access.allow('devices:core:read') };
  app.get('/api/v2/tailnet/:tailnet/devices', reading, async (request) => {
    const fields = fieldsOf(request);
    const devices = (await control.devices()).map((device) => deviceBody(device, fields));
    return { devices: filtered(devices, queryOf(request)) };
  });
  app.get<ById>('/api/v2/device/:id', reading, async (request) =>
    deviceBody(await deviceOf(control, request.params.id), fieldsOf(request)),
  );
  app.get<ById>(
    '/api/v2/device/:id/routes',
    { onRequest: access.allow('devices:routes:read') },
    async ({ params }) => routesBody(await deviceOf(control, params.id)),
  );
  app.delete<ById>(
    '/api/v2/device/:id',
    { onRequest: access.allow('devices:core') },
    async ({ params }, reply) => {
      await control.deleteDevice(await deviceOf(control, params.id));
      return reply.code(200).send();
    },
  );
  for (const [name, read] of Object.entries(changes)) {
    const scope = name === 'routes' ? 'devices:routes' : 'devices:core';
    app.post<ById>(
      `/api/v2/device/:id/${name}`,
      { onRequest: access.allow(scope) },
      async (request, reply) => {
        const device = await deviceOf(control, request.params.id);
        const change = read(objectOf(request.body ?? {}, 'request body'));
        if (change.kind === 'tags') access.refuseTags(request, change.tags);
        const changed = await control.changeDevice(device, change);
        return reply.code(200).send(change.kind === 'routes' ? routesBody(changed) : undefined);
      },
    );
  }
}

/** By the last part of their path. */
const changes: Readonly<Record<DeviceChange['kind'], (asked: Asked) => DeviceChange>> = {
  authorized: (asked) => ({
    kind: 'authorized',
    authorized: flagOf(asked['authorized'], 'authorized'),
  }),
  tags: (asked) => ({ kind: 'tags', tags: textsOf(asked['tags'], 'tags') }),
  key: (asked) => ({
    kind: 'key',
    expiryDisabled: flagOf(asked['keyExpiryDisabled'], 'keyExpiryDisabled'),
  }),
  expire: () => ({ kind: 'expire' }),
  name: (asked) => {
    const name = textOf(asked['name'] ?? '', 'name').replace(`.${domain}`, '');
    if (!/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)?$/.test(name))
      throw new TailscaleError(400, 'name is not valid');
    return { kind: 'name', name };
  },
  ip: (asked) => {
    const ipv4 = textOf(asked['ipv4'], 'ipv4');
    const [first, second = 0] = ipv4.split('.').map(Number);
    if (!isIPv4(ipv4) || first !== 100 || second < 64 || second > 127)
      throw new TailscaleError(400, 'ipv4 is not an address of a tailnet');
    return { kind: 'ip', ipv4 };
  },
  routes: (asked) => ({ kind: 'routes', routes: textsOf(asked['routes'], 'routes') }),
};

function routesBody(device: ShownDevice): object {
  return { advertisedRoutes: device.advertisedRoutes, enabledRoutes: device.enabledRoutes };
}

async function deviceOf(control: ControlPlane, id: string): Promise<ShownDevice> {
  const device = await control.device(id);
  if (device === null) throw new TailscaleError(404, 'no such device');
  return device;
}

function queryOf(request: FastifyRequest): URLSearchParams {
  return new URLSearchParams(request.url.split('?')[1] ?? '');
}

function fieldsOf(request: FastifyRequest): 'default' | 'all' {
  const fields = queryOf(request).get('fields') ?? 'default';
  if (fields !== 'default' && fields !== 'all')
    throw new TailscaleError(400, 'fields must be default or all');
  return fields;
}

/** `isEphemeral=true&tags=tag:a&tags=tag:b`: exact, all of them. */
function filtered(devices: readonly object[], query: URLSearchParams): readonly object[] {
  const wanted = [...query].filter(([name]) => name !== 'fields');
  if (wanted.length === 0) return devices;
  return devices.filter((device) => {
    const values = new Map<string, unknown>(Object.entries(device));
    return wanted.every(([name, value]) => {
      const found = values.get(name);
      return Array.isArray(found) ? found.includes(value) : String(found) === value;
    });
  });
}
