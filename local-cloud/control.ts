/**
 * The control server of the local cloud. Tests use it to act as customers, to inject faults and to
 * advance time, for which a real provider has no API. The product never calls it.
 *
 * | | |
 * |---|---|
 * | `GET /` | the whole world |
 * | `POST /checkout` | `{plan, region?, email?, quantity?, trialDays?}` |
 * | `/cancel` | `{subscription, atPeriodEnd?}` |
 * | `/dispute` | `{subscription, reason?}`: disputes its last payment |
 * | `/close-dispute` | `{dispute, status: won or lost}` |
 * | `/fraud-warning` | `{subscription, fraudType?}`: the issuer of the card reports its last payment |
 * | `/fail-payment` | `{subscription}`: its renewal is due now, and the card is declined |
 * | `/host` | `{server, fail: boot or configure or join, times?}` |
 * | `/lock` | `{server, locked?}`: Hetzner locks a server, or lifts that with `false` |
 * | `/sell-out` | `{serverType, location, soldOut?}` |
 * | `/faults` | `{api, kind, method?, path?, status?, message?, ms?, handledFirst?, times?, seconds?, afterSeconds?}` |
 * | `DELETE /faults` | all faults are withdrawn; `DELETE /faults/ID`, one |
 * | `/clock` | `{advanceSeconds}` |
 * | `/webhook` | `{url}`: the endpoint for Stripe's events |
 * | `/person` | `{login}`: a person's GitHub token |
 *
 * Errors are `{error: {message}}`.
 */
import Fastify, { type FastifyInstance } from 'fastify';
import { isFailure } from '../reconciler/core/failure.ts';
import type {
  Checkout,
  ClosedDispute,
  ControlledWorld,
  HostFailure,
  LockedServer,
  SoldOut,
} from './controlled.ts';
import { type Fault, faultKinds } from './faults.ts';
import { hostSteps } from './hosts.ts';
import {
  type DisputeReason,
  disputeReasons,
  type FraudType,
  fraudTypes,
} from './stripe/refunds.ts';

const faultedApis = [
  'hetzner',
  'tailscale',
  'stripe',
  'github',
  'git',
  's3',
  'mail',
  'hosts',
  'oidc',
  'sts',
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
  registerCustomers(app, world);
  registerBanks(app, world);
  registerMachines(app, world);
  registerWeather(app, world);
}

/** Actions of customers. */
function registerCustomers(app: FastifyInstance, world: ControlledWorld): void {
  app.post<{ Body: Checkout }>('/checkout', { schema: { body: checkoutShape } }, ({ body }) =>
    world.checkout(body),
  );
  app.post<{ Body: { subscription: string; atPeriodEnd?: boolean } }>(
    '/cancel',
    { schema: { body: shape({ subscription: text }, { atPeriodEnd: yesOrNo }) } },
    ({ body }) =>
      world.cancel({ subscription: body.subscription, atPeriodEnd: body.atPeriodEnd ?? false }),
  );
  app.post<{ Body: { subscription: string } }>(
    '/fail-payment',
    { schema: { body: shape({ subscription: text }) } },
    async ({ body }) => world.failPayment(body),
  );
}

/** Actions of banks. */
function registerBanks(app: FastifyInstance, world: ControlledWorld): void {
  app.post<{ Body: { subscription: string; reason?: DisputeReason } }>(
    '/dispute',
    { schema: { body: shape({ subscription: text }, { reason: { enum: disputeReasons } }) } },
    async ({ body: { subscription, reason = 'fraudulent' } }) =>
      world.dispute({ subscription, reason }),
  );
  app.post<{ Body: ClosedDispute }>(
    '/close-dispute',
    { schema: { body: shape({ dispute: text, status: { enum: ['won', 'lost'] } }) } },
    async ({ body }) => world.closeDispute(body),
  );
  app.post<{ Body: { subscription: string; fraudType?: FraudType } }>(
    '/fraud-warning',
    { schema: { body: shape({ subscription: text }, { fraudType: { enum: fraudTypes } }) } },
    async ({ body: { subscription, fraudType = 'misc' } }) =>
      world.fraudWarning({ subscription, fraudType }),
  );
}

/** Failures that no request causes. */
function registerMachines(app: FastifyInstance, world: ControlledWorld): void {
  app.post<{ Body: Omit<HostFailure, 'times'> & { times?: number } }>(
    '/host',
    { schema: { body: shape({ server: text, fail: { enum: hostSteps } }, { times }) } },
    async ({ body: { times = 1, ...asked } }) => ({
      ...world.failHost({ ...asked, times }),
      fail: asked.fail,
      times,
    }),
  );
  app.post<{ Body: Omit<LockedServer, 'locked'> & Partial<LockedServer> }>(
    '/lock',
    { schema: { body: shape({ server: text }, { locked: yesOrNo }) } },
    async ({ body: { locked = true, ...asked } }) => ({
      ...world.lock({ ...asked, locked }),
      locked,
    }),
  );
  app.post<{ Body: Omit<SoldOut, 'soldOut'> & { soldOut?: boolean } }>(
    '/sell-out',
    {
      schema: { body: shape({ serverType: text, location: text }, { soldOut: yesOrNo }) },
    },
    async ({ body: { soldOut = true, ...asked } }) => {
      world.sellOut({ ...asked, soldOut });
      return { ...asked, soldOut };
    },
  );
}

/** Faults, time, the webhook and people. */
function registerWeather(app: FastifyInstance, world: ControlledWorld): void {
  app.post<{ Body: Fault }>('/faults', { schema: { body: faultShape } }, async ({ body }) => {
    return { id: world.addFault(body), ...body };
  });
  app.delete('/faults', async () => ({ withdrawn: world.withdrawFaults(null) }));
  app.delete<{ Params: { id: number } }>(
    '/faults/:id',
    { schema: { params: shape({ id: { type: 'integer', minimum: 1 } }) } },
    async ({ params }) => ({ withdrawn: world.withdrawFaults(params.id) }),
  );
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
const yesOrNo = { type: 'boolean' };
const times = { type: 'integer', minimum: 1, maximum: 1_000_000 };

/** Fastify drops unknown fields by default; here a misspelt field is an error. */
function shape(required: Record<string, unknown>, optional: Record<string, unknown> = {}) {
  return {
    type: 'object',
    required: Object.keys(required),
    properties: { ...required, ...optional },
    propertyNames: { enum: [...Object.keys(required), ...Object.keys(optional)] },
  };
}

/** A trial is at most two years long, as at Stripe. */
const checkoutShape = shape(
  { plan: text },
  {
    region: text,
    email: text,
    quantity: { type: 'integer', minimum: 1, maximum: 1000 },
    trialDays: { type: 'integer', minimum: 1, maximum: 730 },
  },
);

const faultShape = shape(
  { api: { enum: faultedApis }, kind: { enum: faultKinds } },
  {
    handledFirst: yesOrNo,
    method: text,
    path: { ...text, pattern: '^/' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    message: text,
    ms: { type: 'integer', minimum: 0, maximum: 600_000 },
    times,
    seconds: { type: 'number', exclusiveMinimum: 0, maximum: 10_000_000 },
    afterSeconds: { type: 'number', minimum: 0, maximum: 10_000_000 },
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
