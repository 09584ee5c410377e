/**
 * OAuth tokens: valid for an hour, with all of the client's scopes or some of them.
 * https://tailscale.com/kb/1215/oauth-clients
 */
import type { FastifyRequest } from 'fastify';
import type { WorldClock } from '../clock.ts';
import type { Randomness } from '../randomness.ts';
import { TailscaleError } from './errors.ts';

export type Token = {
  readonly expires: number;
  readonly scopes: readonly string[];
  /** the tags that it may assign to keys and devices */
  readonly tags: readonly string[];
};

export type OauthClient = {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
  readonly tags: readonly string[];
};

export type Tokens = {
  /** The answer to a request for one. */
  issue(form: Readonly<Record<string, unknown>>, authorization: string | undefined): object;
  /** @throws TailscaleError 401 for an unknown or expired token. */
  of(request: FastifyRequest): Token;
};

const tokenSeconds = 3600;

export function createTokens(
  clients: readonly OauthClient[],
  { clock, randomness }: { readonly clock: WorldClock; readonly randomness: Randomness },
): Tokens {
  const tokens = new Map<string, Token>();
  return {
    issue(form, authorization) {
      const given = clientOf(authorization, form);
      const client = clients.find(
        ({ clientId, clientSecret }) => given.id === clientId && given.secret === clientSecret,
      );
      if (client === undefined) throw new TailscaleError(401, 'invalid client credentials');
      if ((form['grant_type'] ?? 'client_credentials') !== 'client_credentials')
        throw new TailscaleError(400, 'unsupported grant type');
      const scopes = narrowed('scopes', form['scope'], client.scopes, (asked) =>
        isGranted(client.scopes, asked),
      );
      const tags = narrowed('tags', form['tags'], client.tags, (asked) =>
        client.tags.includes(asked),
      );
      const token = `tskey-api-${randomness.token(32)}`;
      tokens.set(token, { expires: clock.now() + tokenSeconds * 1000, scopes, tags });
      return {
        access_token: token,
        token_type: 'Bearer',
        expires_in: tokenSeconds,
        scope: scopes.join(' '),
      };
    },
    of(request) {
      const token = tokens.get(bearerOf(request.headers.authorization ?? ''));
      if (token === undefined || clock.now() >= token.expires)
        throw new TailscaleError(401, 'API token invalid');
      return token;
    },
  };
}

/** `devices:core` holds `devices:core:read`; `all` and `all:read` hold every other. */
export function isGranted(scopes: readonly string[], needed: string): boolean {
  const reads = needed.endsWith(':read');
  return (
    scopes.includes('all') ||
    scopes.includes(needed) ||
    (reads && (scopes.includes('all:read') || scopes.includes(needed.slice(0, -':read'.length))))
  );
}

function narrowed(
  what: 'scopes' | 'tags',
  asked: unknown,
  own: readonly string[],
  may: (asked: string) => boolean,
): readonly string[] {
  const wanted = typeof asked === 'string' ? asked.split(/[\s,]+/).filter((one) => one !== '') : [];
  if (!wanted.every(may))
    throw new TailscaleError(403, `OAuth client cannot grant ${what} "${wanted.join(' ')}"`);
  return wanted.length === 0 ? own : wanted;
}

function clientOf(header: string | undefined, form: Readonly<Record<string, unknown>>) {
  if (header?.startsWith('Basic ') === true) {
    const text = Buffer.from(header.slice(6), 'base64').toString();
    const at = text.indexOf(':');
    return { id: text.slice(0, Math.max(at, 0)), secret: text.slice(at + 1) };
  }
  return { id: form['client_id'], secret: form['client_secret'] };
}

/** As Bearer, or as the user name of Basic. */
function bearerOf(header: string): string {
  return header.startsWith('Basic ')
    ? (Buffer.from(header.slice(6), 'base64').toString().split(':')[0] ?? '')
    : header.replace(/^Bearer /, '');
}
