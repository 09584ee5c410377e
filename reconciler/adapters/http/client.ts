/**
 * HTTP with JSON for the adapters, and the one retry policy of this program.
 *
 * Transient failures are retried after 2, 4, 8 and 16 s if the request may be sent twice: GET, PUT
 * and DELETE may, a POST only if its caller sets `repeatable`. A request that was refused before it
 * had an effect (429, 423, no connection) may always be sent again.
 *
 * A failure contains the method, the path, the status and the service's own error, but no header,
 * query or body, because those hold secrets. For the same reason it has no cause: the errors of
 * fetch and JSON.parse quote headers and bodies.
 */
import { isAscii } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import { Failure, type FailureReason } from '../../core/failure.ts';
import type { Clock } from '../../ports/clock.ts';
import { createNewestDate, waitAskedFor } from './times.ts';
import { createTransport } from './transport.ts';

export type HttpRequest = {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** after the base URL, from its first slash, with the query */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** `URLSearchParams` are sent as a form, objects and lists as JSON */
  readonly body?:
    | URLSearchParams
    | Readonly<Record<string, unknown>>
    | readonly object[]
    | undefined;
  /** makes the JSON of an answer before it is parsed: a shorter one, or one from XML */
  readonly compact?: ((bytes: Buffer) => string) | undefined;
  /** whether sending it twice does no harm; by default every method but POST */
  readonly repeatable?: boolean;
};

export type HttpAnswer = {
  readonly status: number;
  /** null if there is none, or if the body of an error is not JSON */
  readonly body: unknown;
};

export type HttpOptions = {
  /** the name of the service in failures */
  readonly service: string;
  readonly baseUrl: string;
  readonly timeoutMs?: number;
  /** receives the headers of every answer, of errors too */
  readonly seeHeaders?: (headers: IncomingHttpHeaders) => void;
  /** without it nothing is retried */
  readonly retry?: { readonly clock: Clock; readonly random: () => number };
  /** the service's own error, if it says more than the status; else null */
  readonly explain?: (answer: HttpAnswer) => Explanation | null;
};
/** If `reason` is null, the status decides; `isTransient` overrides the reason's usual class. */
export type Explanation = {
  readonly reason: FailureReason | null;
  readonly said: string;
  readonly isTransient?: boolean;
};

type Connected = HttpOptions & { readonly transport: ReturnType<typeof createTransport> };

export type Http = {
  /** Resolves with the answer to a request that succeeded; throws a Failure otherwise. */
  send(request: HttpRequest): Promise<HttpAnswer>;
  /** The `Date` of the newest answer, in ms; null before the first. */
  newestDate(): number | null;
};

const timeoutMsDefault = 20_000;
const retryDelaysMs = [2000, 4000, 8000, 16_000];
/** The longest wait, even if the service asks for more. */
const askedWaitMsMax = 30_000;

export function createHttp(options: HttpOptions): Http {
  const newest = createNewestDate();
  const transport = createTransport();
  const exchange = (request: HttpRequest) =>
    exchanged({ ...options, transport }, request, newest.see);
  const delays = options.retry === undefined ? [] : retryDelaysMs;
  return {
    newestDate: newest.get,
    async send(request) {
      for (const delayMs of delays) {
        try {
          return await exchange(request);
        } catch (failure) {
          if (!(failure instanceof Failure) || !mayTryAgain(failure, request)) throw failure;
          await wait(options, failure, delayMs);
        }
      }
      return exchange(request);
    },
  };
}

/** Resolves with null if the request fails with `NotFound`. */
export async function nullWhereAbsent<Answer>(asked: Promise<Answer>): Promise<Answer | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Failure && error.reason === 'NotFound') return null;
    throw error;
  }
}

function mayTryAgain(failure: Failure, request: HttpRequest): boolean {
  if (failure.errorClass !== 'transient') return false;
  return isRepeatable(request) || nothingDone.has(failure.reason);
}

/** For a request that must not be repeated, NetworkUnreachable means that it was never sent. */
const nothingDone: ReadonlySet<FailureReason> = new Set([
  'RateLimited',
  'Locked',
  'NetworkUnreachable',
]);

function isRepeatable(request: HttpRequest): boolean {
  return request.repeatable ?? request.method !== 'POST';
}

/** Waits at least as long as asked, and up to half as long again, so that clients spread out. */
async function wait({ retry }: HttpOptions, failure: Failure, delayMs: number): Promise<void> {
  if (retry === undefined) return;
  const askedMs = Math.min((failure.retryAfterSeconds ?? 0) * 1000, askedWaitMsMax);
  await retry.clock.wait(Math.round(Math.max(delayMs, askedMs) * (1 + retry.random() / 2)));
}

async function exchanged(
  options: Connected,
  request: HttpRequest,
  see: (headers: IncomingHttpHeaders) => void,
): Promise<HttpAnswer> {
  const said = `${options.service}, asked to ${request.method} ${pathOf(request)},`;
  const response = await sent(options, request, said);
  see(response.headers);
  options.seeHeaders?.(response.headers);
  const text = textOf(response.body, request);
  const body = text === null ? undefined : parsed(text);
  if (response.status >= 200 && response.status < 300) {
    if (body !== undefined) return { status: response.status, body };
    // The request had its effect, but its result (an id, a key) is lost: the caller has to look.
    const reason = isRepeatable(request) ? 'UnexpectedAnswer' : 'OutcomeUnknown';
    const how =
      text === null ? 'breaks off in its answer' : 'answers with something else than JSON';
    throw new Failure(reason, `${said} ${how}`, { httpStatus: response.status });
  }
  const answer = { status: response.status, body: body ?? null };
  const explained = options.explain?.(answer) ?? null;
  const words = explained === null || explained.said === '' ? '' : `: ${explained.said}`;
  throw new Failure(
    explained?.reason ?? reasonOfStatus(response.status),
    `${said} answers ${response.status}${words}`,
    {
      httpStatus: response.status,
      ...(explained?.isTransient === true ? { errorClass: 'transient' } : {}),
      ...waitAskedFor(response.status, response.headers),
    },
  );
}

async function sent(
  options: Connected,
  request: HttpRequest,
  said: string,
): ReturnType<Connected['transport']> {
  const { body } = request;
  const headers = headersOf(request, said);
  const text = body instanceof URLSearchParams ? body.toString() : JSON.stringify(body);
  try {
    return await options.transport({
      url: `${options.baseUrl.replace(/\/+$/, '')}${request.path}`,
      method: request.method,
      headers,
      body: body === undefined ? null : text,
      timeoutMs: options.timeoutMs ?? timeoutMsDefault,
    });
  } catch (error) {
    const code = codeOf(error);
    const sent = !neverSent.has(code);
    const reason = sent && !isRepeatable(request) ? 'OutcomeUnknown' : 'NetworkUnreachable';
    throw new Failure(reason, `${said} does not answer (${code})`);
  }
}

function textOf(body: Buffer | null, { compact }: HttpRequest): string | null {
  if (body === null) return null;
  if (compact !== undefined) return compact(body);
  // Most answers are plain ASCII, which is read in half the time.
  return body.toString(isAscii(body) ? 'latin1' : 'utf8');
}

function headersOf(request: HttpRequest, said: string): Headers {
  const { body } = request;
  const form = 'application/x-www-form-urlencoded;charset=UTF-8';
  const type = body instanceof URLSearchParams ? form : 'application/json';
  try {
    return new Headers({
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': type }),
      ...request.headers,
    });
  } catch {
    // Mostly a line break at the end of a token.
    throw new Failure('InvalidInput', `${said} would get a header that HTTP does not allow`);
  }
}

/** Node's error codes for connections that were not established. */
const neverSent: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

function pathOf({ path }: HttpRequest): string {
  return path.split('?', 1)[0] ?? '';
}

/** null for an empty text, undefined if it is not JSON */
function parsed(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const reasons: Readonly<Record<number, FailureReason>> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  408: 'ProviderOutage',
  409: 'Conflict',
  423: 'Locked',
  429: 'RateLimited',
};

function reasonOfStatus(status: number): FailureReason {
  if (status >= 500) return 'ProviderOutage';
  return reasons[status] ?? (status >= 400 ? 'InvalidInput' : 'UnexpectedAnswer');
}
