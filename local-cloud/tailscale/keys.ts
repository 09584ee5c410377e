/** Auth keys: made, listed, revoked. https://tailscale.com/api#tag/keys */
import type { FastifyInstance } from 'fastify';
import type { Access } from './access.ts';
import type { ControlPlane } from './control-plane.ts';
import { timeOf } from './device-body.ts';
import { TailscaleError } from './errors.ts';
import { type Asked, flagOf, objectOf, textOf, textsOf } from './fields.ts';
import { type AuthKey, isSpent } from './tailnet.ts';

const keySecondsMax = 90 * 86_400;

export function registerKeys(app: FastifyInstance, control: ControlPlane, access: Access): void {
  type ById = { Params: { id: string } };
  const path = '/api/v2/tailnet/:tailnet/keys';
  const reading = { onRequest: access.allow('auth_keys:read') };
  const writing = { onRequest: access.allow('auth_keys') };
  app.post(path, writing, async (request) => {
    const asked = objectOf(request.body ?? {}, 'request body');
    if ((asked['keyType'] ?? 'auth') !== 'auth')
      throw new TailscaleError(400, 'only keys of type auth can be made here');
    const wanted = capabilitiesOf(asked);
    access.refuseTags(request, wanted.tags);
    const description = descriptionOf(asked['description']);
    const seconds = secondsOf(asked['expirySeconds']);
    const key = await control.createKey({ ...wanted, description, seconds });
    return { ...keyBody(key, control.now()), key: key.secret };
  });
  app.get(path, reading, async () => {
    const nowMs = control.now();
    const live = (await control.keys()).filter((key) => !isSpent(key, nowMs));
    return { keys: live.map((key) => keyBody(key, nowMs)) };
  });
  app.get<ById>(`${path}/:id`, reading, async ({ params }) =>
    keyBody(await keyOf(control, params.id), control.now()),
  );
  app.delete<ById>(`${path}/:id`, writing, async ({ params }, reply) => {
    await control.revokeKey((await keyOf(control, params.id)).id);
    return reply.code(200).send();
  });
}

function capabilitiesOf(asked: Asked) {
  const { devices } = objectOf(asked['capabilities'] ?? {}, 'capabilities');
  const { create } = objectOf(devices ?? {}, 'capabilities.devices');
  const wanted = objectOf(create ?? {}, 'capabilities.devices.create');
  return {
    reusable: flagOf(wanted['reusable'], 'reusable', false),
    ephemeral: flagOf(wanted['ephemeral'], 'ephemeral', false),
    preauthorized: flagOf(wanted['preauthorized'], 'preauthorized', false),
    tags: textsOf(wanted['tags'] ?? [], 'tags'),
  };
}

function descriptionOf(asked: unknown): string {
  const description = textOf(asked ?? '', 'description');
  if (!/^[A-Za-z0-9 -]{0,50}$/.test(description))
    throw new TailscaleError(
      400,
      'description may only contain 50 letters, digits, hyphens and spaces',
    );
  return description;
}

/** 0 means the default: the longest. */
function secondsOf(asked: unknown): number {
  const seconds = asked === undefined || asked === null || asked === 0 ? keySecondsMax : asked;
  if (typeof seconds !== 'number' || !Number.isInteger(seconds))
    throw new TailscaleError(400, 'expirySeconds must be a whole number');
  if (seconds < 1 || seconds > keySecondsMax)
    throw new TailscaleError(400, 'expirySeconds is out of range');
  return seconds;
}

async function keyOf(control: ControlPlane, id: string): Promise<AuthKey> {
  const key = await control.key(id);
  if (key === null) throw new TailscaleError(404, 'key not found');
  return key;
}

export function keyBody(key: AuthKey, nowMs: number): object {
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
    created: timeOf(key.created),
    expires: timeOf(key.expires),
    expirySeconds: Math.round((key.expires - key.created) / 1000),
    ...(key.revoked === null ? {} : { revoked: timeOf(key.revoked) }),
    ...(isSpent(key, nowMs) ? { invalid: true } : {}),
    capabilities: { devices: { create } },
  };
}
