/**
 * Stripe's API over one account of the world, in the version that the `stripe` package pins.
 * Judged by the official client: form bodies, lists with cursors, idempotency keys, signed events.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Catalog } from '../../core/catalog.ts';
import { Failure } from '../../core/failure.ts';
import type { CloudPart } from '../api-server.ts';
import type { WorldClock } from '../clock.ts';
import type { Randomness } from '../randomness.ts';
import {
  type Account,
  cancelAtPeriodEnd,
  cancelNow,
  createAccount,
  type Subscription,
  subscribe,
} from './account.ts';
import { createDeliveries, type Deliveries } from './deliveries.ts';
import { parseForm } from './form.ts';
import { registerRoutes, StripeError } from './routes.ts';

export type StripeWorld = CloudPart & {
  readonly account: string;
  readonly deliveries: Deliveries;
  readonly objects: Account;
  checkout(asked: {
    readonly plan: string;
    readonly region?: string;
    readonly email?: string;
  }): Promise<{ customer: string; subscription: string }>;
  cancel(asked: {
    readonly subscription: string;
    readonly atPeriodEnd: boolean;
  }): Promise<Subscription>;
  sendEventsTo(url: string): Promise<void>;
};

export type StripeOptions = {
  readonly clock: WorldClock;
  readonly randomness: Randomness;
  readonly catalog: Catalog;
  readonly secretKey: string;
  readonly webhookSecret: string;
};

export function createStripe(options: StripeOptions): StripeWorld {
  const deliveries = createDeliveries({ clock: options.clock, secret: options.webhookSecret });
  const account = createAccount({ ...options, onEvent: (event) => void deliveries.send(event) });
  return {
    api: 'stripe',
    account: account.id,
    deliveries,
    objects: account,
    errorBody: ({ status, message }) => errorBody(new StripeError(status, message)),
    emptyListing: (url) =>
      /^\/v1\/[a-z_]+(\?|$)/.test(url)
        ? { object: 'list', data: [], has_more: false, url: url.split('?')[0] }
        : undefined,
    dump: () => ({
      subscriptions: [...account.subscriptions.values()],
      refunds: [...account.refunds.values()],
      deliveries: deliveries.log,
    }),
    async register(app: FastifyInstance) {
      app.addContentTypeParser(
        'application/x-www-form-urlencoded',
        { parseAs: 'string' },
        (_request, text, done) => done(null, parseForm(text.toString())),
      );
      await app.register(async (scope) => {
        scope.setErrorHandler((error, _request, reply) => answerError(error, reply));
        scope.addHook('onRequest', async (_request, reply) => {
          reply.header('request-id', account.newId('req').slice(0, 20));
        });
        scope.addHook('preHandler', async (request) => authorise(request, options.secretKey));
        replayIdempotent(scope);
        registerRoutes(scope, account, deliveries, options.webhookSecret);
      });
    },
    async checkout({ plan, region, email }) {
      const price = [...account.prices.values()].find(
        (one) => (one['metadata'] as { plan?: string }).plan === plan,
      );
      if (price === undefined) throw new Failure('InvalidInput', `no plan ${plan} is sold`);
      const metadata = region === undefined ? {} : { region };
      const subscription = subscribe(account, {
        price,
        email: email ?? 'customer@example.com',
        metadata,
      });
      return { customer: subscription.customer, subscription: subscription.id };
    },
    async cancel({ subscription: id, atPeriodEnd }) {
      const subscription = account.subscriptions.get(id);
      if (subscription === undefined)
        throw new Failure('NotFound', `there is no subscription ${id}`);
      if (atPeriodEnd) cancelAtPeriodEnd(account, subscription);
      else cancelNow(account, subscription);
      return subscription;
    },
    sendEventsTo: async (url) => deliveries.addEndpoint(url),
  };
}

function authorise(request: FastifyRequest, secretKey: string): void {
  const header = request.headers.authorization ?? '';
  const basic = header.startsWith('Basic ')
    ? Buffer.from(header.slice(6), 'base64').toString().split(':')[0]
    : null;
  const key = basic ?? header.replace('Bearer ', '');
  if (key === '') throw new StripeError(401, 'You did not provide an API key.');
  if (key !== secretKey) throw new StripeError(401, 'Invalid API Key provided');
}

/** The first answer to a key is every answer to it, errors too; another body under it is an error. */
function replayIdempotent(app: FastifyInstance): void {
  const kept = new Map<string, { request: string; status: number; payload: string }>();
  const keyOf = (request: FastifyRequest) =>
    request.method === 'POST' ? request.headers['idempotency-key'] : undefined;
  const textOf = (request: FastifyRequest) => `${request.url} ${JSON.stringify(request.body)}`;
  app.addHook('preHandler', async (request, reply) => {
    const key = keyOf(request);
    const earlier = typeof key === 'string' ? kept.get(key) : undefined;
    if (earlier === undefined) return;
    if (earlier.request !== textOf(request))
      throw new StripeError(
        400,
        'Keys for idempotent requests can only be used with the same parameters they were first used with.',
        { code: 'idempotency_key_in_use' },
      );
    await reply
      .code(earlier.status)
      .header('idempotent-replayed', 'true')
      .type('application/json')
      .send(earlier.payload);
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const key = keyOf(request);
    if (
      typeof key === 'string' &&
      typeof payload === 'string' &&
      reply.statusCode !== 401 &&
      !kept.has(key)
    ) {
      kept.set(key, { request: textOf(request), status: reply.statusCode, payload });
    }
    return payload;
  });
}

function answerError(error: unknown, reply: FastifyReply): unknown {
  if (error instanceof StripeError) return reply.code(error.statusCode).send(errorBody(error));
  const said = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  if (!(said >= 400 && said < 500))
    process.stderr.write(`stripe: ${error instanceof Error ? error.stack : String(error)}\n`);
  const status = said >= 400 && said < 500 ? said : 500;
  return reply
    .code(status)
    .send(errorBody(new StripeError(status, status === 500 ? 'internal error' : String(error))));
}

function errorBody(error: StripeError): object {
  const type =
    error.statusCode === 401
      ? 'authentication_error'
      : error.statusCode === 429
        ? 'rate_limit_error'
        : error.statusCode >= 500
          ? 'api_error'
          : 'invalid_request_error';
  return {
    error: {
      type,
      message: error.message,
      ...(error.code === null ? {} : { code: error.code }),
      ...(error.param === null ? {} : { param: error.param }),
    },
  };
}
