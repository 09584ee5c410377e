/** Checks before every route: the key, the version of the API, the account and the rate limit. */
import type { FastifyRequest } from 'fastify';
import { type Account, apiVersion } from './account.ts';
import { StripeError } from './errors.ts';

export function authorise(request: FastifyRequest, account: Account, secretKey: string): void {
  const key = keyOf(request.headers.authorization ?? '');
  if (key === '')
    throw new StripeError(
      401,
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or we can help at https://support.stripe.com/.",
      { unbegun: true, headers: unauthenticated },
    );
  if (key !== secretKey)
    throw new StripeError(401, `Invalid API Key provided: ${masked(key)}`, {
      unbegun: true,
      headers: unauthenticated,
    });
  const other = request.headers['stripe-account'];
  if (typeof other === 'string' && other !== account.id) throw noAccess(secretKey, other);
}

const unauthenticated = { 'www-authenticate': 'Basic realm="Stripe"' };

export function noAccess(key: string, account: string): StripeError {
  return new StripeError(
    403,
    `The provided key '${masked(key)}' does not have access to account '${account}' (or that account does not exist). Application access may have been revoked.`,
    { code: 'account_invalid', unbegun: true },
  );
}

function keyOf(header: string): string {
  const [scheme = '', value = ''] = header.split(' ');
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return '';
  return Buffer.from(value, 'base64').toString().split(':')[0] ?? '';
}

function masked(key: string): string {
  if (key.length <= 12) return '*'.repeat(key.length);
  return `${key.slice(0, 8)}${'*'.repeat(key.length - 12)}${key.slice(-4)}`;
}

export function refuseOtherVersions(request: FastifyRequest): void {
  const asked = request.headers['stripe-version'];
  if (asked === undefined || asked === apiVersion) return;
  throw new StripeError(400, `Invalid Stripe API version: ${String(asked)}`, { unbegun: true });
}

/** Requests a second, of one account. https://docs.stripe.com/rate-limits */
export type RateLimit = { readonly live: number; readonly test: number };
export const stripesRateLimit: RateLimit = { live: 100, test: 25 };

/** In wall time, because the limit is about load: advancing the world's clock frees nothing. */
export function createRateLimiter(perSecond: number, nowMs: () => number): () => void {
  let tokens = perSecond;
  let filledMs = nowMs();
  return () => {
    const now = nowMs();
    tokens = Math.min(perSecond, tokens + ((now - filledMs) / 1000) * perSecond);
    filledMs = now;
    if (tokens < 1)
      throw new StripeError(
        429,
        'Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.',
        {
          code: 'rate_limit',
          unbegun: true,
          headers: { 'stripe-rate-limited-reason': 'global-rate', 'stripe-should-retry': 'false' },
        },
      );
    tokens -= 1;
  };
}
