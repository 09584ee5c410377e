/** Stripe's side of a delivery: a signed event over HTTP, and how long its answer took. */
import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';

type Delivery = { readonly id: string; readonly subscription: string };
export type Delivered = Delivery & {
  readonly status: number;
  readonly ms: number;
  /** whether the answer says that something was written for it */
  readonly written: boolean;
};

export type Sender = { send(delivery: Delivery): Promise<Delivered>; close(): void };

export function createSender(url: string, secret: string): Sender {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  return {
    close: () => agent.destroy(),
    async send(delivery) {
      const body = bodyOf(delivery);
      const t = Math.floor(Date.now() / 1000);
      const v1 = createHmac('sha256', secret).update(`${t}.${body}`).digest('hex');
      const started = performance.now();
      const { status, text } = await post(agent, url, {
        body,
        signature: `t=${t},v1=${v1}`,
      });
      const ms = performance.now() - started;
      return { ...delivery, status, ms, written: /"did":"written"/.test(text) };
    },
  };
}

function bodyOf({ id, subscription }: Delivery): string {
  return JSON.stringify({
    id,
    object: 'event',
    type: 'customer.subscription.updated',
    created: Math.floor(Date.now() / 1000),
    livemode: true,
    data: { object: { id: subscription, object: 'subscription', customer: 'cus_any' } },
  });
}

function post(
  agent: Agent,
  url: string,
  sent: { readonly body: string; readonly signature: string },
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve) => {
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(sent.body),
      'stripe-signature': sent.signature,
    };
    const asked = request(url, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        text += piece;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', () => resolve({ status: 0, text: '' }));
    });
    // No answer counts as an answer that is not 2xx: Stripe delivers again.
    asked.on('error', () => resolve({ status: 0, text: '' }));
    asked.end(sent.body);
  });
}
