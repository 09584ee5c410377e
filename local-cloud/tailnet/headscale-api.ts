/**
 * Headscale's own API, v1, as far as the tailnet needs it. Answers are parsed here; anything else
 * than what is expected is an error of status 500 and up, never an absence.
 */
import { TailscaleError } from '../tailscale/errors.ts';
import type { Requests } from './requests.ts';

type HeadscaleKey = {
  readonly id: string;
  /** whole only in the answer to its creation */
  readonly secret: string;
  readonly used: boolean;
};

export type HeadscaleNode = {
  readonly id: string;
  readonly hostname: string;
  /** first label of its DNS name */
  readonly givenName: string;
  readonly addresses: readonly string[];
  readonly tags: readonly string[];
  readonly ephemeral: boolean;
  readonly online: boolean;
  readonly createdMs: number;
  readonly lastSeenMs: number | null;
  /** null: its key does not expire */
  readonly expiresMs: number | null;
  readonly advertisedRoutes: readonly string[];
  readonly enabledRoutes: readonly string[];
};

type NewKey = {
  readonly reusable: boolean;
  readonly ephemeral: boolean;
  readonly tags: readonly string[];
  readonly expiresMs: number;
};

export type HeadscaleApi = {
  createKey(key: NewKey): Promise<HeadscaleKey>;
  keys(): Promise<readonly HeadscaleKey[]>;
  expireKey(id: string): Promise<void>;
  nodes(): Promise<readonly HeadscaleNode[]>;
  node(id: string): Promise<HeadscaleNode | null>;
  deleteNode(id: string): Promise<void>;
  setTags(id: string, tags: readonly string[]): Promise<void>;
  /** null: never */
  setExpiry(id: string, expiresMs: number | null): Promise<void>;
  rename(id: string, name: string): Promise<void>;
  approveRoutes(id: string, routes: readonly string[]): Promise<void>;
  setPolicy(text: string): Promise<void>;
  checkPolicy(text: string): Promise<void>;
};

export function createHeadscaleApi(requests: Requests): HeadscaleApi {
  const ask = createAsk(requests);
  const post = (path: string, body: object = {}) => ask('POST', path, body);
  const nodePath = (id: string, rest = '') => `/node/${encodeURIComponent(id)}${rest}`;
  return {
    async createKey({ tags, expiresMs, ...kind }) {
      const expiration = new Date(expiresMs).toISOString();
      const answer = await post('/preauthkey', { ...kind, expiration, aclTags: tags });
      return keyOf(objectAt(answer, 'preAuthKey'));
    },
    keys: async () => listAt(await ask('GET', '/preauthkey'), 'preAuthKeys').map(keyOf),
    expireKey: async (id) => void (await post('/preauthkey/expire', { id })),
    nodes: async () => listAt(await ask('GET', '/node'), 'nodes').map(nodeOf),
    async node(id) {
      // Its ids are numbers, and anything else is answered 400.
      if (!/^\d{1,18}$/.test(id)) return null;
      try {
        return nodeOf(objectAt(await ask('GET', nodePath(id)), 'node'));
      } catch (error) {
        if (error instanceof TailscaleError && error.statusCode === 404) return null;
        throw error;
      }
    },
    deleteNode: async (id) => void (await ask('DELETE', nodePath(id))),
    setTags: async (id, tags) => void (await post(nodePath(id, '/tags'), { tags })),
    async setExpiry(id, expiresMs) {
      // It reads these from the query, and no body.
      const when =
        expiresMs === null
          ? { disableExpiry: 'true' }
          : { expiry: new Date(expiresMs).toISOString() };
      await post(nodePath(id, `/expire?${new URLSearchParams(when)}`));
    },
    async rename(id, name) {
      await post(nodePath(id, `/rename/${encodeURIComponent(name)}`));
    },
    approveRoutes: async (id, routes) =>
      void (await post(nodePath(id, '/approve_routes'), { routes })),
    setPolicy: async (policy) => void (await ask('PUT', '/policy', { policy })),
    checkPolicy: async (policy) => void (await post('/policy/check', { policy })),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function createAsk(requests: Requests) {
  return async (method: string, path: string, body?: object): Promise<Fields> => {
    const answer = await requests.send(method, `/api/v1${path}`, body).catch((cause: unknown) => {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new TailscaleError(503, `the control plane does not answer: ${why}`);
    });
    const fields = fieldsIn(answer.text);
    if (answer.status === 200 && fields !== null) return fields;
    const said = textOr(fields?.['message'], 'unexpected answer');
    throw new TailscaleError(answer.status < 400 ? 502 : answer.status, said);
  };
}

function fieldsIn(text: string): Fields | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : null;
  } catch {
    return null;
  }
}

function keyOf(key: Fields): HeadscaleKey {
  return {
    id: textAt(key, 'id'),
    secret: textAt(key, 'key'),
    used: key['used'] === true,
  };
}

function nodeOf(node: Fields): HeadscaleNode {
  const key = node['preAuthKey'];
  return {
    id: textAt(node, 'id'),
    hostname: textAt(node, 'name'),
    givenName: textAt(node, 'givenName'),
    addresses: textsAt(node, 'ipAddresses'),
    tags: textsAt(node, 'tags'),
    ephemeral:
      typeof key === 'object' && key !== null && 'ephemeral' in key && key.ephemeral === true,
    online: node['online'] === true,
    createdMs: timeAt(node, 'createdAt') ?? unexpected('createdAt'),
    lastSeenMs: timeAt(node, 'lastSeen'),
    expiresMs: timeAt(node, 'expiry'),
    advertisedRoutes: textsAt(node, 'availableRoutes'),
    enabledRoutes: textsAt(node, 'approvedRoutes'),
  };
}

function unexpected(name: string): never {
  throw new TailscaleError(502, `the control plane answers without ${name}`);
}

function objectAt(fields: Fields, name: string): Fields {
  const value = fields[name];
  return typeof value === 'object' && value !== null ? { ...value } : unexpected(name);
}

function listAt(fields: Fields, name: string): readonly Fields[] {
  const value = fields[name];
  if (!Array.isArray(value)) return unexpected(name);
  return value.map((one: unknown) => objectAt({ one }, 'one'));
}

function textAt(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : unexpected(name);
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

function textsAt(fields: Fields, name: string): readonly string[] {
  const value = fields[name];
  if (!Array.isArray(value)) return unexpected(name);
  return value.map((one: unknown) => textAt({ [name]: one }, name));
}

/** Null where it is absent, or Go's zero time. */
function timeAt(fields: Fields, name: string): number | null {
  const value = fields[name];
  if (value === undefined || value === null) return null;
  const ms = Date.parse(textAt(fields, name));
  if (Number.isNaN(ms)) return unexpected(name);
  return ms <= 0 ? null : ms;
}
