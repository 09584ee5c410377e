/**
 * The HTTP face: Stripe's webhook, which commits; what customers see, which only reads; and whether
 * the service is well. It answers with JSON alone, and its errors tell nothing of what is inside.
 */
import type { Socket } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { createDueTicks } from '../dispatch/due-ticks.ts';
import { createCommands } from '../intake/commands.ts';
import { createIntake, type Intake } from '../intake/intake.ts';
import type { Log, Ports } from '../ports.ts';
import type { TickSchedule } from '../status/alarm-input.ts';
import { createStatusReader } from '../status/read.ts';
import { agentRoutePath, registerAgentRoute } from './agent-route.ts';
import { commandRoutePath, registerCommandRoute } from './command-route.ts';
import {
  refuseOtherMethods,
  registerErrors,
  routeOf,
  sendBadRequest,
  sendUnavailable,
} from './errors.ts';
import { metricsRoutePath, registerMetrics } from './metrics-route.ts';
import { createReadiness } from './readiness.ts';
import { shedAbove } from './shedding.ts';
import { registerWebhook } from './webhook-route.ts';

export type ServerPorts = Pick<Ports, 'billing' | 'state' | 'journal' | 'clock'> &
  Partial<Pick<Ports, 'files' | 'forge'>>;
export type ServerOptions = {
  readonly ports: ServerPorts;
  readonly config: {
    readonly links: { readonly tokenSecret: string };
    /** without it, nobody may send commands */
    readonly platform?: { readonly token: string };
    /** without it no tick is asked for, and there are no metrics; nor are there without a platform */
    readonly ticks?: TickSchedule;
  };
  readonly log: Log;
  /** how long what is under way when the service ends may take to finish */
  readonly shutdownMs?: number;
};

/** Far above any event of Stripe's. */
const bodyBytesMax = 1_048_576;
/** For a request to arrive whole; for a connection on which nothing is asked. */
const requestTimeoutMs = 15_000;
const keepAliveTimeoutMs = 10_000;
/** For a request to be answered: longer than intake tries to push. */
const connectionTimeoutMs = 120_000;
const shutdownMsUsual = 25_000;
/** Of everybody together; deliveries have a lower limit of their own. */
const requestsUnderWayMax = 1000;
const connectionsMax = 4000;

/**
 * `listen` starts it. `close` takes no new requests, lets those under way finish for a while, and
 * then ends their connections: Stripe delivers again what was not acknowledged.
 */
export function createServer(options: ServerOptions): FastifyInstance {
  const { ports, config, log, shutdownMs = shutdownMsUsual } = options;
  const app = Fastify({
    bodyLimit: bodyBytesMax,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    connectionTimeout: connectionTimeoutMs,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    frameworkErrors: (_error, _request, reply) => void sendBadRequest(reply),
  });
  const { clock, billing } = ports;
  app.server.maxConnections = connectionsMax;
  shedAbove(app, {
    what: 'requests',
    underWayMax: requestsUnderWayMax,
    clock,
    log,
    answer: sendUnavailable,
  });
  registerErrors(app, log);
  logRequests(app, log);
  endInTime(app, log, shutdownMs);
  app.addHook('onSend', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff');
  });

  const intake = createIntake({ ...ports, log });
  app.addHook('onListen', async () => void intake.prepare());
  registerWebhook(app, { intake, billing, clock, log });
  registerAgentRoute(app, {
    status: createStatusReader(ports),
    clock,
    tokenSecret: config.links.tokenSecret,
  });
  if (config.platform !== undefined) {
    const commands = createCommands({ ...ports, log });
    registerCommandRoute(app, { commands, clock, platformToken: config.platform.token });
    refuseOtherMethods(app, commandRoutePath, ['POST']);
    addMetrics(app, options, intake);
  }
  registerHealth(app, createReadiness(ports, log));
  watchForDueTicks(app, options);

  refuseOtherMethods(app, '/webhooks/stripe', ['POST']);
  for (const url of [agentRoutePath, '/healthz', '/readyz']) {
    refuseOtherMethods(app, url, ['GET', 'HEAD']);
  }
  return app;
}

function addMetrics(
  app: FastifyInstance,
  { ports, config, log }: ServerOptions,
  intake: Pick<Intake, 'figures'>,
): void {
  const { files, forge = null } = ports;
  if (files === undefined || config.ticks === undefined || config.platform === undefined) return;
  registerMetrics(app, {
    ports: { ...ports, files, forge, log },
    schedule: config.ticks,
    platformToken: config.platform.token,
    intake,
  });
  refuseOtherMethods(app, metricsRoutePath, ['GET', 'HEAD']);
}

/** For as long as it listens; without a Forge that can be asked the schedule alone brings ticks. */
function watchForDueTicks(app: FastifyInstance, { ports, config, log }: ServerOptions): void {
  const { files, forge } = ports;
  if (config.ticks === undefined) return;
  app.addHook('onListen', async () => {
    if (files === undefined || forge === undefined) {
      log.warn({}, 'no ticks are asked for from here: the Forge is not configured');
      return;
    }
    const due = createDueTicks({ ...ports, files, forge, log });
    void due.run();
    app.server.once('close', () => due.end());
  });
}

function registerHealth(app: FastifyInstance, readiness: ReturnType<typeof createReadiness>): void {
  app.get('/healthz', async (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ ok: true }),
  );
  app.get('/readyz', async (_request, reply) => {
    const answer = await readiness();
    reply.header('cache-control', 'no-store');
    return reply.code(answer.ready ? 200 : 503).send(answer);
  });
}

/** One line an answer: never the address, which may carry a token. */
function logRequests(app: FastifyInstance, log: Log): void {
  app.addHook('onResponse', async (request, reply) => {
    const { method } = request;
    const ms = Math.round(reply.elapsedTime);
    const route = routeOf(request);
    const probe = route === '/healthz' || route === '/readyz';
    log[probe ? 'debug' : 'info']({ method, route, status: reply.statusCode, ms }, 'answered');
  });
}

/**
 * Ends what Node's own `close` would wait for: connections on which nothing was ever asked at once,
 * and those with a request under way when its time is up.
 */
function endInTime(app: FastifyInstance, log: Log, shutdownMs: number): void {
  const silent = new Set<Socket>();
  let ending = false;
  app.server.on('connection', (socket) => {
    if (ending) socket.destroy();
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
  });
  app.server.on('request', ({ socket }) => silent.delete(socket));
  // Nothing more is asked on a connection whose last answer says so: nobody waits for it to idle.
  app.addHook('onSend', async (_request, reply) => {
    if (ending) reply.header('connection', 'close');
  });
  app.addHook('preClose', async () => {
    ending = true;
    for (const socket of silent) socket.destroy();
    const timer = setTimeout(() => {
      log.warn({ shutdownMs }, 'requests under way are cut off');
      app.server.closeAllConnections();
    }, shutdownMs);
    timer.unref();
    app.server.once('close', () => clearTimeout(timer));
  });
}
