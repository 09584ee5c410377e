/** Webhook deliveries: signed as Stripe signs, tried again where the answer was not a 2xx. */
import { createHmac } from 'node:crypto';
import type { WorldClock } from '../clock.ts';
import type { StripeEvent } from './account.ts';

export type Delivery = {
  readonly event: string;
  readonly type: string;
  readonly url: string;
  readonly status: number | null;
};
export type Deliveries = {
  readonly log: readonly Delivery[];
  addEndpoint(url: string): void;
  endpoints(): readonly string[];
  /** Sends to every endpoint; resolves with the statuses of this first try. */
  send(event: StripeEvent): Promise<readonly (number | null)[]>;
  /** From now on events wait until `release`, which may put them in another order. */
  hold(): void;
  release(order: (events: readonly StripeEvent[]) => readonly StripeEvent[]): Promise<void>;
};

/** World time between tries, as far as a demonstration lasts. */
const retryDelaysMs = [5_000, 60_000, 600_000, 3_600_000, 6 * 3_600_000];
const answerTimeoutMs = 30_000;

export function createDeliveries(options: {
  readonly clock: WorldClock;
  readonly secret: string;
}): Deliveries {
  const { clock, secret } = options;
  const endpoints: string[] = [];
  const log: Delivery[] = [];
  let held: StripeEvent[] | null = null;

  async function deliver(event: StripeEvent, url: string, tries: number): Promise<number | null> {
    const payload = JSON.stringify(event, null, 2);
    const status = await post(url, payload, signature(payload, secret));
    log.push({ event: event.id, type: event.type, url, status });
    const delay = retryDelaysMs[tries];
    if ((status === null || status < 200 || status >= 300) && delay !== undefined) {
      clock.after(delay, () => void deliver(event, url, tries + 1));
    }
    return status;
  }
  const sendNow = (event: StripeEvent) =>
    Promise.all(endpoints.map((url) => deliver(event, url, 0)));
  return {
    log,
    addEndpoint: (url) => {
      if (!endpoints.includes(url)) endpoints.push(url);
    },
    endpoints: () => endpoints,
    async send(event) {
      if (held === null) return sendNow(event);
      held.push(event);
      return [];
    },
    hold: () => {
      held ??= [];
    },
    async release(order) {
      const events = held ?? [];
      held = null;
      for (const event of order(events)) await sendNow(event);
    },
  };
}

/** https://docs.stripe.com/webhooks#verify-manually: over wall time, which receivers check. */
function signature(payload: string, secret: string): string {
  const t = Math.floor(Date.now() / 1000);
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${payload}`).digest('hex')}`;
}

async function post(url: string, body: string, header: string): Promise<number | null> {
  try {
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'stripe-signature': header,
      'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
    };
    const answer = await fetch(url, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(answerTimeoutMs),
    });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return null;
  }
}
