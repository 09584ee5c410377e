/**
 * Converts errors of GitHub to Failures by their status, so that callers do not depend on GitHub's
 * texts. A 404 is an answer for `orNull`.
 */
import { Failure } from '../../core/failure.ts';

export async function asked<Answer>(call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (thrown) {
    throw failureOf(thrown);
  }
}

export async function orNull<Answer>(call: Promise<Answer>): Promise<Answer | null> {
  try {
    return await call;
  } catch (thrown) {
    if (statusOf(thrown) === 404) return null;
    throw failureOf(thrown);
  }
}

/** A list in an answer: one that breaks off is empty to Octokit, and is no list without items. */
export function listIn<Item>(data: readonly Item[]): readonly Item[] {
  if (Array.isArray(data)) return data;
  throw new Failure('UnexpectedAnswer', 'GitHub answers without a list');
}

/** The shape of Octokit's errors; a request that got no answer has no response. */
type RequestError = Error & {
  readonly status: number;
  readonly response?: {
    readonly headers: Readonly<Record<string, string | number | undefined>>;
    readonly data?: unknown;
  };
};

function isRequestError(thrown: unknown): thrown is RequestError {
  return thrown instanceof Error && 'status' in thrown && typeof thrown.status === 'number';
}

export function statusOf(thrown: unknown): number | null {
  return isRequestError(thrown) && thrown.response !== undefined ? thrown.status : null;
}

/** No answer, or one of a server that fails: Octokit gives a request without an answer a 500. */
export function isOutage(thrown: unknown): boolean {
  return isRequestError(thrown) && thrown.status >= 500;
}

export function headersOf(thrown: unknown): Readonly<Record<string, string | number | undefined>> {
  return isRequestError(thrown) ? (thrown.response?.headers ?? {}) : {};
}

export function failureOf(thrown: unknown): Failure {
  // Failures of the App's login and of parsing are classified already.
  if (thrown instanceof Failure) return thrown;
  const status = statusOf(thrown);
  if (!isRequestError(thrown) || status === null) {
    return new Failure('NetworkUnreachable', 'GitHub does not answer', { cause: thrown });
  }
  const details = { httpStatus: status, ...waitOf(thrown) };
  const said = `GitHub answers ${status}`;
  if (status === 401) return new Failure('Unauthorized', said, details);
  if (status === 429 || (status === 403 && isRateLimit(thrown))) {
    return new Failure('RateLimited', said, { ...details, ...waitOfLimit(thrown) });
  }
  if (status === 403) return new Failure('Forbidden', said, details);
  if (status === 404) return new Failure('NotFound', said, details);
  if (status === 409 || status === 405) return new Failure('Conflict', said, details);
  if (status >= 500) return new Failure('ProviderOutage', said, details);
  if (status === 400 || status === 422) {
    // GitHub's text names the field, and contains none of our secrets.
    return new Failure('InvalidInput', `${said}: ${thrown.message}`, details);
  }
  return new Failure('UnexpectedAnswer', said, details);
}

/**
 * A secondary limit may come with neither header, and with requests left: then only GitHub's text
 * distinguishes it from a refusal. Its client's throttling plugin reads it the same way.
 * https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 */
function isRateLimit({ response }: RequestError): boolean {
  const headers = response?.headers ?? {};
  if (headers['x-ratelimit-remaining'] === '0' || headers['retry-after'] !== undefined) return true;
  const data = response?.data;
  // A proxy of GitHub may answer with a page instead of JSON.
  const said = data !== null && typeof data === 'object' && 'message' in data ? data.message : data;
  return /\b(?:secondary rate|abuse detection|rate limit exceeded)\b/i.test(String(said));
}

/** Used if GitHub names no time: at least a minute, as its documentation asks. */
export const limitSecondsUsual = 60;

function waitOfLimit(error: RequestError): { retryAfterSeconds: number } {
  const { retryAfterSeconds } = waitOf(error);
  return { retryAfterSeconds: retryAfterSeconds ?? untilReset(error) ?? limitSecondsUsual };
}

/** Until a spent hour ends, by GitHub's clock; null for another limit. */
function untilReset({ response }: RequestError): number | null {
  const headers = response?.headers ?? {};
  if (headers['x-ratelimit-remaining'] !== '0') return null;
  const seconds = Number(headers['x-ratelimit-reset']) - Date.parse(String(headers['date'])) / 1000;
  return seconds > 0 ? Math.ceil(seconds) : null;
}

function waitOf({ response }: RequestError): { retryAfterSeconds?: number } {
  const seconds = Number(response?.headers['retry-after'] ?? Number.NaN);
  return Number.isFinite(seconds) ? { retryAfterSeconds: seconds } : {};
}
