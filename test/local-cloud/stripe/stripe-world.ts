/** One Stripe account on a server of its own, with the official package in front of it. */
import Stripe from 'stripe';
import { startApi } from '../../../local-cloud/api-server.ts';
import { createWorldClock, type WorldClock } from '../../../local-cloud/clock.ts';
import { createFaults, type Faults } from '../../../local-cloud/faults.ts';
import { createLedger } from '../../../local-cloud/ledger.ts';
import { createRandomness } from '../../../local-cloud/randomness.ts';
import {
  createStripe,
  type StripeOptions,
  type StripeWorld,
} from '../../../local-cloud/stripe/stripe.ts';
import { catalogOf } from '../../builders/world.ts';
import type { Exchange } from '../../support/stripe-openapi.ts';

export const secretKey = 'sk_test_51World0000000000';
export const webhookSecret = 'whsec_world';
export const daySeconds = 86_400;
/** 31 January: the month that shows how months are counted */
export const startMs = Date.UTC(2027, 0, 31, 12);

export type Started = {
  readonly world: StripeWorld;
  readonly clock: WorldClock;
  readonly faults: Faults;
  readonly client: Stripe;
  readonly url: string;
  readonly exchanges: Exchange[];
  ask(method: string, path: string, asked?: Asked): Promise<Answer>;
  close(): Promise<void>;
};
type Asked = {
  readonly form?: string;
  readonly headers?: Readonly<Record<string, string>>;
};
type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    readonly id: string;
    readonly error: {
      readonly type: string;
      readonly message: string;
      readonly code?: string;
      readonly param?: string;
      readonly doc_url: string;
      readonly request_log_url: string;
    };
  };
};

/** World time stands still, so that every second in an answer is known. */
export async function startStripe(options: Partial<StripeOptions> = {}): Promise<Started> {
  const clock = createWorldClock({ startMs, rate: 0 });
  const faults = createFaults();
  const key = options.secretKey ?? secretKey;
  const world = createStripe({
    clock,
    randomness: createRandomness(3),
    catalog: catalogOf(),
    webhookSecret,
    rateLimit: 'off',
    ...options,
    secretKey: key,
  });
  const api = await startApi(world, { clock, ledger: createLedger(), faults });
  const exchanges: Exchange[] = [];
  const { hostname: host, port } = new URL(api.url);
  const client = new Stripe(key, {
    host,
    port: Number(port),
    protocol: 'http',
    maxNetworkRetries: 0,
    telemetry: false,
    httpClient: Stripe.createFetchHttpClient(listening(exchanges)),
  });
  return {
    world,
    clock,
    faults,
    client,
    url: api.url,
    exchanges,
    async ask(method, path, { form, headers } = {}) {
      const answer = await fetch(`${api.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${key}`, ...headers },
        ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
      });
      const text = await answer.text();
      return {
        status: answer.status,
        headers: answer.headers,
        body: JSON.parse(text) as Answer['body'],
      };
    },
    async close() {
      await api.close();
      clock.close();
    },
  };
}

function listening(exchanges: Exchange[]): typeof fetch {
  return async (input, init) => {
    const answer = await fetch(input, init);
    const body: unknown = await answer.clone().json();
    const { pathname, search } = new URL(String(input));
    exchanges.push({
      method: init?.method ?? 'GET',
      url: `${pathname}${search}`,
      form: String(init?.body ?? ''),
      status: answer.status,
      body,
    });
    return answer;
  };
}

/** A customer whose card is that of https://docs.stripe.com/testing, as the default. */
export async function customerWith(client: Stripe, card = 'pm_card_visa'): Promise<string> {
  const customer = await client.customers.create({ email: 'someone@example.com' });
  const method = await client.paymentMethods.attach(card, { customer: customer.id });
  await client.customers.update(customer.id, {
    invoice_settings: { default_payment_method: method.id },
  });
  return customer.id;
}

export async function priceOf(client: Stripe, plan: string): Promise<string> {
  const prices = await client.prices.list({ limit: 100 });
  const found = prices.data.find((price) => price.metadata['plan'] === plan);
  if (found === undefined) throw new Error(`no plan ${plan}`);
  return found.id;
}
