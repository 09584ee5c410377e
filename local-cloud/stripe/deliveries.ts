/** Webhook deliveries: signed as Stripe signs, tried again where the answer was not a 2xx. */
import { createHmac } from 'node:crypto';
import type { Account } from './account.ts';
import type { StripeEvent } from './any-record.ts';
import type { WebhookEndpoint } from './records.ts';
import { show } from './show.ts';

type Delivery = {
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
  /** Holds events back until `release`, which may reorder or repeat them. */
  hold(): void;
  release(order: (events: readonly StripeEvent[]) => readonly StripeEvent[]): Promise<void>;
  /** How many endpoints have not acknowledged the event yet. */
  pending(event: string): number;
  /** Further receivers of each event when it is sent: sessions of `stripe listen`. */
  listen(listener: (event: StripeEvent, payload: string) => void): void;
  record(delivery: Delivery): void;
};

/** World time between attempts: three days in total, at growing intervals. */
const retryDelaysMs = [5_000, 60_000, 600_000, 3_600_000, ...Array<number>(11).fill(6 * 3_600_000)];
const answerTimeoutMs = 30_000;

/** `accountOf` is a function, because the account itself needs the deliveries. */
export function createDeliveries(accountOf: () => Account, firstSecret: string): Deliveries {
  const log: Delivery[] = [];
  const pending = new Map<string, number>();
  const listeners: ((event: StripeEvent, payload: string) => void)[] = [];
  let held: StripeEvent[] | null = null;

  async function deliver(
    event: StripeEvent,
    endpoint: WebhookEndpoint,
    tries: number,
  ): Promise<number | null> {
    const account = accountOf();
    const payload = payloadOf(account, event);
    const status = await post(endpoint.url, payload, signature(payload, endpoint.secret));
    log.push({ event: event.id, type: event.type, url: endpoint.url, status });
    const delay = retryDelaysMs[tries];
    if (status !== null && status >= 200 && status < 300) taken(event.id);
    else if (delay !== undefined)
      account.clock.after(delay, () => {
        const now = account.webhookEndpoints.get(endpoint.id);
        if (now?.status === 'enabled') void deliver(event, now, tries + 1);
      });
    return status;
  }
  function taken(event: string): void {
    const left = (pending.get(event) ?? 1) - 1;
    if (left > 0) pending.set(event, left);
    else pending.delete(event);
  }
  function sendNow(event: StripeEvent): Promise<readonly (number | null)[]> {
    if (listeners.length > 0) {
      const payload = payloadOf(accountOf(), event);
      for (const listener of listeners) listener(event, payload);
    }
    return Promise.all(receiversOf(accountOf(), event).map((one) => deliver(event, one, 0)));
  }
  return {
    log,
    addEndpoint: (url) => {
      const account = accountOf();
      if (urlsOf(account).includes(url)) return;
      addEndpoint(account, { url, enabled_events: ['*'], secret: firstSecret });
    },
    endpoints: () => urlsOf(accountOf()),
    async send(event) {
      const receivers = receiversOf(accountOf(), event).length;
      if (receivers > 0) pending.set(event.id, receivers);
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
    pending: (event) => pending.get(event) ?? 0,
    listen: (listener) => void listeners.push(listener),
    record: (delivery) => void log.push(delivery),
  };
}

export function addEndpoint(
  account: Account,
  asked: Partial<WebhookEndpoint> & Pick<WebhookEndpoint, 'url' | 'enabled_events' | 'secret'>,
): WebhookEndpoint {
  return account.webhookEndpoints.put({
    id: account.newId('we'),
    object: 'webhook_endpoint',
    created: account.now(),
    status: 'enabled',
    description: null,
    api_version: null,
    metadata: {},
    ...asked,
  });
}

function urlsOf(account: Account): readonly string[] {
  return [...account.webhookEndpoints.values()].map(({ url }) => url);
}

function receiversOf(account: Account, event: StripeEvent): readonly WebhookEndpoint[] {
  return [...account.webhookEndpoints.values()].filter(
    ({ status, enabled_events }) =>
      status === 'enabled' && (enabled_events.includes('*') || enabled_events.includes(event.type)),
  );
}

function payloadOf(account: Account, event: StripeEvent): string {
  return JSON.stringify(show(account, event), null, 2);
}

/** https://docs.stripe.com/webhooks#verify-manually: over wall time, which receivers check. */
export function signature(payload: string, secret: string): string {
  const t = Math.floor(Date.now() / 1000);
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${payload}`).digest('hex')}`;
}

export const deliveryHeaders = {
  'content-type': 'application/json; charset=utf-8',
  'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
};

async function post(url: string, body: string, header: string): Promise<number | null> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { ...deliveryHeaders, 'stripe-signature': header },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(answerTimeoutMs),
    });
    await answer.arrayBuffer();
    return answer.status;
  } catch {
    return null;
  }
}
