/**
 * An OIDC issuer as that of GitHub Actions: gives a job ID tokens that prove its repository, ref and
 * environment, and publishes the key that verifies them.
 * https://docs.github.com/actions/reference/security/oidc
 *
 * GitHub has two hosts for it, `token.actions.githubusercontent.com` and the one that jobs ask; here
 * they are one.
 */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { CloudPart } from '../api-server.ts';
import type { WorldClock } from '../clock.ts';
import type { Randomness } from '../randomness.ts';
import { type IdTokenJob, payloadOf } from './payload.ts';

type IdTokenRequest = { readonly url: string; readonly token: string };

export type OidcPart = CloudPart & {
  /** The `iss` of its tokens, once it listens. */
  issuer(): string;
  /**
   * What a job with `id-token: write` gets, as `ACTIONS_ID_TOKEN_REQUEST_URL` and
   * `ACTIONS_ID_TOKEN_REQUEST_TOKEN`.
   */
  tokenRequestFor(job: IdTokenJob): IdTokenRequest;
};

type Options = {
  readonly clock: Pick<WorldClock, 'now'>;
  readonly randomness: Randomness;
  /** of the one repository, and of its owner */
  readonly ids: { readonly owner: number; readonly repository: number };
};

/** Longer than any job lasts. */
const requestSeconds = 24 * 3600;

export function createOidc({ clock, randomness, ids }: Options): OidcPart {
  const jobs = new Map<string, { readonly job: IdTokenJob; readonly expiresMs: number }>();
  const keyId = randomness.hex(40);
  let key: Keys | null = null;
  let serving: FastifyInstance | null = null;
  const issuer = () => serving?.listeningOrigin ?? '';
  // Made at the first use: most worlds never need it.
  const keys = () => {
    key ??= generateKeyPairSync('rsa', { modulusLength: 2048 });
    return key;
  };

  return {
    api: 'oidc',
    errorBody: ({ message }) => ({ message }),
    dump: () => ({}),
    issuer,
    tokenRequestFor(job) {
      const token = randomness.token(64);
      jobs.set(token, { job, expiresMs: clock.now() + requestSeconds * 1000 });
      const path = `/jobs/${randomness.hex(32)}/idtoken`;
      return { url: `${issuer()}${path}?api-version=2.0`, token };
    },
    register(app: FastifyInstance) {
      serving = app;
      app.get('/.well-known/openid-configuration', async () => discoveryOf(issuer()));
      app.get('/.well-known/jwks', async () => ({
        keys: [
          { ...keys().publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: keyId },
        ],
      }));
      app.get<{ Querystring: { audience?: string } }>(
        '/jobs/:job/idtoken',
        async ({ headers, query }, reply) => {
          const known = jobs.get(/^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '');
          if (known === undefined || clock.now() >= known.expiresMs) return refuse(reply);
          const { job } = known;
          const audience = query.audience ?? `https://github.com/${job.repository.split('/')[0]}`;
          const by = {
            issuer: issuer(),
            audience,
            ids,
            nowMs: clock.now(),
            tokenId: randomness.hex(32),
          };
          const value = jwtOf(payloadOf(job, by), keys().privateKey, keyId);
          return { count: value.length, value };
        },
      );
    },
  };
}

type Keys = { readonly privateKey: KeyObject; readonly publicKey: KeyObject };

function refuse(reply: FastifyReply): FastifyReply {
  return reply.code(401).send({ message: 'the token of the request is not valid' });
}

function discoveryOf(issuer: string): object {
  return {
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks`,
    subject_types_supported: ['public', 'pairwise'],
    response_types_supported: ['id_token'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid'],
  };
}

function jwtOf(payload: object, key: KeyObject, keyId: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ typ: 'JWT', alg: 'RS256', kid: keyId })}.${part(payload)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`;
}
