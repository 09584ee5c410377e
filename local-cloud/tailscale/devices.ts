/** Devices: listed, authorised, tagged, named, deleted. https://tailscale.com/api#tag/devices */
import { isIPv4 } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Access } from './access.ts';
import { deviceBody } from './device-body.ts';
import { TailscaleError } from './errors.ts';
import { type Asked, flagOf, objectOf, textOf, textsOf } from './fields.ts';
import { type Device, domain, type Tailnet } from './tailnet.ts';

type ById = { Params: { id: string }; Body: unknown };
type Changing = (device: Device, asked: Asked, request: FastifyRequest) => unknown;

export function registerDevices(app: FastifyInstance, tailnet: Tailnet, access: Access): void {
  const reading = { onRequest: access.allow('devices:core:read') };
  app.get('/api/v2/tailnet/:tailnet/devices', reading, (request) => {
    const fields = fieldsOf(request);
    const devices = [...tailnet.devices.values()].map((device) => deviceBody(device, fields));
    return { devices: filtered(devices, queryOf(request)) };
  });
  app.get<ById>('/api/v2/device/:id', reading, (request) =>
    deviceBody(deviceOf(tailnet, request.params.id), fieldsOf(request)),
  );
  app.get<ById>(
    '/api/v2/device/:id/routes',
    { onRequest: access.allow('devices:routes:read') },
    ({ params }) => routesBody(deviceOf(tailnet, params.id)),
  );
  app.delete<ById>(
    '/api/v2/device/:id',
    { onRequest: access.allow('devices:core') },
    ({ params }, reply) => {
      tailnet.devices.delete(deviceOf(tailnet, params.id).nodeId);
      return reply.code(200).send();
    },
  );
  for (const [name, change] of Object.entries(changes(tailnet, access))) {
    const scope = name === 'routes' ? 'devices:routes' : 'devices:core';
    app.post<ById>(
      `/api/v2/device/:id/${name}`,
      { onRequest: access.allow(scope) },
      (request, reply) => {
        const device = deviceOf(tailnet, request.params.id);
        const answer = change(device, objectOf(request.body ?? {}, 'request body'), request);
        return reply.code(200).send(answer);
      },
    );
  }
}

function changes(tailnet: Tailnet, access: Access): Readonly<Record<string, Changing>> {
  return {
    authorized: (device, asked) => {
      device.authorized = flagOf(asked['authorized'], 'authorized');
    },
    tags: (device, asked, request) => {
      const tags = textsOf(asked['tags'], 'tags');
      access.refuseTags(request, tags);
      device.tags = tags;
      device.keyExpiryDisabled = true;
    },
    key: (device, asked) => {
      device.keyExpiryDisabled = flagOf(asked['keyExpiryDisabled'], 'keyExpiryDisabled');
    },
    expire: (device) => tailnet.expire(device),
    name: (device, asked) => {
      const wanted = textOf(asked['name'] ?? '', 'name').replace(`.${domain}`, '');
      if (!/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)?$/.test(wanted))
        throw new TailscaleError(400, 'name is not valid');
      device.name = tailnet.freeName(wanted === '' ? device.hostname : wanted, device);
      device.nameIsSet = wanted !== '';
    },
    ip: (device, asked) => {
      const ipv4 = textOf(asked['ipv4'], 'ipv4');
      const [first, second = 0] = ipv4.split('.').map(Number);
      if (!isIPv4(ipv4) || first !== 100 || second < 64 || second > 127)
        throw new TailscaleError(400, 'ipv4 is not an address of a tailnet');
      device.address = ipv4;
    },
    routes: (device, asked) => {
      device.enabledRoutes = textsOf(asked['routes'], 'routes');
      return routesBody(device);
    },
  };
}

function routesBody(device: Device): object {
  return { advertisedRoutes: device.advertisedRoutes, enabledRoutes: device.enabledRoutes };
}

function deviceOf(tailnet: Tailnet, id: string): Device {
  const device = tailnet.device(id);
  if (device === undefined) throw new TailscaleError(404, 'no such device');
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
