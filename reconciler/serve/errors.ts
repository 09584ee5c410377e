/**
 * What goes wrong, as answers: `{error: {code, message}}`, in words for whoever asked. What
 * happened inside stands in the log and nowhere else.
 */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { asFailure } from '../core/failure.ts';
import type { Log } from '../ports.ts';

export type ErrorBody = { readonly code: string; readonly message: string };

export function sendError(reply: FastifyReply, status: number, error: ErrorBody): FastifyReply {
  return reply.code(status).send({ error });
}

const badRequest = { code: 'BadRequest', message: 'This request cannot be understood.' };

/** For what the framework refuses before it has found a route. */
export function sendBadRequest(reply: FastifyReply): FastifyReply {
  return sendError(reply, 400, badRequest);
}

const retryAfterSeconds = 5;

export function registerErrors(app: FastifyInstance, log: Log): void {
  app.setNotFoundHandler((_request, reply) =>
    sendError(reply, 404, { code: 'NotFound', message: 'There is nothing at this address.' }),
  );
  app.setErrorHandler((error, request, reply) => {
    const status = clientStatusOf(error);
    const known = status === null ? null : (clientErrors[status] ?? badRequest);
    if (status !== null && known !== null) {
      return sendError(reply, status, known);
    }
    const failure = asFailure(error);
    log.error({ error, method: request.method, route: routeOf(request) }, 'a request failed');
    if (failure.fate !== 'transient') {
      return sendError(reply, 500, {
        code: 'Internal',
        message: 'Something went wrong on our side. Our team has been told.',
      });
    }
    return sendUnavailable(reply, failure.retryAfterSeconds ?? retryAfterSeconds);
  });
}

export function sendUnavailable(reply: FastifyReply, seconds = retryAfterSeconds): FastifyReply {
  reply.header('retry-after', String(seconds));
  return sendError(reply, 503, {
    code: 'Unavailable',
    message: 'This cannot be answered at the moment. Please try again soon.',
  });
}

/** The pattern, never the address: that one may carry a token. */
export function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'none';
}

/** What the framework holds against a request: its shape, its size, its type. */
function clientStatusOf(error: unknown): number | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  const { code, statusCode } = error as FastifyError;
  const framework = typeof code === 'string' && code.startsWith('FST_ERR_');
  const client = statusCode !== undefined && statusCode >= 400 && statusCode < 500;
  return framework && client ? statusCode : null;
}

const clientErrors: Readonly<Record<number, ErrorBody>> = {
  404: { code: 'NotFound', message: 'There is nothing at this address.' },
  413: { code: 'TooLarge', message: 'This request is too large.' },
  414: { code: 'TooLarge', message: 'This address is too long.' },
  415: { code: 'UnsupportedMediaType', message: 'This type of content is not understood here.' },
};

const allMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** Answers 405 to every other method of a route, before its body is even read. */
export function refuseOtherMethods(
  app: FastifyInstance,
  url: string,
  allowed: readonly (typeof allMethods)[number][],
): void {
  const refuse = async (_request: FastifyRequest, reply: FastifyReply) => {
    reply.header('allow', allowed.join(', '));
    return sendError(reply, 405, {
      code: 'MethodNotAllowed',
      message: `This address answers ${allowed.join(' and ')} only.`,
    });
  };
  app.route({
    method: allMethods.filter((method) => !allowed.includes(method)),
    url,
    onRequest: refuse,
    handler: refuse,
  });
}
