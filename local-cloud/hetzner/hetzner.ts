/**
 * Hetzner's Cloud API over one project of the world: https://docs.hetzner.cloud/reference/cloud
 *
 * Networks, ISOs, certificates, and what load balancers do are not implemented and answer 404.
 */
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CloudPart } from '../api-server.ts';
import type { WorldClock } from '../clock.ts';
import { acceptJson } from '../json-bodies.ts';
import type { Randomness } from '../randomness.ts';
import { registerActions } from './action-routes.ts';
import { registerAddressActions } from './address-actions.ts';
import { registerAddresses } from './addresses.ts';
import { registerCatalogue } from './catalogue-routes.ts';
import { dumpOf } from './dump.ts';
import { errorBody, HetznerError } from './errors.ts';
import { registerFirewalls } from './firewalls.ts';
import { registerFloatingIps } from './floating-ips.ts';
import { registerImages } from './images.ts';
import { writeJson } from './json.ts';
import { registerLoadBalancers } from './load-balancers.ts';
import { registerPlacementGroups } from './placement-groups.ts';
import { createProject, type Project } from './project.ts';
import type { Server } from './records.ts';
import { registerServerActions } from './server-actions.ts';
import { registerServers } from './servers.ts';
import { registerSshKeys } from './ssh-keys.ts';
import { registerVolumes } from './volumes.ts';

export type HetznerPart = CloudPart & {
  readonly token: string;
  readonly project: Project;
  servers(): readonly Server[];
  /** ends the sale of this type there, or resumes it with `false` */
  sellOut(serverType: string, location: string, soldOut?: boolean): void;
  /** locks it, whatever its actions do, or lifts that with `false` */
  lock(server: number, locked?: boolean): void;
  /** makes its system ignore a shutdown, or obey it again with `false` */
  deafen(server: number, deaf?: boolean): void;
};

export type HetznerOptions = {
  readonly clock: WorldClock;
  readonly randomness: Randomness;
  readonly token: string;
  /** a read-only token */
  readonly readOnlyToken?: string;
  /** the project's bucket of requests per hour, which refills every second */
  readonly requestsPerHour?: number;
  /** from which servers get their IPv4 addresses */
  readonly ipv4Range?: string;
};

export function createHetzner(options: HetznerOptions): HetznerPart {
  const project = createProject(options);
  const bucket = createBucket(options.clock, options.requestsPerHour ?? 3600);
  let requests = 0;
  return {
    api: 'hetzner',
    token: options.token,
    project,
    servers: () => [...project.servers.values()],
    sellOut(serverType, location, soldOut = true) {
      const key = `${serverType}/${location}`;
      if (soldOut) project.soldOut.add(key);
      else project.soldOut.delete(key);
    },
    lock(id, locked = true) {
      const server = project.servers.get(id);
      if (server !== undefined) server.lockedByStaff = locked;
    },
    deafen(id, deaf = true) {
      const server = project.servers.get(id);
      if (server !== undefined) server.deaf = deaf;
    },
    errorBody,
    emptyListing: (url) => emptyListing(url),
    dump: () => dumpOf(project),
    async register(app: FastifyInstance) {
      acceptJson(app, (message) => new HetznerError('json_error', message));
      app.addHook('onRequest', async (_request, reply) => {
        requests += 1;
        reply.header(
          'x-correlation-id',
          createHash('sha256').update(`${options.token} ${requests}`).digest('hex').slice(0, 16),
        );
        bucket.take(reply);
      });
      await app.register(
        async (scope) => {
          scope.setErrorHandler((error, _request, reply) => answerError(error, reply));
          scope.setReplySerializer((body) => writeJson(body));
          scope.addHook('preHandler', async (request) => authorise(request, options));
          registerServers(scope, project);
          registerServerActions(scope, project);
          registerAddresses(scope, project);
          registerAddressActions(scope, project);
          registerFirewalls(scope, project);
          registerSshKeys(scope, project);
          registerImages(scope, project);
          registerPlacementGroups(scope, project);
          registerVolumes(scope, project);
          registerFloatingIps(scope, project);
          registerLoadBalancers(scope, project);
          registerCatalogue(scope, project);
          registerActions(scope, project);
        },
        { prefix: '/v1' },
      );
    },
  };
}

function authorise(request: FastifyRequest, options: HetznerOptions): void {
  const header = request.headers.authorization;
  if (header === undefined) throw new HetznerError('unauthorized', 'token is required');
  if (header === `Bearer ${options.token}`) return;
  const { readOnlyToken } = options;
  if (readOnlyToken === undefined || header !== `Bearer ${readOnlyToken}`)
    throw new HetznerError('unauthorized', 'the token you have provided is invalid');
  if (request.method !== 'GET' && request.method !== 'HEAD')
    throw new HetznerError('token_readonly', 'the token is only allowed to perform GET requests');
}

function answerError(error: unknown, reply: FastifyReply): unknown {
  if (error instanceof HetznerError) {
    const { statusCode, code, message, details } = error;
    return reply.code(statusCode).send(errorBody({ status: statusCode, code, message, details }));
  }
  const said = error instanceof Error && 'statusCode' in error ? error.statusCode : 500;
  const status = typeof said === 'number' && said >= 400 && said < 500 ? said : 500;
  if (status === 500)
    process.stderr.write(`hetzner: ${error instanceof Error ? error.stack : String(error)}\n`);
  const message =
    status === 500 || !(error instanceof Error) ? 'internal server error' : error.message;
  return reply.code(status).send(errorBody({ status, message }));
}

/** One bucket per project: every request takes a token, unauthenticated ones too. */
function createBucket(clock: WorldClock, size: number) {
  let tokens = size;
  let seenMs = clock.now();
  const perMs = size / 3_600_000;
  return {
    take(reply: FastifyReply): void {
      const now = clock.now();
      tokens = Math.min(size, tokens + (now - seenMs) * perMs);
      seenMs = now;
      const allowed = tokens >= 1;
      if (allowed) tokens -= 1;
      const fullAtMs = now + (size - tokens) / perMs;
      reply.header('ratelimit-limit', String(size));
      reply.header('ratelimit-remaining', String(Math.floor(tokens)));
      reply.header('ratelimit-reset', String(Math.ceil(fullAtMs / 1000)));
      if (!allowed) throw new RateLimited();
    },
  };
}

/** Thrown before there is a route; the frame answers it by its status. */
class RateLimited extends Error {
  readonly statusCode = 429;
  constructor() {
    super('limit of requests per hour reached');
  }
}

function emptyListing(url: string): unknown {
  const key =
    /^\/v1\/(servers|primary_ips|firewalls|ssh_keys|images|placement_groups|volumes|floating_ips|load_balancers|actions)(\?|$)/.exec(
      url,
    )?.[1];
  if (key === undefined) return undefined;
  return {
    [key]: [],
    meta: {
      pagination: {
        page: 1,
        per_page: 50,
        previous_page: null,
        next_page: null,
        last_page: 1,
        total_entries: 0,
      },
    },
  };
}
