/** Stripe's API on a server: headers, bodies, keys, limits and errors, around the routes. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Randomness } from '../randomness.ts';
import { authorise, createRateLimiter, type RateLimit, refuseOtherVersions } from './access.ts';
import { type Account, apiVersion } from './account.ts';
import type { Deliveries } from './deliveries.ts';
import { errorBody, StripeError } from './errors.ts';
import { parseForm } from './form.ts';
import { keepAnswers } from './idempotency.ts';
import { registerListen } from './listen.ts';
import { refuseUnknown, registerRoutes } from './routes.ts';
import { createRoutes } from './routing.ts';

type ServingOptions = {
  readonly account: Account;
  readonly deliveries: Deliveries;
  readonly secretKey: string;
  readonly webhookSecret: string;
  readonly randomness: Randomness;
  readonly rateLimit: RateLimit | 'off';
  /** Resolves once writes may go on. */
  turn(): Promise<void>;
};

const noRoute = '/*';

export async function serveStripe(app: FastifyInstance, options: ServingOptions): Promise<void> {
  await app.register(async (scope) => {
    const { account } = options;
    const ids = new WeakMap<FastifyRequest, string>();
    const requestId = (request: FastifyRequest) => ids.get(request) ?? 'req_unknown';
    acceptForms(scope);
    scope.addHook('onRequest', async (request, reply) => {
      ids.set(request, `req_${options.randomness.token(14)}`);
      reply.headers({
        'request-id': requestId(request),
        'stripe-version': apiVersion,
        'cache-control': 'no-cache, no-store',
      });
    });
    guard(scope, options);
    const idempotency = keepAnswers(scope, account, requestId);
    scope.addHook('preHandler', async (request, reply) => {
      if (request.method === 'POST' && !reply.sent) await options.turn();
    });
    scope.addHook('onSend', async (request, reply, payload) => {
      if (reply.statusCode === 409) reply.header('stripe-should-retry', 'true');
      if (reply.statusCode === 500 && request.headers['idempotency-key'] !== undefined)
        reply.header('stripe-should-retry', 'false');
      return payload;
    });
    scope.setErrorHandler((thrown, request, reply) => {
      const error = asStripeError(thrown);
      if (error.details.unbegun === true) idempotency.unbegun(request);
      const { livemode } = account;
      const about = { id: requestId(request), second: account.now(), livemode };
      return answer(error, reply, about);
    });
    const routes = createRoutes(scope, account, requestId);
    const { deliveries, secretKey, webhookSecret } = options;
    registerRoutes(routes, { deliveries, secretKey, firstSecret: webhookSecret });
    registerListen(scope, routes, deliveries, webhookSecret);
    refuseUnknown(scope);
  });
}

/** Access and rate limits are checked before a body is read. */
function guard(scope: FastifyInstance, options: ServingOptions): void {
  const { account, secretKey, rateLimit } = options;
  const perSecond = rateLimit === 'off' ? null : rateLimit[account.livemode ? 'live' : 'test'];
  const take = perSecond === null ? null : createRateLimiter(perSecond, () => performance.now());
  scope.addHook('onRequest', async (request, reply) => {
    if (reply.sent || request.routeOptions.url === noRoute) return;
    authorise(request, account, secretKey);
    take?.();
    refuseOtherVersions(request);
  });
}

function acceptForms(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, text, done) => {
      try {
        done(null, parseForm(text.toString()));
      } catch (error) {
        done(error as Error);
      }
    },
  );
  scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, text, done) => {
    if (text.length === 0) done(null, {});
    else
      done(
        new StripeError(
          400,
          'Invalid request (check that your POST content type is application/x-www-form-urlencoded). If you have any questions, we can help at https://support.stripe.com/.',
          { unbegun: true },
        ),
      );
  });
}

/** Internal errors are logged, and not sent to the client. */
function asStripeError(thrown: unknown): StripeError {
  if (thrown instanceof StripeError) return thrown;
  const status =
    thrown instanceof Error && 'statusCode' in thrown ? Number(thrown.statusCode) : 500;
  if (status >= 400 && status < 500 && thrown instanceof Error)
    return new StripeError(status, thrown.message, { unbegun: true });
  process.stderr.write(`stripe: ${thrown instanceof Error ? thrown.stack : String(thrown)}\n`);
  return new StripeError(500, 'An error occurred internally with the API.');
}

function answer(
  error: StripeError,
  reply: FastifyReply,
  about: { readonly id: string; readonly second: number; readonly livemode: boolean },
): unknown {
  return reply
    .code(error.statusCode)
    .headers({ ...error.details.headers })
    .send(errorBody(error, about));
}
