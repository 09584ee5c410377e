/**
 * Idempotency keys: the first answer to a key, even a 500, is repeated for 24 hours of world time;
 * other parameters under it are an error. https://docs.stripe.com/api/idempotent_requests
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Account } from './account.ts';
import { StripeError } from './errors.ts';

type Kept = {
  /** null where the answer came before the parameters were read */
  readonly asked: string | null;
  readonly request: string;
  readonly second: number;
  /** null while the first request is in progress */
  readonly answer: { readonly status: number; readonly payload: string } | null;
};
const keptSeconds = 24 * 3600;
const keyLengthMax = 255;

type Idempotency = {
  /** Flags errors before the request began, which no key stores. */
  unbegun(request: FastifyRequest): void;
};

export function keepAnswers(
  app: FastifyInstance,
  account: Account,
  requestId: (request: FastifyRequest) => string,
): Idempotency {
  const kept = new Map<string, Kept>();
  const unbegun = new WeakSet<FastifyRequest>();
  const own = new WeakSet<FastifyRequest>();

  app.addHook('preHandler', async (request, reply) => {
    const key = keyOf(request);
    if (key === null) return;
    forgetOld(kept, account.now());
    if (key.length > keyLengthMax) {
      unbegun.add(request);
      throw new StripeError(400, `Idempotency keys have at most ${keyLengthMax} characters.`);
    }
    reply.header('idempotency-key', key);
    const asked = `${request.method} ${request.url} ${JSON.stringify(request.body ?? {})}`;
    const earlier = kept.get(key);
    if (earlier !== undefined) {
      unbegun.add(request);
      return replay(earlier, { key, asked, reply });
    }
    own.add(request);
    kept.set(key, { asked, request: requestId(request), second: account.now(), answer: null });
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const key = keyOf(request);
    if (key === null || unbegun.has(request)) {
      if (key !== null && own.has(request)) kept.delete(key);
      return payload;
    }
    const before = kept.get(key);
    const isOurs = own.has(request) || (before === undefined && reply.statusCode === 500);
    if (isOurs && typeof payload === 'string') {
      kept.set(key, {
        asked: before?.asked ?? null,
        request: requestId(request),
        second: account.now(),
        answer: { status: reply.statusCode, payload },
      });
    }
    return payload;
  });
  return { unbegun: (request) => unbegun.add(request) };
}

async function replay(
  earlier: Kept,
  {
    key,
    asked,
    reply,
  }: { readonly key: string; readonly asked: string; readonly reply: FastifyReply },
): Promise<unknown> {
  if (earlier.asked !== null && earlier.asked !== asked)
    throw new StripeError(
      400,
      `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
      { type: 'idempotency_error' },
    );
  if (earlier.answer === null)
    throw new StripeError(
      409,
      `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. Please try again later.`,
      { type: 'idempotency_error', code: 'idempotency_key_in_use' },
    );
  return reply
    .code(earlier.answer.status)
    .header('idempotent-replayed', 'true')
    .header('original-request', earlier.request)
    .type('application/json')
    .send(earlier.answer.payload);
}

function keyOf(request: FastifyRequest): string | null {
  const key = request.headers['idempotency-key'];
  return request.method === 'POST' && typeof key === 'string' && key !== '' ? key : null;
}

/** Keys are in the order of their first use, the oldest first. */
function forgetOld(kept: Map<string, Kept>, now: number): void {
  for (const [key, { second }] of kept) {
    if (second + keptSeconds > now) return;
    kept.delete(key);
  }
}
