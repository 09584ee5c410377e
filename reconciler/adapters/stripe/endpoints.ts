/** The webhook endpoints of the account, and the version in which each gets its events. */
import Stripe from 'stripe';
import { asking } from './answer.ts';
import { createClient, type StripeAccess } from './client.ts';

export type Endpoint = {
  readonly id: string;
  readonly url: string;
  readonly enabled: boolean;
  /** types, or `*` */
  readonly events: readonly string[];
  /** null: the default version of the account */
  readonly apiVersion: string | null;
};

/** The version that this program asks for. */
export const pinnedVersion: string = Stripe.API_VERSION;

export function webhookEndpoints(access: StripeAccess): Promise<readonly Endpoint[]> {
  const stripe = createClient(access);
  return asking(async () => {
    const endpoints: Endpoint[] = [];
    for await (const one of stripe.webhookEndpoints.list({ limit: 100 })) {
      endpoints.push({
        id: one.id,
        url: one.url,
        enabled: one.status === 'enabled',
        events: one.enabled_events,
        apiVersion: one.api_version,
      });
    }
    return endpoints;
  });
}
