/**
 * Tailscale's API v2 over a tailnet, simulated or real: https://tailscale.com/api
 * Keys, devices, OAuth tokens and the policy file; any other path answers 404.
 */
import { parse } from 'node:querystring';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { CloudPart } from '../api-server.ts';
import type { WorldClock } from '../clock.ts';
import { acceptJson } from '../json-bodies.ts';
import type { Randomness } from '../randomness.ts';
import { createAccess } from './access.ts';
import type { ControlPlane } from './control-plane.ts';
import { deviceBody } from './device-body.ts';
import { registerDevices } from './devices.ts';
import { TailscaleError } from './errors.ts';
import { keyBody, registerKeys } from './keys.ts';
import { registerPolicy } from './policy-routes.ts';
import { simulatedControl } from './simulated.ts';
import { createTailnet, type Tailnet } from './tailnet.ts';
import { createTokens, type OauthClient } from './tokens.ts';

export type TailscalePart = CloudPart & { readonly tailnet: Tailnet };

type ApiOptions = {
  readonly clock: WorldClock;
  readonly randomness: Randomness;
  readonly clientId: string;
  readonly clientSecret: string;
  /** tags that the client owns; any other is refused */
  readonly tags: readonly string[];
  /** the client's scopes; by default those that the product needs */
  readonly scopes?: readonly string[];
  /** another client, which may only list devices */
  readonly reader?: Pick<OauthClient, 'clientId' | 'clientSecret'>;
};

const productScopes = ['auth_keys', 'devices:core', 'policy_file:read'];
const readerScopes = ['devices:core:read'];

/** Over the simulated tailnet. */
export function createTailscale(options: ApiOptions): TailscalePart {
  const tailnet = createTailnet(options);
  const control = simulatedControl(tailnet, options);
  return { ...createTailscaleApi(control, options), tailnet };
}

export function createTailscaleApi(control: ControlPlane, options: ApiOptions): CloudPart {
  const { reader } = options;
  const readers = reader === undefined ? [] : [{ ...reader, scopes: readerScopes, tags: [] }];
  const tokens = createTokens([{ scopes: productScopes, ...options }, ...readers], options);
  const access = createAccess(tokens, control);
  return {
    api: 'tailscale',
    errorBody: ({ message }) => ({ message }),
    emptyListing: (url) =>
      /^\/api\/v2\/tailnet\/[^/]+\/devices/.test(url) ? { devices: [] } : undefined,
    async dump() {
      const nowMs = control.now();
      return {
        devices: (await control.devices()).map((one) => deviceBody(one)),
        keys: (await control.keys()).map((key) => keyBody(key, nowMs)),
      };
    },
    async register(app: FastifyInstance) {
      acceptBodies(app);
      await app.register(async (scope) => {
        scope.setErrorHandler((error, _request, reply) => answerError(error, reply));
        scope.post('/api/v2/oauth/token', ({ body, headers }) =>
          tokens.issue(
            typeof body === 'object' && body !== null ? { ...body } : {},
            headers.authorization,
          ),
        );
        registerKeys(scope, control, access);
        registerDevices(scope, control, access);
        await scope.register(async (inner) => registerPolicy(inner, control, access.allow));
      });
    },
  };
}

/** JSON, except in token requests. */
function acceptBodies(app: FastifyInstance): void {
  acceptJson(app, (message) => new TailscaleError(400, message));
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, text, done) => done(null, parse(text.toString())),
  );
}

function answerError(error: unknown, reply: FastifyReply): unknown {
  if (!(error instanceof TailscaleError)) throw error;
  return reply.code(error.statusCode).send({ message: error.message, ...error.more });
}
