/**
 * Reads when a token ends: GitHub tells it in a header of each answer, for tokens that expire.
 * https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/token-expiration-and-revocation
 */
import { Octokit } from '@octokit/rest';
import { Failure } from '../../core/failure.ts';
import { timeMsIn } from '../../core/text/time.ts';
import { failureOf, headersOf, statusOf } from './failures.ts';

const timeoutMs = 15_000;
const header = 'github-authentication-token-expiration';

/** `nowMs` is the server's time. */
export async function tokenExpiry(options: {
  readonly token: string;
  readonly apiUrl: string;
}): Promise<{ readonly at: string | null; readonly nowMs: number }> {
  const octokit = new Octokit({
    auth: options.token,
    baseUrl: options.apiUrl.replace(/\/+$/, ''),
    userAgent: 'aura',
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
  const request = { signal: AbortSignal.timeout(timeoutMs) };
  const headers = await octokit.rest.rateLimit.get({ request }).then(
    (answer) => answer.headers as Readonly<Record<string, unknown>>,
    (thrown: unknown) => {
      // A server without limits answers so.
      if (statusOf(thrown) !== 404) throw failureOf(thrown);
      return headersOf(thrown);
    },
  );
  const nowMs = timeMsIn(String(headers['date'] ?? ''));
  if (nowMs === null) throw new Failure('UnexpectedAnswer', 'an answer of GitHub carries no Date');
  return { at: tokenEndIn(headers), nowMs };
}

/** null for a token that does not expire, and for an App's, which is renewed in time */
export function tokenEndIn(headers: Readonly<Record<string, unknown>>): string | null {
  const text = headers[header];
  return typeof text === 'string' ? timeOf(text) : null;
}

/** `2026-12-30 10:00:00 UTC`, or with an offset such as `+0200`. */
function timeOf(text: string): string {
  const iso = text
    .trim()
    .replace(' UTC', 'Z')
    .replace(/ ([+-]\d{2}):?(\d{2})$/, '$1:$2')
    .replace(' ', 'T');
  const ms = timeMsIn(iso);
  if (ms === null)
    throw new Failure('UnexpectedAnswer', `GitHub names no time: ${text.slice(0, 60)}`);
  return new Date(ms).toISOString();
}
