/**
 * `POST /webhooks/stripe`: 400 for deliveries that Stripe should not repeat, 200 for those that
 * were handled or ignored, 503 for those that it has to repeat. Answers and the log contain ids and
 * reasons, never a secret or the body.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { VerifiedEvent } from '../../core/billing/billing.ts';
import { asFailure, Failure } from '../../core/failure.ts';
import type { Intake, IntakeOutcome } from '../../flows/intake/intake.ts';
import type { Billing } from '../../ports/billing.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { hasLeft } from './errors.ts';
import { limitsUsual } from './limits.ts';
import { shedAbove } from './shedding.ts';
import { createSparingLog, type SparingLog } from './sparing-log.ts';

type WebhookRoute = {
  readonly intake: Intake;
  readonly billing: Pick<Billing, 'verify'>;
  readonly clock: Clock;
  readonly log: Log;
  /** How many deliveries are handled at once; Stripe has to repeat more. */
  readonly underWayMax?: number;
};

const bodyBytesMax = 256 * 1024;
const retryAfterSeconds = 30;
const deliverAgain = 'This could not be handled at the moment. Please deliver it again.';

/** The signature covers the raw bytes, so only this route takes bodies unparsed. */
export function registerWebhook(app: FastifyInstance, route: WebhookRoute): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    const options = { parseAs: 'buffer', bodyLimit: bodyBytesMax } as const;
    scope.addContentTypeParser('*', options, (_request, body, done) => done(null, body));
    const { clock, log, underWayMax = limitsUsual.deliveriesMax } = route;
    const refused = createSparingLog(route, 'deliveries were refused');
    scope.setErrorHandler((error, request, reply) => {
      if (hasLeft(request)) {
        refused({ why: 'the client disconnected before the body was complete' });
        return reply.code(400).send();
      }
      return answerUnread({ log, refused }, error, reply);
    });
    const answer = (reply: FastifyReply) => answerAgain(tooMany(), reply);
    shedAbove(scope, { what: 'deliveries', underWayMax, clock, log, answer });
    scope.post('/webhooks/stripe', { bodyLimit: bodyBytesMax }, (request, reply) =>
      receive({ ...route, refused }, request, reply),
    );
  });
}

type Route = WebhookRoute & { readonly refused: SparingLog };

async function receive(
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  let event: VerifiedEvent;
  try {
    event = verified(route, request);
  } catch (thrown) {
    return answerUnverified(route, asFailure(thrown), reply);
  }
  // The event contains all that is needed; the body must not stay in memory until the push.
  request.body = undefined;
  try {
    return reply.code(200).send({ received: true, ...answerOf(await route.intake.handle(event)) });
  } catch (thrown) {
    return answerAgain(asFailure(thrown), reply);
  }
}

function verified({ billing, clock }: WebhookRoute, request: FastifyRequest): VerifiedEvent {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.of();
  const signature = request.headers['stripe-signature'];
  return billing.verify(body, typeof signature === 'string' ? signature : undefined, clock.now());
}

/** The result, as ids. */
function answerOf(outcome: IntakeOutcome): object {
  if (outcome.kind === 'ignored') return { ignored: outcome.reason, message: outcome.message };
  return { agents: outcome.agents };
}

function answerUnverified({ log, refused }: Route, failure: Failure, reply: FastifyReply) {
  const { reason, message } = failure;
  if (reason !== 'InvalidInput') {
    log.error({ reason, message }, 'a delivery could not be verified');
    return answerAgain(failure, reply);
  }
  refused({ why: message });
  return reply.code(400).send({ received: false, error: { code: reason, message } });
}

function tooMany(): Failure {
  return new Failure('ResourceLimitExceeded', 'too many deliveries are in progress');
}

/** The messages of failures may quote files and foreign answers; Stripe only gets the reason. */
function answerAgain(failure: Failure, reply: FastifyReply): FastifyReply {
  return reply
    .code(503)
    .header('retry-after', String(failure.retryAfterSeconds ?? retryAfterSeconds))
    .send({ received: false, error: { code: failure.reason, message: deliverAgain } });
}

/** Fastify refuses a body that is too large or incomplete before the route is called. */
function answerUnread(
  { log, refused }: Pick<Route, 'log' | 'refused'>,
  error: unknown,
  reply: FastifyReply,
): FastifyReply {
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  if (status >= 400 && status < 500) {
    const message = status === 413 ? 'the body is too large' : 'the body could not be read';
    refused({ why: message });
    const body = { received: false, error: { code: 'InvalidInput', message } };
    return reply.code(status).send(body);
  }
  const failure = asFailure(error);
  log.error({ reason: failure.reason, message: failure.message }, 'a delivery failed');
  return answerAgain(failure, reply);
}
