/**
 * Tailscale's API v2 over one tailnet of the world: https://tailscale.com/api
 * Keys, devices and OAuth tokens; the policy file as far as who owns which tag.
 */
import { parse } from 'node:querystring';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { CloudPart } from '../api-server.ts';
import type { WorldClock } from '../clock.ts';
import type { Randomness } from '../randomness.ts';
import { type AuthKey, createTailnet, type Device, type Tailnet } from './tailnet.ts';

export type TailscalePart = CloudPart & { readonly tailnet: Tailnet };

export type TailscaleOptions = {
  readonly clock: WorldClock;
  readonly randomness: Randomness;
  readonly clientId: string;
  readonly clientSecret: string;
  /** tags that the client owns; any other is refused */
  readonly tags: readonly string[];
};

const tokenSeconds = 3600;
const keySecondsDefault = 90 * 86_400;
const scopes = ['auth_keys', 'devices:core', 'devices:core:read', 'policy_file:read'];

class TailscaleError extends Error {
  readonly statusCode: number;
  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

export function createTailscale(options: TailscaleOptions): TailscalePart {
  const tailnet = createTailnet(options);
  const tokens = new Map<string, number>();
  const policy = JSON.stringify(
    {
      tagOwners: Object.fromEntries(options.tags.map((tag) => [tag, ['autogroup:admin']])),
      grants: [],
    },
    null,
    2,
  );
  return {
    api: 'tailscale',
    tailnet,
    errorBody: ({ message }) => ({ message }),
    emptyListing: (url) =>
      /^\/api\/v2\/tailnet\/[^/]+\/devices/.test(url) ? { devices: [] } : undefined,
    dump: () => ({
      devices: [...tailnet.devices.values()].map((one) => deviceBody(one)),
      keys: [...tailnet.keys.values()].map((key) => keyBody(key, options.clock.now())),
    }),
    register(app: FastifyInstance) {
      app.addContentTypeParser(
        'application/x-www-form-urlencoded',
        { parseAs: 'string' },
        (_request, text, done) => done(null, parse(text.toString())),
      );
      app.post<{ Body: Record<string, string> }>('/api/v2/oauth/token', ({ body, headers }) => {
        const client = clientOf(headers.authorization, body ?? {});
        if (client.id !== options.clientId || client.secret !== options.clientSecret)
          throw new TailscaleError(401, 'invalid client credentials');
        const token = `tskey-api-${options.randomness.token(32)}`;
        tokens.set(token, options.clock.now() + tokenSeconds * 1000);
        return {
          access_token: token,
          token_type: 'Bearer',
          expires_in: tokenSeconds,
          scope: scopes.join(' '),
        };
      });
      app.addHook('preHandler', async (request) => {
        if (request.routeOptions.url === '/api/v2/oauth/token') return;
        authorise(request, tokens, options.clock.now());
      });
      registerKeys(app, tailnet, options);
      registerDevices(app, tailnet, options);
      app.get('/api/v2/tailnet/:tailnet/acl', (_request, reply) =>
        reply.header('etag', '"1"').type('application/json').send(policy),
      );
    },
  };
}

function clientOf(
  header: string | undefined,
  body: Record<string, string>,
): { id: string; secret: string } {
  if (header?.startsWith('Basic ') === true) {
    const [id = '', secret = ''] = Buffer.from(header.slice(6), 'base64').toString().split(':');
    return { id, secret };
  }
  return { id: body['client_id'] ?? '', secret: body['client_secret'] ?? '' };
}

function authorise(
  request: FastifyRequest,
  tokens: ReadonlyMap<string, number>,
  nowMs: number,
): void {
  const header = request.headers.authorization ?? '';
  const token = header.startsWith('Basic ')
    ? (Buffer.from(header.slice(6), 'base64').toString().split(':')[0] ?? '')
    : header.replace('Bearer ', '');
  const expires = tokens.get(token);
  if (expires === undefined || nowMs >= expires) throw new TailscaleError(401, 'API token invalid');
}

function registerKeys(
  app: FastifyInstance,
  tailnet: Tailnet,
  { clock, randomness, tags: owned }: TailscaleOptions,
): void {
  type ById = { Params: { id: string } };
  app.post<{ Body: Record<string, unknown> }>('/api/v2/tailnet/:tailnet/keys', ({ body }) => {
    const create =
      (body?.['capabilities'] as { devices?: { create?: Record<string, unknown> } } | undefined)
        ?.devices?.create ?? {};
    const tags = Array.isArray(create['tags']) ? create['tags'].map(String) : [];
    const bad = tags.filter((tag) => !owned.includes(tag));
    if (bad.length > 0 || tags.length === 0)
      throw new TailscaleError(
        400,
        `requested tags [${bad.join(' ')}] are invalid or not permitted`,
      );
    const description = String(body?.['description'] ?? '');
    if (!/^[A-Za-z0-9 -]{0,50}$/.test(description))
      throw new TailscaleError(
        400,
        'description may only contain 50 letters, digits, hyphens and spaces',
      );
    const asked = Number(body?.['expirySeconds'] ?? 0);
    const seconds = asked === 0 ? keySecondsDefault : asked;
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > keySecondsDefault)
      throw new TailscaleError(400, 'expirySeconds is out of range');
    const id = `k${randomness.token(11)}CNTRL`;
    const key: AuthKey = {
      id,
      secret: `tskey-auth-${id}-${randomness.token(32)}`,
      description,
      created: clock.now(),
      expires: clock.now() + seconds * 1000,
      reusable: create['reusable'] === true,
      ephemeral: create['ephemeral'] === true,
      preauthorized: create['preauthorized'] === true,
      tags,
      revoked: null,
      used: false,
    };
    tailnet.keys.set(id, key);
    return { ...keyBody(key, clock.now()), key: key.secret };
  });
  app.get('/api/v2/tailnet/:tailnet/keys', () => ({
    keys: [...tailnet.keys.values()]
      .filter(
        (key) => key.revoked === null && clock.now() < key.expires && !(key.used && !key.reusable),
      )
      .map((key) => keyBody(key, clock.now())),
  }));
  app.get<ById>('/api/v2/tailnet/:tailnet/keys/:id', ({ params }) =>
    keyBody(keyOf(tailnet, params.id), clock.now()),
  );
  app.delete<ById>('/api/v2/tailnet/:tailnet/keys/:id', ({ params }, reply) => {
    keyOf(tailnet, params.id).revoked ??= clock.now();
    return reply.code(200).send();
  });
}

function registerDevices(
  app: FastifyInstance,
  tailnet: Tailnet,
  { tags: owned }: TailscaleOptions,
): void {
  type ById = { Params: { id: string }; Body: Record<string, unknown> };
  app.get('/api/v2/tailnet/:tailnet/devices', () => ({
    devices: [...tailnet.devices.values()].map(deviceBody),
  }));
  app.get<ById>('/api/v2/device/:id', ({ params }) => deviceBody(deviceOf(tailnet, params.id)));
  app.delete<ById>('/api/v2/device/:id', ({ params }, reply) => {
    tailnet.devices.delete(deviceOf(tailnet, params.id).nodeId);
    return reply.code(200).send();
  });
  app.post<ById>('/api/v2/device/:id/authorized', ({ params, body }, reply) => {
    deviceOf(tailnet, params.id).authorized = body?.['authorized'] === true;
    return reply.code(200).send();
  });
  app.post<ById>('/api/v2/device/:id/tags', ({ params, body }, reply) => {
    const tags = Array.isArray(body?.['tags']) ? body['tags'].map(String) : [];
    if (tags.some((tag) => !owned.includes(tag)))
      throw new TailscaleError(400, 'requested tags are invalid or not permitted');
    deviceOf(tailnet, params.id).tags = tags;
    return reply.code(200).send();
  });
  app.post<ById>('/api/v2/device/:id/key', ({ params, body }, reply) => {
    deviceOf(tailnet, params.id).keyExpiryDisabled = body?.['keyExpiryDisabled'] === true;
    return reply.code(200).send();
  });
}

function keyOf(tailnet: Tailnet, id: string): AuthKey {
  const key = tailnet.keys.get(id);
  if (key === undefined) throw new TailscaleError(404, 'key not found');
  return key;
}

function deviceOf(tailnet: Tailnet, id: string): Device {
  const device =
    tailnet.devices.get(id) ?? [...tailnet.devices.values()].find((one) => one.id === id);
  if (device === undefined) throw new TailscaleError(404, 'no such device');
  return device;
}

function keyBody(key: AuthKey, nowMs: number): object {
  const time = (ms: number) => new Date(ms).toISOString();
  const create = {
    reusable: key.reusable,
    ephemeral: key.ephemeral,
    preauthorized: key.preauthorized,
    tags: key.tags,
  };
  return {
    id: key.id,
    keyType: 'auth',
    description: key.description,
    created: time(key.created),
    expires: time(key.expires),
    expirySeconds: Math.round((key.expires - key.created) / 1000),
    ...(key.revoked === null ? {} : { revoked: time(key.revoked) }),
    ...(key.revoked !== null || nowMs >= key.expires || (key.used && !key.reusable)
      ? { invalid: true }
      : {}),
    capabilities: { devices: { create } },
  };
}

function deviceBody(device: Device): object {
  const time = (ms: number) => new Date(ms).toISOString();
  return {
    id: device.id,
    nodeId: device.nodeId,
    name: device.name,
    hostname: device.hostname,
    addresses: [device.address],
    tags: device.tags,
    user: '',
    os: 'linux',
    clientVersion: '1.102.5',
    updateAvailable: false,
    isEphemeral: device.ephemeral,
    isExternal: false,
    authorized: device.authorized,
    created: time(device.created),
    expires: '0001-01-01T00:00:00Z',
    keyExpiryDisabled: device.keyExpiryDisabled,
    connectedToControl: device.online,
    ...(device.online ? {} : { lastSeen: time(device.lastSeen) }),
    blocksIncomingConnections: false,
    machineKey: '',
    nodeKey: `nodekey:${device.nodeId}`,
  };
}
