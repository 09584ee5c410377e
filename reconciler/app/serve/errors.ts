/** Answers errors as `{error: {code, message}}`, for the caller. Only the log contains details. */
import { METHODS } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { asFailure, isFailure } from '../../core/failure.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { noRoute } from './each-route.ts';
import { createSparingLog } from './sparing-log.ts';

type ErrorBody = { readonly code: string; readonly message: string };

export function sendError(reply: FastifyReply, status: number, error: ErrorBody): FastifyReply {
  return reply.code(status).send({ error });
}

export function sendUnauthorised(reply: FastifyReply, message: string): FastifyReply {
  reply.header('www-authenticate', 'Bearer');
  return sendError(reply, 401, { code: 'Unauthorized', message });
}

const badRequest = { code: 'BadRequest', message: 'This request cannot be understood.' };

/** For requests that the framework refuses before it finds a route. */
export function sendBadRequest(reply: FastifyReply): FastifyReply {
  return sendError(reply, 400, badRequest);
}

const retryAfterSeconds = 5;

export function registerErrors(
  app: FastifyInstance,
  { clock, log }: { readonly clock: Pick<Clock, 'now'>; readonly log: Log },
): void {
  const gone = createSparingLog({ clock, log }, 'clients disconnected during their request');
  const failed = createSparingLog({ clock, log, level: 'error' }, 'requests failed');
  const nothing = (reply: FastifyReply) =>
    sendError(reply, 404, { code: 'NotFound', message: 'There is nothing at this address.' });
  app.setNotFoundHandler((_request, reply) => nothing(reply));
  // Before the body is read, which is not needed.
  app.addHook('onRequest', (request, reply, done) => {
    if (request.is404) nothing(reply);
    else done();
  });
  app.setErrorHandler((error, request, reply) => {
    if (hasLeft(request)) {
      gone({ route: routeOf(request) });
      return sendBadRequest(reply);
    }
    const status = clientStatusOf(error);
    const known = status === null ? null : (clientErrors[status] ?? badRequest);
    if (status !== null && known !== null) {
      return sendError(reply, status, known);
    }
    const failure = asFailure(error);
    const about = { error, method: request.method, route: routeOf(request) };
    if (failure.errorClass === 'bug') {
      log.error(about, 'a request failed');
      return sendError(reply, 500, {
        code: 'Internal',
        message: 'Something went wrong on our side. Please try again later.',
      });
    }
    // A client can retry after a person has repaired it, such as a refused login.
    failed(about);
    if (isFailure(error, 'RecordsMissing')) return sendUnrecorded(reply);
    return sendUnavailable(reply, failure.retryAfterSeconds ?? retryAfterSeconds);
  });
}

export function sendTooMany(reply: FastifyReply, seconds: number): FastifyReply {
  reply.header('retry-after', String(seconds));
  const message = 'There were too many requests. Please try again later.';
  return sendError(reply, 429, { code: 'RateLimited', message });
}

export function sendUnavailable(reply: FastifyReply, seconds = retryAfterSeconds): FastifyReply {
  reply.header('retry-after', String(seconds));
  return sendError(reply, 503, {
    code: 'Unavailable',
    message: 'This cannot be answered at the moment. Please try again soon.',
  });
}

function sendUnrecorded(reply: FastifyReply): FastifyReply {
  reply.header('retry-after', String(unrecordedSeconds));
  const message =
    'Nothing is recorded of any agent: the first set-up has not begun, or records are missing.';
  return sendError(reply, 503, { code: unrecorded, message });
}
export const unrecorded = 'RecordsMissing';
/** A run begins within minutes; a restoration takes longer. */
const unrecordedSeconds = 30;

/** The route's pattern, never the address, which may contain a token. */
export function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? noRoute;
}

/** Whether the client disconnected before its whole request arrived. */
export function hasLeft({ raw }: FastifyRequest): boolean {
  return !raw.complete && raw.destroyed;
}

/** The status of an error of the framework about the request: its shape, size or type. */
function clientStatusOf(error: unknown): number | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  const { code, statusCode } = error as FastifyError;
  const framework = typeof code === 'string' && code.startsWith('FST_ERR_');
  const client = statusCode !== undefined && statusCode >= 400 && statusCode < 500;
  return framework && client ? statusCode : null;
}

/** Answers input that never becomes a request: not HTTP, too slow, or with too large headers. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (socket.destroyed || error.code === 'ECONNRESET') return void socket.destroy();
  const [status, body] = unreadable[error.code ?? ''] ?? ['400 Bad Request', badRequest];
  const text = JSON.stringify({ error: body });
  if (socket.writable)
    socket.write(
      `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
    );
  socket.destroySoon();
}

const unreadable: Readonly<Record<string, readonly [status: string, body: ErrorBody]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [
    '408 Request Timeout',
    { code: 'Timeout', message: 'This request did not arrive in time.' },
  ],
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    { code: 'TooLarge', message: 'The headers of this request are too large.' },
  ],
};

const clientErrors: Readonly<Record<number, ErrorBody>> = {
  404: { code: 'NotFound', message: 'There is nothing at this address.' },
  413: { code: 'TooLarge', message: 'This request is too large.' },
  414: { code: 'TooLarge', message: 'This address is too long.' },
  415: { code: 'UnsupportedMediaType', message: 'This type of content is not understood here.' },
};

/** Every method that Node understands, but the one that is no request. */
const methods = METHODS.filter((method) => method !== 'CONNECT');

/** The framework knows the common ones only, and answers others as if there were no route. */
export function knowMethods(app: FastifyInstance): void {
  for (const method of methods)
    if (!app.supportedMethods.includes(method)) app.addHttpMethod(method, { hasBody: true });
}

/** Answers 405 to every other method of a route, before its body is read. */
export function refuseOtherMethods(
  app: FastifyInstance,
  url: string,
  allowed: readonly string[],
): void {
  const refuse = async (_request: FastifyRequest, reply: FastifyReply) => {
    reply.header('allow', allowed.join(', '));
    return sendError(reply, 405, {
      code: 'MethodNotAllowed',
      message: `This address answers ${allowed.join(' and ')} only.`,
    });
  };
  app.route({
    method: methods.filter((method) => !allowed.includes(method)),
    url,
    onRequest: refuse,
    handler: refuse,
  });
}
