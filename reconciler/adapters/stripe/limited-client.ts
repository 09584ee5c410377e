/** Limits the whole exchange of Stripe's client, whose own timeout only ends silent connections. */
import type { IncomingMessage } from 'node:http';
import Stripe from 'stripe';

type Client = ReturnType<typeof Stripe.createNodeHttpClient>;

export function createLimitedClient(limitMs: number): Client {
  const client = Stripe.createNodeHttpClient();
  return {
    getClientName: () => client.getClientName(),
    makeRequest: (...request) => {
      let raw: IncomingMessage | null = null;
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          const overdue = Object.assign(new TypeError('the answer did not end'), {
            code: 'ETIMEDOUT',
          });
          raw?.destroy(overdue);
          reject(overdue);
        }, limitMs);
        client.makeRequest(...request).then(
          (response) => {
            raw = response.getRawResponse() as IncomingMessage;
            raw.once('close', () => clearTimeout(timer));
            resolve(response);
          },
          (error: unknown) => {
            clearTimeout(timer);
            reject(error);
          },
        );
      });
    },
  };
}
