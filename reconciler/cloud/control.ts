/**
 * The local cloud's own handle, for whoever plays the customers, the weather and the time: what a
 * real provider has no API for. The product never calls it.
 *
 * `GET /` the whole world · `POST /checkout {plan, region}` · `/cancel {subscription,
 * atPeriodEnd?}` · `/faults {api, kind, …}` · `/clock {advanceSeconds}` · `/webhook {url}` ·
 * `/person {login}`. Errors are `{error: {message}}`.
 */
import Fastify, { type FastifyInstance } from 'fastify';
import { isFailure } from '../core/failure.ts';
import { type Fault, faultKinds } from './faults.ts';

export type ControlledWorld = {
  dump(): Promise<unknown>;
  /** @throws Failure `InvalidInput` for a plan that is not sold. */
  checkout(asked: Checkout): Promise<{ customer: string; subscription: string }>;
  /** @throws Failure `NotFound` for a subscription that is not there. */
  cancel(asked: { subscription: string; atPeriodEnd: boolean }): Promise<unknown>;
  addFault(fault: Fault): void;
  advance(seconds: number): string;
  /** Where Stripe's events go from now on. */
  sendEventsTo(url: string): Promise<void>;
  /** The GitHub token of a person. */
  tokenOfPerson(login: string): string;
};

export type Checkout = {
  readonly plan: string;
  readonly region?: string;
  readonly email?: string;
};

export const faultedApis = [
  'hetzner',
  'tailscale',
  'stripe',
  'github',
  'git',
  's3',
  'mail',
  'hosts',
] as const;

export async function startControl(
  world: ControlledWorld,
  options: { readonly port: number },
): Promise<{ url: string; close(): Promise<void> }> {
  const app = Fastify({ forceCloseConnections: true });
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ error: { message: 'not found' } }),
  );
  app.setErrorHandler((error, _request, reply) => {
    const { status, message } = answerTo(error);
    if (status === 500) process.stderr.write(`control: ${String(error)}\n`);
    return reply.code(status).send({ error: { message } });
  });
  registerRoutes(app, world);
  const url = await app.listen({ host: '127.0.0.1', port: options.port });
  return { url, close: () => app.close() };
}

function registerRoutes(app: FastifyInstance, world: ControlledWorld): void {
  app.get('/', () => world.dump());
  app.post<{ Body: Checkout }>(
    '/checkout',
    { schema: { body: shape({ plan: text }, { region: text, email: text }) } },
    ({ body }) => world.checkout(body),
  );
  app.post<{ Body: { subscription: string; atPeriodEnd?: boolean } }>(
    '/cancel',
    { schema: { body: shape({ subscription: text }, { atPeriodEnd: { type: 'boolean' } }) } },
    ({ body }) =>
      world.cancel({ subscription: body.subscription, atPeriodEnd: body.atPeriodEnd ?? false }),
  );
  app.post<{ Body: Fault }>('/faults', { schema: { body: faultShape } }, async ({ body }) => {
    world.addFault(body);
    return body;
  });
  app.post<{ Body: { advanceSeconds: number } }>(
    '/clock',
    { schema: { body: shape({ advanceSeconds: { type: 'number', minimum: 0 } }) } },
    async ({ body }) => ({ now: world.advance(body.advanceSeconds) }),
  );
  app.post<{ Body: { url: string } }>(
    '/webhook',
    { schema: { body: shape({ url: { ...text, pattern: '^https?://' } }) } },
    async ({ body }) => {
      await world.sendEventsTo(body.url);
      return { url: body.url };
    },
  );
  app.post<{ Body: { login: string } }>(
    '/person',
    { schema: { body: shape({ login: text }) } },
    async ({ body }) => ({ login: body.login, token: world.tokenOfPerson(body.login) }),
  );
}

const text = { type: 'string', minLength: 1, maxLength: 500 };

/** Fastify would drop what a shape does not name: here a misspelt field is an error. */
function shape(required: Record<string, unknown>, optional: Record<string, unknown> = {}) {
  return {
    type: 'object',
    required: Object.keys(required),
    properties: { ...required, ...optional },
    propertyNames: { enum: [...Object.keys(required), ...Object.keys(optional)] },
  };
}

const faultShape = shape(
  { api: { enum: faultedApis }, kind: { enum: faultKinds } },
  {
    method: text,
    path: { ...text, pattern: '^/' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    ms: { type: 'integer', minimum: 0, maximum: 600_000 },
    times: { type: 'integer', minimum: 1, maximum: 1_000_000 },
  },
);

function answerTo(error: unknown): { status: number; message: string } {
  if (isFailure(error, 'InvalidInput')) return { status: 400, message: error.message };
  if (isFailure(error, 'NotFound')) return { status: 404, message: error.message };
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : 500;
  return typeof status === 'number' && status < 500 && error instanceof Error
    ? { status, message: error.message }
    : { status: 500, message: 'internal error' };
}
