/**
 * The alarms of this process about itself: its intake, how it answered the last deliveries of
 * webhooks, and Hetzner's rate limit.
 */
import type { FastifyInstance } from 'fastify';
import { type Alarm, minuteMs } from '../../core/status/alarm.ts';
import {
  answersMinutes,
  serviceAlarms,
  type WebhookAnswer,
} from '../../core/status/service-alarms.ts';
import type { Intake } from '../../flows/intake/intake.ts';
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
    readonly clock: Pick<Clock, 'now'>;
  },
): () => readonly Alarm[] {
  const { intake, cloud, clock } = parts;
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
  return () => {
    forgetOld();
    const budget = cloud?.budget() ?? null;
    return serviceAlarms({ intake: intake.troubles(), answers, budget }, clock.now());
  };
}
