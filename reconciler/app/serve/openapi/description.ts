/** The description of the service's addresses (OpenAPI 3.1), for clients and for tests. */
import type { FastifyInstance } from 'fastify';
import { schemas } from './schemas.ts';

export const descriptionPath = '/openapi.json';

type Schema = Readonly<Record<string, unknown>>;

const json = (name: string) => ({
  'application/json': { schema: { $ref: `#/components/schemas/${name}` } },
});
const page = { 'text/html': { schema: { type: 'string' } } };
const answer = (description: string, content?: Schema) =>
  content === undefined ? { description } : { description, content };
const failed = (description: string) => answer(description, json('Error'));

const agentId = {
  name: 'id',
  in: 'path',
  required: true,
  schema: { type: 'string', pattern: '^agt-[0-9abcdefghjkmnpqrstvwxyz]{12}$' },
} as const;
const tag = { name: 'If-None-Match', in: 'header', schema: { type: 'string' } } as const;

/** What any address may answer. */
const always = {
  400: failed('The request cannot be understood.'),
  503: failed('It cannot be answered at the moment: `Retry-After` says when to try again.'),
};
const read = {
  304: answer('Nothing has changed since the content of that tag.'),
  429: failed('Too many requests with this token, or from this address.'),
  ...always,
};
const sameForAll = failed('The token does not open this agent, or there is none.');
const platformOnly = {
  401: failed('The token of the platform is missing or wrong.'),
  403: failed('The token has another scope.'),
};
const signed = {
  401: failed('The signature is missing or wrong.'),
  413: failed('The body is too large.'),
  ...always,
};
const anyBody = { content: { 'application/json': { schema: { type: 'object' } } } };

const paths = {
  '/v1/agents/{id}': {
    get: {
      operationId: 'agent',
      summary: 'The state of one agent',
      security: [{ link: [] }, { platform: [] }],
      parameters: [agentId, tag],
      responses: { 200: answer('The agent', json('Agent')), 404: sameForAll, ...read },
    },
  },
  '/a/{id}': {
    get: {
      operationId: 'agentPage',
      summary: 'The page of one agent',
      security: [{ cookie: [] }, { linkInAddress: [] }],
      parameters: [agentId, tag],
      responses: {
        200: answer('The page', page),
        303: answer('The token has become a cookie.'),
        304: read[304],
        ...pages(404, 429, 400, 503),
      },
    },
  },
  '/v1/agents/{id}/commands': {
    post: {
      operationId: 'command',
      summary: 'Asks for a change of one agent: its only effect is a commit',
      security: [{ platform: [] }],
      parameters: [
        agentId,
        {
          name: 'Idempotency-Key',
          in: 'header',
          schema: { type: 'string', pattern: '^[A-Za-z0-9._:-]{1,100}$' },
        },
      ],
      requestBody: { required: true, content: json('Command') },
      responses: {
        200: answer('Nothing has to change.', json('CommandDone')),
        202: answer('Committed', json('CommandDone')),
        ...platformOnly,
        404: failed('There is no such agent.'),
        409: failed('The command cannot be carried out now, or needs a confirmation.'),
        413: failed('The body is too large.'),
        415: failed('The body is not JSON.'),
        422: failed('The key belongs to another command.'),
        429: failed('Too many commands for this agent.'),
        ...always,
      },
    },
  },
  '/v1/agents/{id}/heartbeat': {
    post: {
      operationId: 'heartbeat',
      summary: 'A host reports on its agent, once a minute',
      security: [{ hostSignature: [] }],
      parameters: [agentId],
      requestBody: anyBody,
      responses: {
        204: answer('Taken'),
        404: failed('This service takes no heartbeats.'),
        429: failed('More often than once a minute.'),
        ...signed,
      },
    },
  },
  '/v1/fleet': {
    get: {
      operationId: 'fleet',
      summary: 'Incidents, and how long creates take by region',
      security: [],
      parameters: [tag],
      responses: { 200: answer('The fleet', json('Fleet')), ...read },
    },
  },
  '/v1/catalog': {
    get: {
      operationId: 'catalog',
      summary: 'What is sold, and whether it can be had now',
      security: [],
      parameters: [tag],
      responses: { 200: answer('The catalog', json('Catalog')), ...read },
    },
  },
  '/': {
    get: {
      operationId: 'fleetPage',
      summary: 'The page of the fleet',
      security: [],
      parameters: [tag],
      responses: { 200: answer('The page', page), 304: read[304], ...pages(429, 400, 503) },
    },
  },
  '/webhooks/stripe': {
    post: {
      operationId: 'stripeEvent',
      summary: "Stripe's events",
      security: [{ stripeSignature: [] }],
      requestBody: anyBody,
      responses: {
        200: answer('Handled', { 'application/json': { schema: { type: 'object' } } }),
        ...signed,
      },
    },
  },
  '/hooks/git': {
    post: {
      operationId: 'gitPush',
      summary: "GitHub's reports of pushes",
      security: [{ githubSignature: [] }],
      requestBody: anyBody,
      responses: {
        202: answer('Received', { 'application/json': { schema: { type: 'object' } } }),
        ...signed,
      },
    },
  },
  '/metrics': {
    get: {
      operationId: 'metrics',
      summary: "Metrics in Prometheus' text format",
      security: [{ platform: [] }],
      responses: {
        200: answer('The metrics', { 'text/plain': { schema: { type: 'string' } } }),
        ...platformOnly,
        ...always,
      },
    },
  },
  '/healthz': {
    get: {
      operationId: 'health',
      summary: 'Whether the process answers',
      security: [],
      responses: { 200: answer('It does', json('Ok')), 400: always[400] },
    },
  },
  '/readyz': {
    get: {
      operationId: 'readiness',
      summary: 'Whether events can be handled',
      security: [],
      responses: {
        200: answer('They can', json('Readiness')),
        503: answer('They cannot', json('Readiness')),
        400: always[400],
      },
    },
  },
};

function pages(...statuses: readonly number[]) {
  return Object.fromEntries(
    statuses.map((status) => [status, answer('A page that says so', page)]),
  );
}

const description = {
  openapi: '3.1.0',
  info: {
    title: 'Aura',
    version: '1',
    description: 'What customers, visitors, the platform and providers ask of `aura serve`.',
  },
  paths,
  components: {
    schemas,
    securitySchemes: {
      link: { type: 'http', scheme: 'bearer', description: 'the token of a link' },
      linkInAddress: { type: 'apiKey', in: 'query', name: 'token' },
      cookie: { type: 'apiKey', in: 'cookie', name: 'aura-link' },
      platform: { type: 'http', scheme: 'bearer', description: 'a token of the platform' },
      stripeSignature: { type: 'apiKey', in: 'header', name: 'Stripe-Signature' },
      hostSignature: { type: 'apiKey', in: 'header', name: 'Aura-Signature' },
      githubSignature: { type: 'apiKey', in: 'header', name: 'X-Hub-Signature-256' },
    },
  },
};

export function registerDescription(app: FastifyInstance): void {
  app.get(descriptionPath, async (_request, reply) =>
    reply.header('cache-control', 'public, max-age=300').send(description),
  );
}
