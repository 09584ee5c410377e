/**
 * A mail catcher that speaks Resend's API: it keeps the mails and sends nothing.
 *
 * As documented: two requests a second by default, with the headers of the limit on every answer; a
 * repeated `Idempotency-Key` answers the same id for 24 hours, 409 with another body or while the
 * first request is in progress; a sender whose domain is not verified gets 403; errors are
 * `{statusCode, name, message}`. Bounces and complaints are left out.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CloudPart } from './api-server.ts';
import type { WorldClock } from './clock.ts';
import { type EmailBody, problemOf, senderDomain } from './mail-body.ts';
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

type MailOptions = {
  readonly clock: WorldClock;
  readonly randomness: Randomness;
  /** has full access */
  readonly apiKey: string;
  /** may only send */
  readonly sendingKey?: string;
  /** the verified domain of senders */
  readonly domain?: string;
  readonly perSecond?: number;
};

type Remembered = { readonly body: string; readonly id: string | null; readonly atMs: number };

const keyMemoryMs = 24 * 3_600_000;

export function createMail(options: MailOptions): MailPart {
  const { clock, randomness, apiKey, sendingKey, domain = 'example.com', perSecond = 2 } = options;
  const mails: CaughtMail[] = [];
  const keys = new Map<string, Remembered>();
  const limit = createLimit(perSecond);
  const newId = () => [8, 4, 4, 4, 12].map((chars) => randomness.hex(chars)).join('-');
  const domainId = newId();

  function register(app: FastifyInstance): void {
    app.addHook('onRequest', limit);
    app.post('/emails', (request, reply) => {
      const said = request.headers.authorization;
      if (said !== `Bearer ${apiKey}` && (!sendingKey || said !== `Bearer ${sendingKey}`))
        return refuse(reply, keyRefusal(said, 401));
      return send(request, reply);
    });
    app.get('/domains', async (request, reply) => {
      const said = request.headers.authorization;
      if (sendingKey !== undefined && said === `Bearer ${sendingKey}`)
        return refuse(reply, restricted);
      if (said !== `Bearer ${apiKey}`) return refuse(reply, keyRefusal(said, 400));
      return { object: 'list', has_more: false, data: [shownDomain(domainId, domain)] };
    });
  }

  async function send(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const key = request.headers['idempotency-key'];
    if (typeof key === 'string' && (key.length < 1 || key.length > 256))
      return refuse(reply, invalidKey);
    const problem = problemOf(request.body);
    if (problem !== null) return refuse(reply, problem);
    const body = request.body as EmailBody;
    if (senderDomain(body.from) !== domain) return refuse(reply, unverified(body.from));
    if (typeof key !== 'string') return { id: keep(body) };
    const text = JSON.stringify(body);
    const before = remembered(key);
    if (before !== null && before.body !== text) return refuse(reply, otherBody);
    if (before?.id === null) return refuse(reply, inProgress);
    if (before !== null) return { id: before.id };
    const atMs = clock.now();
    keys.set(key, { body: text, id: null, atMs });
    const id = keep(body);
    // In progress until the answer is out, or its connection is gone.
    reply.raw.once('close', () => keys.set(key, { body: text, id, atMs }));
    return { id };
  }

  function remembered(key: string): Remembered | null {
    const known = keys.get(key);
    return known === undefined || clock.now() - known.atMs >= keyMemoryMs ? null : known;
  }

  function keep(body: EmailBody): string {
    const id = newId();
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

function shownDomain(id: string, name: string) {
  const capabilities = { sending: 'enabled', receiving: 'disabled' };
  return { id, name, status: 'verified', region: 'eu-west-1', capabilities };
}

type Refusal = { readonly status: number; readonly name: string; readonly message: string };

function refuse(reply: FastifyReply, { status, name, message }: Refusal): FastifyReply {
  return reply.code(status).send({ statusCode: status, name, message });
}

/** @param status of a wrong key: 401 where mails are sent, 400 elsewhere */
function keyRefusal(said: string | undefined, status: number): Refusal {
  return said === undefined
    ? { status: 401, name: 'missing_api_key', message: 'Missing API Key' }
    : { status, name: 'validation_error', message: 'API key is invalid' };
}

const restricted: Refusal = {
  status: 401,
  name: 'restricted_api_key',
  message: 'This API key is restricted to only send emails',
};
const invalidKey: Refusal = {
  status: 400,
  name: 'invalid_idempotency_key',
  message: 'Idempotency keys, if present, must have between 1 and 256 characters.',
};
const otherBody: Refusal = {
  status: 409,
  name: 'invalid_idempotent_request',
  message: 'This idempotency key has been used with a different request body.',
};
const inProgress: Refusal = {
  status: 409,
  name: 'concurrent_idempotent_requests',
  message: 'A request with this idempotency key is in progress.',
};

function unverified(from: string): Refusal {
  const message = `The ${senderDomain(from)} domain is not verified.`;
  return { status: 403, name: 'validation_error', message };
}

/** Counts in wall time, in which clients wait. */
function createLimit(perSecond: number) {
  let taken: number[] = [];
  return async (_request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const nowMs = performance.now();
    taken = taken.filter((ms) => nowMs - ms < 1000);
    const isOver = taken.length >= perSecond;
    if (!isOver) taken.push(nowMs);
    reply.header('ratelimit-limit', perSecond);
    reply.header('ratelimit-remaining', perSecond - taken.length);
    reply.header('ratelimit-reset', 1);
    if (!isOver) return;
    reply.header('retry-after', 1);
    await reply.code(429).send(errorBody({ status: 429, message: 'Too many requests.' }));
  };
}

const errorNames: Readonly<Record<number, string>> = {
  400: 'validation_error',
  401: 'missing_api_key',
  403: 'validation_error',
  404: 'not_found',
  405: 'method_not_allowed',
  409: 'invalid_idempotent_request',
  422: 'validation_error',
  429: 'rate_limit_exceeded',
  500: 'application_error',
};

function errorBody({ status, message }: { status: number; message: string }): unknown {
  return { statusCode: status, name: errorNames[status] ?? 'internal_server_error', message };
}
