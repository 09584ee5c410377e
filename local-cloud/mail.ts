/**
 * A mail catcher that speaks Resend's `POST /emails`: it keeps the mails and sends nothing.
 *
 * Assumptions about the real API: a bearer key starts with `re_`; a repeated `Idempotency-Key` with
 * the same body answers the same id, with another body 409; errors are `{statusCode, name, message}`.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CloudPart } from './api-server.ts';
import type { WorldClock } from './clock.ts';
import type { Randomness } from './randomness.ts';

type CaughtMail = {
  readonly id: string;
  readonly at: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string | null;
  readonly html: string | null;
};

export type MailPart = CloudPart & { mails(): readonly CaughtMail[] };

type EmailBody = {
  from: string;
  to: string | string[];
  subject: string;
  text?: string;
  html?: string;
};

const addresses = {
  anyOf: [
    { type: 'string', minLength: 3 },
    { type: 'array', items: { type: 'string', minLength: 3 }, minItems: 1, maxItems: 50 },
  ],
};
const emailSchema = {
  type: 'object',
  required: ['from', 'to', 'subject'],
  properties: {
    from: { type: 'string', pattern: '@' },
    to: addresses,
    subject: { type: 'string' },
    text: { type: 'string' },
    html: { type: 'string' },
  },
};

export function createMail(options: {
  readonly clock: WorldClock;
  readonly randomness: Randomness;
  readonly apiKey: string;
}): MailPart {
  const { clock, randomness, apiKey } = options;
  const mails: CaughtMail[] = [];
  const byIdempotencyKey = new Map<string, { body: string; id: string }>();

  function register(app: FastifyInstance): void {
    app.post<{ Body: EmailBody }>(
      '/emails',
      { schema: { body: emailSchema }, preValidation: authorise },
      async (request, reply) => {
        const key = request.headers['idempotency-key'];
        const body = JSON.stringify(request.body);
        const earlier = typeof key === 'string' ? byIdempotencyKey.get(key) : undefined;
        if (earlier !== undefined && earlier.body !== body) {
          const message = 'this idempotency key was used with another body';
          return reply.code(409).send(errorBody({ status: 409, message }));
        }
        if (earlier !== undefined) return { id: earlier.id };
        const id = keep(request.body);
        if (typeof key === 'string') byIdempotencyKey.set(key, { body, id });
        return { id };
      },
    );
  }

  async function authorise(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const said = request.headers.authorization;
    if (said === `Bearer ${apiKey}`) return;
    const status = said === undefined ? 401 : 403;
    const message = said === undefined ? 'missing API key' : 'API key is invalid';
    await reply.code(status).send(errorBody({ status, message }));
  }

  function keep(body: EmailBody): string {
    const id = [8, 4, 4, 4, 12].map((chars) => randomness.hex(chars)).join('-');
    mails.push({
      id,
      at: new Date(clock.now()).toISOString(),
      from: body.from,
      to: [body.to].flat(),
      subject: body.subject,
      text: body.text ?? null,
      html: body.html ?? null,
    });
    return id;
  }

  return { api: 'mail', register, errorBody, dump: () => mails, mails: () => mails };
}

const errorNames: Readonly<Record<number, string>> = {
  400: 'validation_error',
  401: 'missing_api_key',
  403: 'invalid_api_key',
  404: 'not_found',
  405: 'method_not_allowed',
  409: 'invalid_idempotent_request',
  422: 'validation_error',
  429: 'rate_limit_exceeded',
};

function errorBody({ status, message }: { status: number; message: string }): unknown {
  return { statusCode: status, name: errorNames[status] ?? 'internal_server_error', message };
}
