/**
 * GitHub Apps: a JWT signed by the App's own key is exchanged for installation tokens, which are
 * valid for an hour of world time and have only the requested permissions.
 *
 * A JWT is valid by wall time, which clients sign with, and by world time, which a client uses
 * after the first `Date` header.
 */
import { createVerify, generateKeyPairSync } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type App, type Permissions, tokenOf } from './accounts.ts';
import { appBody, repositoryBody, repositoryId, userBody } from './bodies.ts';
import { GithubError, invalid, notFound } from './errors.ts';
import { registerArea } from './frame.ts';
import { fieldIn, listIn, numberOf, recordIn, textsIn } from './input.ts';
import { credentialOf, type GithubWorld, nodeId, timeOf } from './world.ts';

const tokenLifeMs = 3_600_000;

export type NewApp = {
  readonly id: number;
  readonly installationId: number;
  readonly privateKey: string;
};

/** An App installed on the repository. Its key is a real one: the seed does not decide it. */
export function createApp(
  world: GithubWorld,
  { slug, permissions }: { slug: string; permissions: Permissions },
): NewApp {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const app: App = {
    id: world.nextId(),
    installationId: world.nextId(),
    slug,
    permissions: { metadata: 'read', ...permissions },
    publicKey,
    bot: world.accounts.add(`${slug}[bot]`, 'Bot'),
    createdMs: world.clock.now(),
  };
  world.accounts.apps.push(app);
  return { id: app.id, installationId: app.installationId, privateKey };
}

type One = { Params: { id: string } };

export function registerApps(app: FastifyInstance, world: GithubWorld): void {
  registerArea(app, { needs: null, docs: 'apps/apps', open: true }, (scope) => {
    scope.get('/app', async (request) => ({
      ...appBody(world, appOf(world, request)),
      installations_count: 1,
    }));
    scope.get<{ Params: { owner: string; repo: string } }>(
      '/repos/:owner/:repo/installation',
      async (request) => {
        const own = appOf(world, request);
        const { owner, repo } = request.params;
        if (owner !== world.owner || repo !== world.name) throw notFound();
        return installationBody(world, own);
      },
    );
    scope.post<One>('/app/installations/:id/access_tokens', async (request, reply) => {
      const own = installationOf(world, request, request.params.id);
      return reply.code(201).send(issueToken(world, own, request.body));
    });
  });
  registerArea(app, { needs: null, docs: 'apps/installations' }, (scope) => {
    scope.delete('/installation/token', async (request, reply) => {
      const credential = credentialOf(world, request);
      if (credential.permissions === null) throw needsInstallation();
      world.accounts.revoke(credential.token);
      return reply.code(204).send();
    });
  });
}

function needsInstallation(): GithubError {
  return new GithubError(
    403,
    'You must authenticate with an installation access token in order to list repositories ' +
      'for an installation.',
  );
}

function issueToken(world: GithubWorld, app: App, body: unknown): Record<string, unknown> {
  const names = textsIn(body, 'repositories') ?? [];
  const ids = listIn(body, 'repository_ids') ?? [];
  if (names.some((name) => name !== world.name) || ids.some((id) => id !== repositoryId)) {
    const message =
      'There is at least one repository that does not exist or is not accessible to the parent ' +
      'installation.';
    throw new GithubError(422, message);
  }
  const permissions = narrowed(app.permissions, recordIn(body, 'permissions'));
  const narrow = names.length + ids.length > 0;
  const expiresMs = world.clock.now() + tokenLifeMs;
  const token = statelessToken(world, app);
  world.accounts.keep({ token, actor: app.bot, app, permissions, expiresMs });
  return {
    token,
    expires_at: timeOf(expiresMs),
    permissions,
    repository_selection: 'selected',
    ...(narrow ? { repositories: [repositoryBody(world)] } : {}),
  };
}

/** `ghs_APPID_JWT`: not 40 characters long, and opaque to clients. */
function statelessToken({ randomness }: GithubWorld, app: App): string {
  const parts = [36, 180, 86].map((chars) => randomness.token(chars));
  return `ghs_${app.id}_ey${parts.join('.')}`;
}

/** Never more than the App was given. */
function narrowed(held: Permissions, asked: Record<string, unknown> | undefined): Permissions {
  if (asked === undefined) return held;
  const granted: Record<string, Permissions[string]> = { metadata: 'read' };
  for (const [name, level] of Object.entries(asked)) {
    const known = level === 'read' || level === 'write' || level === 'admin';
    if (!known) throw invalid({ resource: 'Integration', field: name, code: 'invalid' });
    const enough = held[name] === level || (level === 'read' && held[name] !== undefined);
    if (!enough) {
      const message = 'The permissions requested are not granted to this installation.';
      throw new GithubError(422, message);
    }
    granted[name] = level;
  }
  return granted;
}

function installationOf(world: GithubWorld, request: FastifyRequest, id: string): App {
  const own = appOf(world, request);
  if (own.installationId !== numberOf(id)) throw notFound();
  return own;
}

function installationBody(world: GithubWorld, app: App): Record<string, unknown> {
  const url = `${world.apiUrl()}/app/installations/${app.installationId}`;
  const settings = `https://github.com/organizations/${world.owner}/settings/installations`;
  return {
    id: app.installationId,
    node_id: nodeId('I', app.installationId),
    account: userBody(world, world.accounts.owner),
    repository_selection: 'selected',
    access_tokens_url: `${url}/access_tokens`,
    repositories_url: `${world.apiUrl()}/installation/repositories`,
    html_url: `${settings}/${app.installationId}`,
    app_id: app.id,
    app_slug: app.slug,
    client_id: `Iv1.${app.id.toString(16).padStart(16, '0')}`,
    target_id: world.accounts.owner.id,
    target_type: 'Organization',
    permissions: app.permissions,
    events: ['push'],
    created_at: timeOf(app.createdMs),
    updated_at: timeOf(app.createdMs),
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: null,
    suspended_at: null,
  };
}

const unreadable = 'A JSON web token could not be decoded';

/** The App that signed the request's JWT. */
function appOf(world: GithubWorld, request: FastifyRequest): App {
  const token = tokenOf(request.headers.authorization);
  if (token === null) throw new GithubError(401, unreadable);
  const [head = '', payload = '', signature = '', ...rest] = token.split('.');
  const header = jsonIn(head);
  const claims = jsonIn(payload);
  if (rest.length > 0 || fieldIn(header, 'alg') !== 'RS256') throw new GithubError(401, unreadable);
  const app = world.accounts.apps.find(({ id }) => String(id) === String(fieldIn(claims, 'iss')));
  if (app === undefined) throw new GithubError(404, 'Integration not found');
  const verified = createVerify('RSA-SHA256').update(`${head}.${payload}`);
  if (!verified.verify(app.publicKey, signature, 'base64url')) {
    throw new GithubError(401, unreadable);
  }
  const problems = [Date.now(), world.clock.now()].map((nowMs) => staleness(claims, nowMs));
  const [first = null] = problems;
  if (first !== null && !problems.includes(null)) throw new GithubError(401, first);
  return app;
}

function staleness(claims: unknown, nowMs: number): string | null {
  const [issued, expires] = [fieldIn(claims, 'iat'), fieldIn(claims, 'exp')];
  const now = nowMs / 1000;
  // A client's clock may be ahead by a minute.
  if (typeof issued !== 'number' || issued > now + 60) {
    return (
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was " +
      'issued'
    );
  }
  if (typeof expires !== 'number' || expires <= now) {
    return (
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at " +
      'which the assertion expires'
    );
  }
  if (expires > now + 600 + 60) return "'Expiration time' claim ('exp') is too far in the future";
  return null;
}

function jsonIn(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString());
  } catch {
    throw new GithubError(401, unreadable);
  }
}
