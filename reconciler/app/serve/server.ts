/**
 * The HTTP service: webhooks and commands, which commit; what customers, everyone and operators see,
 * which only reads; heartbeats; and health. Its JSON errors contain no internal details.
 */
import Fastify, { type FastifyInstance } from 'fastify';
import type { Alarm } from '../../core/alarms/alarm.ts';
import { createCommands } from '../../flows/commands/commands.ts';
import { createIntake, type Intake } from '../../flows/intake/intake.ts';
import { createRereads } from '../../flows/intake/rereads.ts';
import { createDueLook } from '../../flows/reconcile/watch/due-look.ts';
import { createPlanLook } from '../../flows/reconcile/watch/plan-look.ts';
import { createRunWatch } from '../../flows/reconcile/watch/run-watch.ts';
import { createResyncWatch } from '../../flows/resync/resync-watch.ts';
import { followRewritten } from '../../flows/shared/rewritten-branch.ts';
import type { Watch } from '../../flows/shared/watch.ts';
import { withOwnPushes } from '../../flows/status/own-pushes.ts';
import { createPublicReader } from '../../flows/status/public.ts';
import { createStatusReader } from '../../flows/status/read.ts';
import { createReadModel } from '../../flows/status/read-model.ts';
import type { Log } from '../../ports/log.ts';
import { agentRoutePath, registerAgentRoute } from './agent-route.ts';
import { limitBodies } from './bodies.ts';
import { commandRoutePath, registerCommandRoute } from './command-route.ts';
import { limitConnections } from './connections.ts';
import { onEachRoute } from './each-route.ts';
import { endInTime } from './ending.ts';
import {
  answerClientError,
  hasLeft,
  knowMethods,
  refuseOtherMethods,
  registerErrors,
  sendBadRequest,
  sendUnavailable,
} from './errors.ts';
import { heartbeatRoutePath, registerHeartbeat } from './heartbeat-route.ts';
import { hookRoutePath, type PushedBranch, registerHook } from './hook-route.ts';
import { fastifyLimits, limitsUsual, type ServerLimits } from './limits.ts';
import { createLinkAccess } from './link-access.ts';
import { metricsRoutePath, registerMetrics } from './metrics-route.ts';
import { descriptionPath, registerDescription } from './openapi/description.ts';
import { createOwnAlarms } from './own-alarms.ts';
import { pageRoutePath, registerPageRoute } from './page-route.ts';
import { createPlatform } from './platform.ts';
import { fleetPagePath, publicPaths, registerPublicRoutes } from './public-routes.ts';
import { createReadiness } from './readiness.ts';
import {
  heartbeatsOf,
  type ServiceOptions,
  type ServicePorts,
  webhooksOf,
} from './service-options.ts';
import { shedAbove } from './shedding.ts';
import { createSparingLog } from './sparing-log.ts';
import { createTrust } from './trusted-proxies.ts';
import { registerWebhook } from './webhook-route.ts';

const healthPaths: readonly string[] = ['/healthz', '/readyz'];

type Service = {
  /**
   * `listen` starts it. `close` accepts no new requests, lets current ones finish for a while, and
   * then ends their connections: Stripe delivers again what was not acknowledged.
   */
  readonly app: FastifyInstance;
  /** for monitoring */
  readonly intake: Intake;
  /** the alarms of this process about itself */
  readonly alarms: () => Promise<readonly Alarm[]>;
  /** to be run while it listens */
  readonly watches: Watches;
};
type Watches = Readonly<
  Record<'runs' | 'rereads' | 'resync' | 'model', Watch> &
    Partial<Record<'heartbeats' | 'webhooks', Watch>>
>;

export function createService(options: ServiceOptions): Service {
  const { ports: given, planning, config, log, ...more } = options;
  const followed = followRewritten({ ...given, log });
  const model = createReadModel({ ...given, state: followed, log });
  const ports = { ...given, state: withOwnPushes(followed, model), log };
  const { clock, billing } = ports;
  const { workflow } = config.reconcile;
  const limits = { ...limitsUsual, ...more.limits };
  const { siteOrigins, trustedProxies } = config.http;
  const app = createApp({ limits, clock, log, trustedProxies });
  const platform = createPlatform(config.platform.tokens);

  const intake = createIntake(ports);
  app.addHook('onListen', async () => void intake.prepare());
  const look = planning === null ? createDueLook(ports) : createPlanLook({ ...ports, ...planning });
  const runs = createRunWatch(ports, workflow, look);
  const cloud = planning?.cloud ?? null;
  const heartbeats = heartbeatsOf(options, model);
  const webhooks = webhooksOf(options, ports, model);
  const parts = { intake, heartbeats, model };
  const alarms = createOwnAlarms(app, { ...parts, webhooks, cloud, clock });
  registerMetrics(app, { ...parts, ports, workflow, platform, own: alarms, runs, config });
  registerWebhook(app, { intake, billing, clock, log, underWayMax: limits.deliveriesMax });
  if (heartbeats !== null) registerHeartbeat(app, heartbeats);
  const status = createStatusReader(ports, model, heartbeats);
  const { tokenSecrets } = config.links;
  const access = createLinkAccess({ status, clock, tokenSecrets, limits });
  registerAgentRoute(app, { access, status, platform, siteOrigins });
  registerPageRoute(app, { access });
  const visible = createPublicReader(ports, model, planning?.cloud ?? null);
  registerDescription(app);
  registerPublicRoutes(app, { visible, clock, limits, siteOrigins });
  registerCommandRoute(app, { commands: createCommands(ports), clock, platform });
  const pushed = (branch: PushedBranch) => {
    model.moved();
    // A run records what it does; only requests are a reason for the next one.
    if (branch !== 'status') runs.pushed();
  };
  registerHook(app, { secrets: config.hooks.secrets, pushed, clock, log });
  registerHealth(app, createReadiness({ ...ports, intake }));

  for (const url of ['/webhooks/stripe', hookRoutePath, commandRoutePath])
    refuseOtherMethods(app, url, ['POST']);
  const pages = [descriptionPath, fleetPagePath, pageRoutePath];
  for (const url of [...pages, metricsRoutePath, ...healthPaths])
    refuseOtherMethods(app, url, ['GET', 'HEAD']);
  for (const url of [agentRoutePath, ...publicPaths])
    refuseOtherMethods(app, url, ['GET', 'HEAD', 'OPTIONS']);
  if (heartbeats !== null) refuseOtherMethods(app, heartbeatRoutePath, ['POST']);
  if (heartbeats !== null) app.addHook('onClose', heartbeats.finish);
  const watches = {
    runs,
    rereads: createRereads(ports, intake),
    resync: createResyncWatch(ports),
    model: model.watch,
    ...(heartbeats === null ? {} : { heartbeats: heartbeats.watch }),
    ...(webhooks === null ? {} : { webhooks }),
  };
  return { app, intake, alarms, watches };
}

/** What applies to every route, and to addresses without one. */
function createApp(options: {
  readonly limits: ServerLimits;
  readonly clock: ServicePorts['clock'];
  readonly log: Log;
  readonly trustedProxies: readonly string[];
}): FastifyInstance {
  const { limits, clock, log, trustedProxies } = options;
  const app = Fastify({
    ...fastifyLimits(limits),
    trustProxy: trustedProxies.length > 0 && createTrust(trustedProxies),
    forceCloseConnections: 'idle',
    // Requests that were received before the end are answered as usual.
    return503OnClosing: false,
    clientErrorHandler: answerClientError,
    frameworkErrors: (_error, _request, reply) => void sendBadRequest(reply),
  });
  knowMethods(app);
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
    spared: healthPaths,
  });
  logRequests(app, log);
  endInTime(app, connections, { log, shutdownMs: limits.shutdownMs });
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('x-content-type-options', 'nosniff');
    done();
  });
  return app;
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

/**
 * One line for each answer, without the address, which may contain a token. Reads that succeed are
 * many and change nothing: `/metrics` counts them.
 */
function logRequests(app: FastifyInstance, log: Log): void {
  onEachRoute(app, (route) => {
    const isQuiet = healthPaths.includes(route) || route === heartbeatRoutePath;
    return {
      onResponse(request, reply, done) {
        done();
        if (hasLeft(request)) return;
        const { method } = request;
        const status = reply.statusCode;
        const isRead = (method === 'GET' || method === 'HEAD') && status < 400;
        const ms = Math.round(reply.elapsedTime);
        log[isQuiet || isRead ? 'debug' : 'info']({ method, route, status, ms }, 'answered');
      },
    };
  });
}
