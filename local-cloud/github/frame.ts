/**
 * Checks before every route (access and rate limits), and the headers of every answer.
 *
 * In GitHub's order: a User-Agent, the version of the API, the token, the rate limits, the
 * repository (404 for any other, so that a token does not reveal it), the permission.
 */
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Access, allows, type Credential, tokenOf } from './accounts.ts';
import { bodyOf, GithubError, malformed, notFound } from './errors.ts';
import type { RateLimits } from './limits.ts';
import type { GithubWorld } from './world.ts';

/** The permission that the routes of an area need, and their part of the documentation. */
type Area = {
  /** null: any installation token is enough. */
  readonly needs: string | null;
  /** Another permission that is enough as well. */
  readonly orNeeds?: string;
  readonly docs: string;
  /** Where reading needs another level than GitHub's usual ones. */
  readonly access?: Access;
  /** Routes that check access themselves: a JWT of an App, or no token. */
  readonly open?: true;
  /** Changes that create no content: dispatches, reruns. */
  readonly quiet?: true;
};

declare module 'fastify' {
  interface FastifyContextConfig {
    area?: Area;
  }
}

export function registerArea(
  app: FastifyInstance,
  area: Area,
  register: (scope: FastifyInstance) => void,
): void {
  app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { area, ...route.config };
    });
    register(scope);
  });
}

/** GitHub accepts files of up to 100 megabytes; here the limit is smaller. */
const bodyBytesMax = 48 * 1024 * 1024;

const apiVersions = ['2022-11-28', '2026-03-10'];

export function registerFrame(
  app: FastifyInstance,
  { world, limits }: { world: GithubWorld; limits: RateLimits },
): void {
  app.setErrorHandler((error, request, reply) => {
    if (!(error instanceof GithubError)) return reply.send(error);
    reply.headers(error.more.headers ?? {});
    const body = bodyOf(error, request.routeOptions.config.area?.docs);
    return reply.code(error.statusCode).send(body);
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    '*',
    { parseAs: 'string', bodyLimit: bodyBytesMax },
    (_request, text, done) => {
      try {
        done(null, objectIn(text.toString()));
      } catch (thrown) {
        done(thrown as Error);
      }
    },
  );
  app.addHook('onRequest', async (request, reply) => {
    checkHeaders(request);
    // No name may contain a NUL, and no program accepts one.
    if (request.url.includes('%00')) throw notFound();
    request.query = lastOnes(request.query);
    if (request.routeOptions.config.area?.open === true) return;
    const credential = admitted(world, request);
    limits.spend(credential);
    limits.enter(credential.actor);
    reply.raw.once('close', () => limits.leave(credential.actor));
  });
  app.addHook('preHandler', async (request) => {
    const area = request.routeOptions.config.area;
    if (area === undefined || area.open === true) return;
    const credential = admitted(world, request);
    checkRepository(world, request);
    checkPermission(area, credential, request);
    const creates = request.method === 'POST' || request.method === 'PUT';
    if (creates && area.quiet !== true) limits.create(credential.actor);
  });
}

/** On every answer, also of paths without a route: hence on the outermost scope. */
export function registerHeaders(
  app: FastifyInstance,
  { world, limits }: { world: GithubWorld; limits: RateLimits },
): void {
  // GitHub answers 404, not 405, where a path has no such method.
  app.addHook('onRequest', async (request) => {
    if (request.is404) throw notFound();
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const credential = world.accounts.credentialOf(tokenOf(request.headers.authorization));
    const actor = credential?.actor;
    if (credential?.app === null && credential.expiresMs !== null)
      reply.header('github-authentication-token-expiration', writtenTime(credential.expiresMs));
    const sent = conditional(request, reply, payload);
    if (reply.statusCode === 304 && actor !== undefined) limits.refund(actor);
    reply.headers(standingHeaders(world, request));
    // On every 429, also of a fault: GitHub gives the time to retry.
    if (reply.statusCode === 429 && !reply.hasHeader('retry-after')) {
      reply.header('retry-after', '60');
    }
    const area = request.routeOptions.config.area;
    if (area?.needs != null)
      reply.header('x-accepted-github-permissions', acceptedBy(area, request));
    if (actor === undefined) return sent;
    for (const [name, value] of Object.entries(limits.of(actor))) {
      reply.header(`x-ratelimit-${name}`, String(value));
    }
    reply.header('x-ratelimit-resource', 'core');
    return sent;
  });
}

/** `2026-12-30 10:00:00 UTC` */
function writtenTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function checkHeaders({ headers }: FastifyRequest): void {
  if (!headers['user-agent']) {
    const message =
      'Request forbidden by administrative rules. Please make sure your request has a User-Agent ' +
      'header (https://docs.github.com/en/rest/overview/resources-in-the-rest-api' +
      '#user-agent-required). Check https://developer.github.com for other possible causes.';
    throw new GithubError(403, message);
  }
  const version = headers['x-github-api-version'];
  if (typeof version === 'string' && !apiVersions.includes(version)) {
    throw new GithubError(400, `"${version}" is not a supported version of the GitHub API`, {
      docs: 'about-the-rest-api/api-versions',
    });
  }
}

/** Without a token the private repository answers 404; other paths require a token. */
function admitted(world: GithubWorld, request: FastifyRequest): Credential {
  const { authorization } = request.headers;
  if (authorization === undefined) {
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (reads && request.url.startsWith('/repos/')) throw notFound();
    throw new GithubError(401, 'Requires authentication');
  }
  const found = world.accounts.credentialOf(tokenOf(authorization));
  if (found === undefined) throw new GithubError(401, 'Bad credentials', { docs: '' });
  return found;
}

function checkRepository({ owner, name }: GithubWorld, { params }: FastifyRequest): void {
  const asked = params as { owner?: string; repo?: string };
  if (asked.owner === undefined || asked.repo === undefined) return;
  const same = `${asked.owner}/${asked.repo}`.toLowerCase() === `${owner}/${name}`.toLowerCase();
  if (!same) throw notFound();
}

function checkPermission(area: Area, { permissions }: Credential, request: FastifyRequest): void {
  const access = accessOf(area, request);
  const enough = [area.needs, area.orNeeds].filter((one) => typeof one === 'string');
  if (area.needs === null || enough.some((one) => allows(permissions, one, access))) return;
  throw new GithubError(403, 'Resource not accessible by integration');
}

function accessOf(area: Area, { method }: FastifyRequest): Access {
  return area.access ?? (method === 'GET' || method === 'HEAD' ? 'read' : 'write');
}

function acceptedBy(area: Area, request: FastifyRequest): string {
  const access = accessOf(area, request);
  const other = area.orNeeds === undefined ? '' : `; ${area.orNeeds}=${access}`;
  return `${area.needs}=${access}${other}`;
}

function standingHeaders({ randomness }: GithubWorld, { headers, url }: FastifyRequest) {
  const parts = [4, 6, 7, 7, 8].map((digits) => randomness.hex(digits).toUpperCase());
  const version = headers['x-github-api-version'];
  const media = /vnd\.github\.([\w.+-]+)/.exec(headers.accept ?? '')?.[1] ?? 'v3+json';
  return {
    'x-github-request-id': parts.join(':'),
    'x-github-media-type': `github.${media.replace('+json', '; format=json')}`,
    'x-github-api-version-selected': typeof version === 'string' ? version : '2022-11-28',
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'ETag, Link, Location, Retry-After, X-GitHub-Request-Id',
    'cache-control': url.startsWith('/_') ? 'no-cache' : 'private, max-age=60, s-maxage=60',
    vary: 'Accept, Authorization, Cookie, X-GitHub-OTP, Accept-Encoding, X-Requested-With',
    'x-content-type-options': 'nosniff',
    server: 'github.com',
  };
}

/** Sets an ETag on reads; answers 304 without a body where the client has the same answer. */
function conditional(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  const reads = request.method === 'GET' || request.method === 'HEAD';
  if (!reads || reply.statusCode !== 200 || typeof payload !== 'string') return payload;
  const hash = createHash('sha256').update(payload).digest('hex');
  reply.header('etag', `W/"${hash}"`);
  const known = request.headers['if-none-match'] ?? '';
  if (!known.includes(hash)) return payload;
  reply.code(304).removeHeader('content-length').removeHeader('content-type');
  return '';
}

/** The last value of a repeated parameter applies. */
function lastOnes(query: unknown): Record<string, unknown> {
  const entries = Object.entries(query as object);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, Array.isArray(value) ? value.at(-1) : value]),
  );
}

/** GitHub reads JSON whatever the content type says. */
function objectIn(text: string): unknown {
  if (text === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new GithubError(400, 'Problems parsing JSON');
  }
  if (value === null) return undefined;
  if (text.includes('\\u0000')) throw malformed('The body holds a NUL character.');
  if (typeof value === 'object') return value;
  throw new GithubError(400, 'Body should be a JSON object');
}
