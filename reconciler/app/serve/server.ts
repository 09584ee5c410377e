/**
 * The HTTP service: Stripe's webhook and the platform's commands, which commit; the status for
 * customers, which only reads; metrics; and health. Its JSON errors contain no internal details.
 */
import Fastify, { type FastifyInstance } from 'fastify';
import { createCommands } from '../../flows/commands/commands.ts';
import { createIntake, type Intake } from '../../flows/intake/intake.ts';
import { createRereads } from '../../flows/intake/rereads.ts';
import { createDueRuns } from '../../flows/reconcile/due-runs.ts';
import { followRewritten } from '../../flows/shared/rewritten-branch.ts';
import { createStatusReader } from '../../flows/status/read.ts';
import type { Log } from '../../ports/log.ts';
import type { Ports } from '../../ports/ports.ts';
import { agentRoutePath, registerAgentRoute } from './agent-route.ts';
import { limitBodies } from './bodies.ts';
import { commandRoutePath, registerCommandRoute } from './command-route.ts';
import { type Connections, limitConnections } from './connections.ts';
import {
  answerClientError,
  hasLeft,
  refuseOtherMethods,
  registerErrors,
  routeOf,
  sendBadRequest,
  sendUnavailable,
} from './errors.ts';
import { fastifyLimits, limitsUsual, type ServerLimits } from './limits.ts';
import { metricsRoutePath, registerMetrics } from './metrics-route.ts';
import { createReadiness } from './readiness.ts';
import { shedAbove } from './shedding.ts';
import { createSparingLog } from './sparing-log.ts';
import { registerWebhook } from './webhook-route.ts';

type ServerPorts = Pick<Ports, 'billing' | 'state' | 'journal' | 'clock'> &
  Partial<Pick<Ports, 'files' | 'forge'>>;
type ServerOptions = {
  readonly ports: ServerPorts;
  readonly config: {
    readonly links: { readonly tokenSecret: string };
    /** without it, no commands are accepted */
    readonly platform?: { readonly token: string };
    /** without it no runs are requested, no subscriptions reread, and there are no metrics */
    readonly reconcile?: { readonly workflow: string };
  };
  readonly log: Log;
  /** overrides of the usual ones */
  readonly limits?: Partial<ServerLimits>;
};

const healthPaths: readonly string[] = ['/healthz', '/readyz'];

/**
 * `listen` starts it. `close` accepts no new requests, lets current ones finish for a while, and
 * then ends their connections: Stripe delivers again what was not acknowledged.
 */
export function createServer(options: ServerOptions): FastifyInstance {
  return createService(options).app;
}

/** The same, with its intake for monitoring. */
export function createService(given: ServerOptions): {
  readonly app: FastifyInstance;
  readonly intake: Intake;
} {
  const state = followRewritten({ ...given.ports, log: given.log });
  const options = { ...given, ports: { ...given.ports, state } };
  const { ports, config, log } = options;
  const limits = { ...limitsUsual, ...options.limits };
  const app = createApp(limits, ports.clock, log);
  const { clock, billing } = ports;

  const intake = createIntake({ ...ports, log });
  app.addHook('onListen', async () => void intake.prepare());
  registerWebhook(app, { intake, billing, clock, log, underWayMax: limits.deliveriesMax });
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
  registerHealth(app, createReadiness({ ...ports, log, intake }));
  watchForDueRuns(app, options);
  rereadWhenDue(app, options, intake);

  refuseOtherMethods(app, '/webhooks/stripe', ['POST']);
  for (const url of [agentRoutePath, ...healthPaths]) {
    refuseOtherMethods(app, url, ['GET', 'HEAD']);
  }
  return { app, intake };
}

/** What applies to every route, and to addresses without one. */
function createApp(limits: ServerLimits, clock: ServerPorts['clock'], log: Log): FastifyInstance {
  const app = Fastify({
    ...fastifyLimits(limits),
    forceCloseConnections: 'idle',
    // Requests that were received before the end are answered as usual.
    return503OnClosing: false,
    clientErrorHandler: answerClientError,
    frameworkErrors: (_error, _request, reply) => void sendBadRequest(reply),
  });
  registerErrors(app, { clock, log });
  const connections = limitConnections(app, { limits, log });
  const brokenOff = 'requests are aborted: too many bytes of incomplete bodies';
  const say = createSparingLog({ clock, log }, brokenOff);
  limitBodies(app, { bytesMax: limits.unfinishedBytesMax, say });
  shedAbove(app, {
    what: 'requests',
    underWayMax: limits.requestsMax,
    clock,
    log,
    answer: sendUnavailable,
    spares: (request) => healthPaths.includes(routeOf(request)),
  });
  logRequests(app, log);
  endInTime(app, connections, { log, shutdownMs: limits.shutdownMs });
  app.addHook('onSend', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff');
  });
  return app;
}

function addMetrics(
  app: FastifyInstance,
  { ports, config, log }: ServerOptions,
  intake: Intake,
): void {
  const { files, forge = null } = ports;
  if (files === undefined || config.reconcile === undefined || config.platform === undefined)
    return;
  registerMetrics(app, {
    ports: { ...ports, files, forge, log },
    workflow: config.reconcile.workflow,
    platformToken: config.platform.token,
    intake,
  });
  refuseOtherMethods(app, metricsRoutePath, ['GET', 'HEAD']);
}

/** While it listens; without a Forge only the schedule starts runs. */
function watchForDueRuns(app: FastifyInstance, { ports, config, log }: ServerOptions): void {
  const { files, forge } = ports;
  if (config.reconcile === undefined) return;
  app.addHook('onListen', async () => {
    if (files === undefined || forge === undefined) {
      log.warn({}, 'this service requests no runs: the Forge is not configured');
      return;
    }
    const due = createDueRuns({ ...ports, files, forge, log });
    void due.run();
    app.server.once('close', () => due.end());
  });
}

/** While it listens, also without a Forge. */
function rereadWhenDue(
  app: FastifyInstance,
  { ports, config, log }: ServerOptions,
  intake: Intake,
): void {
  const { files } = ports;
  if (files === undefined || config.reconcile === undefined) return;
  const rereads = createRereads({ ...ports, files, log }, intake);
  app.addHook('onListen', async () => void rereads.run());
  app.server.once('close', () => rereads.end());
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

/** One line for each answer, without the address, which may contain a token. */
function logRequests(app: FastifyInstance, log: Log): void {
  app.addHook('onResponse', async (request, reply) => {
    const { method } = request;
    const ms = Math.round(reply.elapsedTime);
    const route = routeOf(request);
    if (hasLeft(request)) return;
    const probe = healthPaths.includes(route);
    log[probe ? 'debug' : 'info']({ method, route, status: reply.statusCode, ms }, 'answered');
  });
}

/** Turns of the event loop, in which received bytes become requests. */
const drainTurns = 10;

/**
 * Answers what was received, also on connections that were just accepted. Then ends what Node's own
 * `close` would wait for: connections without a request at once, others after `shutdownMs`.
 */
function endInTime(
  app: FastifyInstance,
  connections: Connections,
  { log, shutdownMs }: { readonly log: Log; readonly shutdownMs: number },
): void {
  let ending = false;
  // A client sends nothing more after `connection: close`, so the connection need not idle.
  app.addHook('onSend', async (_request, reply) => {
    if (ending) reply.header('connection', 'close');
  });
  app.addHook('preClose', async () => {
    ending = true;
    for (let turn = 0; turn < drainTurns && app.server.listening; turn += 1) await nextTurn();
    connections.endSilent();
    const timer = setTimeout(() => {
      log.warn({ shutdownMs }, 'current requests are aborted');
      app.server.closeAllConnections();
    }, shutdownMs);
    timer.unref();
    app.server.once('close', () => clearTimeout(timer));
  });
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
