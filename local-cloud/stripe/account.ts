/** One Stripe account of the world: its objects, its ids, and the events of its changes. */
import type { Catalog } from '../../reconciler/core/agent/catalog.ts';
import type { WorldClock } from '../clock.ts';
import type { Randomness } from '../randomness.ts';
import type { AnyRecord, StripeEvent } from './any-record.ts';
import { type Collection, createCollection } from './collection.ts';
import type {
  Charge,
  CreditNote,
  Dispute,
  FraudWarning,
  Invoice,
  InvoicePayment,
  PaymentIntent,
  Refund,
} from './money-records.ts';
import type {
  CheckoutSession,
  Coupon,
  Customer,
  PaymentMethod,
  Price,
  Product,
  Subscription,
  WebhookEndpoint,
} from './records.ts';
import { createTimers, type Timers } from './timers.ts';

/** What happens to a subscription whose invoice was not paid on the last attempt. */
export type Dunning = 'cancel' | 'unpaid' | 'past_due';

export type Account = {
  readonly id: string;
  readonly livemode: boolean;
  readonly dunning: Dunning;
  readonly clock: WorldClock;
  readonly timers: Timers;
  readonly customers: Collection<Customer>;
  readonly products: Collection<Product>;
  readonly prices: Collection<Price>;
  readonly coupons: Collection<Coupon>;
  readonly paymentMethods: Collection<PaymentMethod>;
  readonly subscriptions: Collection<Subscription>;
  readonly invoices: Collection<Invoice>;
  readonly invoicePayments: Collection<InvoicePayment>;
  readonly paymentIntents: Collection<PaymentIntent>;
  readonly charges: Collection<Charge>;
  readonly refunds: Collection<Refund>;
  readonly creditNotes: Collection<CreditNote>;
  readonly disputes: Collection<Dispute>;
  readonly fraudWarnings: Collection<FraudWarning>;
  readonly sessions: Collection<CheckoutSession>;
  readonly webhookEndpoints: Collection<WebhookEndpoint>;
  readonly events: Collection<StripeEvent>;
  /** deleted customers, which are still answered with a stub */
  readonly deletedCustomers: Set<string>;
  /** The request that causes events now; null for changes by time. */
  request: { readonly id: string; readonly idempotencyKey: string | null } | null;
  /** Runs a function without keeping or sending its events. */
  quietly<Result>(happen: () => Result): Result;
  newId(prefix: string, chars?: number): string;
  now(): number;
  /** How many deliveries of the event are still to succeed. */
  pendingWebhooks(event: string): number;
  emit(type: string, object: AnyRecord, previous?: AnyRecord): void;
};

export const apiVersion = '2026-10-28.endive';
const centsOf: Readonly<Record<string, number>> = { starter: 1900, pro: 3900 };

export function createAccount(options: {
  readonly clock: WorldClock;
  readonly randomness: Randomness;
  readonly catalog: Catalog;
  readonly livemode: boolean;
  readonly dunning: Dunning;
  onEvent(event: StripeEvent): void;
  pendingWebhooks(event: string): number;
  look(id: string): void;
}): Account {
  const { clock, randomness } = options;
  const newId = idMaker(randomness);
  let quiet = false;
  const account: Account = {
    id: `acct_1${randomness.token(15)}`,
    livemode: options.livemode,
    dunning: options.dunning,
    clock,
    timers: createTimers(clock, options.look),
    customers: createCollection(['email']),
    products: createCollection(),
    prices: createCollection(['product']),
    coupons: createCollection(),
    paymentMethods: createCollection(),
    subscriptions: createCollection(['customer']),
    invoices: createCollection(['subscription', 'customer']),
    invoicePayments: createCollection(['invoice', 'payment_intent']),
    paymentIntents: createCollection(['customer']),
    charges: createCollection(['customer', 'payment_intent']),
    refunds: createCollection(['charge', 'payment_intent']),
    creditNotes: createCollection(['invoice']),
    disputes: createCollection(['charge', 'payment_intent']),
    fraudWarnings: createCollection(['charge', 'payment_intent']),
    sessions: createCollection(),
    webhookEndpoints: createCollection(),
    events: createCollection(),
    deletedCustomers: new Set(),
    request: null,
    quietly(happen) {
      const before = quiet;
      quiet = true;
      try {
        return happen();
      } finally {
        quiet = before;
      }
    },
    newId,
    now: () => Math.floor(clock.now() / 1000),
    pendingWebhooks: options.pendingWebhooks,
    emit(type, object, previous) {
      if (quiet) return;
      const { request } = account;
      const event = account.events.put({
        id: newId('evt'),
        object: 'event',
        created: account.now(),
        type,
        request:
          request === null
            ? noRequest
            : { id: request.id, idempotency_key: request.idempotencyKey },
        data: { object, previous: previous ?? null },
      });
      options.onEvent(event);
    },
  };
  for (const [name, plan] of Object.entries(options.catalog.plans)) addPlan(account, name, plan);
  return account;
}

const noRequest = { id: null, idempotency_key: null };
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** As many base-62 digits as one draw of 53 bits fills. */
const digitsPerDraw = 8;

/** Three draws per id and one flat string, because a large world makes millions of ids. */
function idMaker(randomness: Randomness): Account['newId'] {
  return (prefix, chars = 24) => {
    const digits = [prefix, '_1'];
    const wanted = chars + 1;
    while (digits.length < wanted) {
      let draw = randomness.below(62 ** digitsPerDraw);
      for (let digit = 0; digit < digitsPerDraw && digits.length < wanted; digit += 1) {
        digits.push(letters.charAt(draw % 62));
        draw = Math.floor(draw / 62);
      }
    }
    return digits.join('');
  };
}

function addPlan(account: Account, name: string, plan: Catalog['plans'][string]): void {
  const product = plan.stripe.products?.[0] ?? account.newId('prod', 14);
  const price = plan.stripe.prices?.[0] ?? account.newId('price');
  const created = account.now();
  account.products.put({
    id: product,
    object: 'product',
    created,
    active: true,
    name: plan.title ?? name,
    description: null,
    default_price: price,
    metadata: {},
    updated: created,
  });
  account.prices.put({
    id: price,
    object: 'price',
    created,
    active: true,
    currency: 'eur',
    product,
    lookup_key: plan.stripe.lookupKeys?.[0] ?? null,
    nickname: null,
    unit_amount: centsOf[name] ?? 2900,
    recurring: { interval: 'month', interval_count: 1 },
    metadata: { plan: name },
  });
}
