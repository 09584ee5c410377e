/** Stripe's client, in the API version that its package pins. */
import Stripe from 'stripe';
import { createLimitedClient } from './limited-client.ts';

const timeoutMs = 20_000;

export function createClient({ secretKey, apiBase }: StripeAccess): Stripe {
  const base = new URL(apiBase);
  return new Stripe(secretKey, {
    host: base.hostname,
    port: base.port === '' ? (base.protocol === 'http:' ? 80 : 443) : Number(base.port),
    protocol: base.protocol === 'http:' ? 'http' : 'https',
    maxNetworkRetries: 2,
    timeout: timeoutMs,
    httpClient: createLimitedClient(timeoutMs),
    telemetry: false,
  });
}

export type StripeAccess = {
  readonly secretKey: string;
  /** e.g. `https://api.stripe.com` */
  readonly apiBase: string;
};
