/**
 * Serves one API of the local cloud on loopback.
 *
 * It holds what all APIs share: the world's `Date` header, the ledger, faults, and error answers in
 * the API's own shape where no route matches. Sockets and bodies are real, so that real clients
 * behave as with the real services.
 */
import { Readable } from 'node:stream';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { WorldClock } from './clock.ts';
import { type Fault, type Faults, lostAnswerMs } from './faults.ts';
import { collectRoutes } from './known-routes.ts';
import type { Ledger } from './ledger.ts';

export type CloudPart = {
  readonly api: 'hetzner' | 'tailscale' | 'stripe' | 'github' | 'mail' | 'hosts' | 'oidc' | 'sts';
  /** Adds the routes. Hooks that it adds also run for paths without a route. */
  register(app: FastifyInstance): void | Promise<void>;
  /**
   * This API's own error shape: 404 unknown route, 405, 400 bad JSON, statuses of faults, and an
   * unexpected 500.
   */
  errorBody(error: { status: number; message: string }): unknown;
  /** For `GET control/`; may be a promise. */
  dump(): unknown;
  /**
   * The body of this listing with nothing in it, for the fault `empty`; undefined where the path is
   * no listing.
   */
  emptyListing?(url: string): unknown | undefined;
};

export type ApiContext = {
  readonly clock: WorldClock;
  readonly ledger: Ledger;
  readonly faults: Faults;
};

type ServingContext = Omit<ApiContext, 'clock'> & {
  /** for the header `Date` */
  readonly clock: Pick<WorldClock, 'now'>;
};

export type RunningApi = { readonly url: string; close(): Promise<void> };

/** Listens on a free port of 127.0.0.1. */
export async function startApi(part: CloudPart, context: ServingContext): Promise<RunningApi> {
  const app = Fastify({
    forceCloseConnections: true,
    frameworkErrors: (error, _request, reply) => answerError(part, error, reply as FastifyReply),
  });
  const routes = collectRoutes(app);
  const faultOf = new WeakMap<FastifyRequest, Fault>();
  const answers = rememberAnswers();

  app.addHook('onRequest', async (request, reply) => {
    reply.header('date', new Date(context.clock.now()).toUTCString());
    const route = request.routeOptions.url ?? '(no such route)';
    context.ledger.count(part.api, `${request.method} ${route}`);
    const fault = takeFault(part, context.faults, { request, earlier: answers });
    if (fault === undefined) return;
    faultOf.set(request, fault);
    await applyBefore(part, fault, { request, reply });
  });
  app.setErrorHandler((error, _request, reply) => answerError(part, error, reply));
  app.setNotFoundHandler((request, reply) => {
    const allowed = routes.methodsAt(request.url);
    const status = allowed.length > 0 ? 405 : 404;
    if (status === 405) reply.header('allow', allowed.join(', '));
    const message = status === 405 ? 'method not allowed' : 'not found';
    return reply.code(status).send(part.errorBody({ status, message }));
  });

  await part.register(app);
  acceptEmptyJson(app);
  // Added last: it replaces bodies, and whatever the part does to them comes before.
  app.addHook('onSend', async (request, reply, payload) => {
    const fault = faultOf.get(request);
    if (fault !== undefined) return applyAfter(part, fault, { request, reply, payload, answers });
    answers.remember(request, reply, payload);
    return payload;
  });

  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url, close: () => app.close() };
}

type Earlier = {
  remember(request: FastifyRequest, reply: FastifyReply, payload: unknown): void;
  of(request: FastifyRequest): string | undefined;
};

function takeFault(
  part: CloudPart,
  faults: Faults,
  { request, earlier }: { request: FastifyRequest; earlier: Earlier },
): Fault | undefined {
  const asked = { api: part.api, method: request.method, url: request.url };
  return faults.take(asked, (kind) => {
    if (kind === 'empty') return request.method === 'GET' && listingOf(part, request) !== undefined;
    if (kind === 'stale') return earlier.of(request) !== undefined;
    return true;
  });
}

type Exchange = { readonly request: FastifyRequest; readonly reply: FastifyReply };

async function applyBefore(part: CloudPart, fault: Fault, exchange: Exchange): Promise<void> {
  const { request, reply } = exchange;
  if (fault.kind === 'delay' && !fault.handledFirst) await quiet(request, fault.ms ?? 0);
  if (fault.kind === 'cut') {
    reply.hijack();
    request.raw.socket.destroy();
  }
  if (fault.kind === 'status') {
    const status = fault.status ?? 500;
    const message = fault.message ?? 'injected fault';
    await reply.code(status).send(part.errorBody({ status, message }));
  }
}

async function applyAfter(
  part: CloudPart,
  fault: Fault,
  { request, reply, payload, answers }: Exchange & { payload: unknown; answers: Earlier },
): Promise<unknown> {
  switch (fault.kind) {
    case 'delay':
      if (fault.handledFirst) await quiet(request, fault.ms ?? 0);
      return payload;
    case 'timeoutAfter':
      await quiet(request, fault.ms ?? lostAnswerMs);
      request.raw.socket.destroy();
      return payload;
    case 'truncate':
      return firstHalf(payload, reply);
    case 'empty':
      if (reply.statusCode !== 200) return payload;
      reply.removeHeader('link');
      return JSON.stringify(listingOf(part, request));
    case 'stale':
      return reply.statusCode === 200 ? answers.of(request) : payload;
    default:
      return payload;
  }
}

function listingOf(part: CloudPart, request: FastifyRequest): unknown | undefined {
  return part.emptyListing?.(request.url);
}

/** Resolves after `ms` of wall time, or once the client closes the socket. */
function quiet(request: FastifyRequest, ms: number): Promise<void> {
  const { socket } = request.raw;
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      socket.off('close', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    socket.once('close', done);
  });
}

/** Sends half of the body under the content-length of the whole. */
function firstHalf(payload: unknown, reply: FastifyReply): unknown {
  const whole = Buffer.from(typeof payload === 'string' ? payload : '');
  if (whole.length < 2) {
    reply.raw.socket?.destroy();
    return payload;
  }
  reply.header('content-length', whole.length);
  let sent = false;
  return new Readable({
    read() {
      if (!sent) {
        sent = true;
        this.push(whole.subarray(0, Math.floor(whole.length / 2)));
        return;
      }
      // One turn of the event loop later, so that the first half has been written to the socket.
      setImmediate(() => reply.raw.socket?.destroy());
    },
  });
}

/** Keeps the last good answer of each GET, of the addresses asked most recently. */
function rememberAnswers(): Earlier {
  const kept = new Map<string, string>();
  // A page of servers is 160 KB, so only a few dozen answers are kept.
  const keptMax = 60;
  return {
    remember(request, reply, payload) {
      if (request.method !== 'GET' || reply.statusCode !== 200) return;
      if (typeof payload !== 'string') return;
      kept.delete(request.url);
      kept.set(request.url, payload);
      if (kept.size <= keptMax) return;
      const oldest = kept.keys().next().value;
      if (oldest !== undefined) kept.delete(oldest);
    },
    of: (request) => (request.method === 'GET' ? kept.get(request.url) : undefined),
  };
}

/** Clients send `content-type: application/json` with no body on actions; this is not an error. */
function acceptEmptyJson(app: FastifyInstance): void {
  try {
    app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
      if (body.length === 0) return done(null, undefined);
      try {
        done(null, JSON.parse(body.toString()));
      } catch {
        done(Object.assign(new Error('the body is not valid JSON'), { statusCode: 400 }));
      }
    });
  } catch (thrown) {
    // A part may have added its own JSON parser, for instance for raw bytes.
    if (codeOf(thrown) !== 'FST_ERR_CTP_ALREADY_PRESENT') throw thrown;
  }
}

function answerError(part: CloudPart, error: unknown, reply: FastifyReply): void {
  const said = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  const status = typeof said === 'number' && said >= 400 && said <= 599 ? said : 500;
  if (status === 500)
    process.stderr.write(`${part.api}: ${error instanceof Error ? error.stack : error}\n`);
  const message = status === 500 || !(error instanceof Error) ? 'internal error' : error.message;
  void reply.code(status).send(part.errorBody({ status, message }));
}

function codeOf(thrown: unknown): unknown {
  return thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
}
