/**
 * The alarms of this process about itself: its intake, how it answered the last deliveries of
 * webhooks, and Hetzner's rate limit.
 */
import type { FastifyInstance } from 'fastify';
import { type Alarm, minuteMs } from '../../core/alarms/alarm.ts';
import {
  answersMinutes,
  serviceAlarms,
  type WebhookAnswer,
} from '../../core/alarms/service-alarms.ts';
import { type RestartBases, restartsAfter } from '../../core/heartbeats/restarts.ts';
import type { Heartbeats } from '../../flows/heartbeats/heartbeats.ts';
import type { Intake } from '../../flows/intake/intake.ts';
import type { ReadModel } from '../../flows/status/read-model.ts';
import type { WebhookWatch } from '../../flows/webhooks/webhook-watch.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Cloud } from '../../ports/cloud.ts';
import { hasLeft, routeOf } from './errors.ts';
import { hookRoutePath } from './hook-route.ts';

const routes: readonly string[] = ['/webhooks/stripe', hookRoutePath];
/** At Stripe's highest rates the last minutes are enough. */
const keptMax = 5000;

/** Has to be called before the routes are registered. */
export function createOwnAlarms(
  app: FastifyInstance,
  parts: {
    readonly intake: Pick<Intake, 'troubles'>;
    /** null where the service does not call Hetzner */
    readonly cloud: Pick<Cloud, 'budget'> | null;
    /** null where the service accepts no heartbeats */
    readonly heartbeats: Pick<Heartbeats, 'expected'> | null;
    /** null where nothing is sent */
    readonly webhooks: Pick<WebhookWatch, 'troubles'> | null;
    readonly model: Pick<ReadModel, 'current'>;
    readonly clock: Pick<Clock, 'now'>;
  },
): () => Promise<readonly Alarm[]> {
  const { intake, cloud, heartbeats, webhooks, model, clock } = parts;
  /** the oldest first */
  let answers: WebhookAnswer[] = [];
  const forgetOld = () => {
    const fromMs = clock.now() - answersMinutes * minuteMs;
    answers = answers.filter(({ atMs }) => atMs >= fromMs).slice(-keptMax);
  };
  app.addHook('onResponse', async (request, reply) => {
    const route = routeOf(request);
    if (!routes.includes(route) || hasLeft(request)) return;
    answers.push({ route, status: reply.statusCode, atMs: clock.now() });
    if (answers.length > keptMax * 2) forgetOld();
  });
  let bases: RestartBases = new Map();
  /** None where the fleet cannot be read, which is another alarm. */
  const restartingNow = async () => {
    const seen = heartbeats === null ? null : await model.current().catch(() => null);
    if (heartbeats === null || seen === null) return [];
    const after = restartsAfter(bases, heartbeats.expected(seen.view), clock.now());
    bases = after.bases;
    return after.restarting;
  };
  return async () => {
    forgetOld();
    const budget = cloud?.budget() ?? null;
    const restarting = await restartingNow();
    const endpoints = webhooks?.troubles() ?? [];
    const facts = { intake: intake.troubles(), answers, budget, restarting, endpoints };
    return serviceAlarms(facts, clock.now());
  };
}
