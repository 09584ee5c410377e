/** One Stripe account of the world: its objects as the API shows them, and the events they make. */
import type { Catalog } from '../../core/catalog.ts';
import type { WorldClock } from '../clock.ts';
import type { Randomness } from '../randomness.ts';

export type StripeObject = {
  readonly id: string;
  readonly object: string;
  readonly created: number;
  [field: string]: unknown;
};
export type Subscription = StripeObject & {
  status: string;
  customer: string;
  cancel_at_period_end: boolean;
  cancel_at: number | null;
  canceled_at: number | null;
  ended_at: number | null;
  pause_collection: { behavior: string; resumes_at: number | null } | null;
  metadata: Record<string, string>;
  items: {
    object: 'list';
    data: SubscriptionItem[];
    has_more: boolean;
    total_count: number;
    url: string;
  };
  latest_invoice: string | null;
};
export type SubscriptionItem = {
  id: string;
  object: 'subscription_item';
  price: Price;
  quantity: number;
  current_period_start: number;
  current_period_end: number;
  [field: string]: unknown;
};
export type Price = StripeObject & {
  product: string;
  lookup_key: string | null;
  unit_amount: number;
};
export type StripeEvent = StripeObject & {
  type: string;
  data: { object: StripeObject; previous_attributes?: object };
};

export type Account = {
  readonly id: string;
  readonly livemode: boolean;
  readonly clock: WorldClock;
  readonly customers: Map<string, StripeObject>;
  readonly products: Map<string, StripeObject>;
  readonly prices: Map<string, Price>;
  readonly subscriptions: Map<string, Subscription>;
  readonly invoices: Map<string, StripeObject>;
  readonly charges: Map<string, StripeObject>;
  readonly refunds: Map<string, StripeObject>;
  readonly events: Map<string, StripeEvent>;
  newId(prefix: string): string;
  now(): number;
  emit(type: string, object: StripeObject, previous?: object): StripeEvent;
};

export const apiVersion = '2026-10-28.endive';
const monthSeconds = 30 * 86_400;
const centsOf: Readonly<Record<string, number>> = { starter: 1900, pro: 3900 };

export function createAccount(options: {
  readonly clock: WorldClock;
  readonly randomness: Randomness;
  readonly catalog: Catalog;
  onEvent(event: StripeEvent): void;
}): Account {
  const { clock, randomness } = options;
  const now = () => Math.floor(clock.now() / 1000);
  const account: Account = {
    id: `acct_1${randomness.token(15)}`,
    livemode: false,
    clock,
    customers: new Map(),
    products: new Map(),
    prices: new Map(),
    subscriptions: new Map(),
    invoices: new Map(),
    charges: new Map(),
    refunds: new Map(),
    events: new Map(),
    newId: (prefix) => `${prefix}_1${randomness.token(23)}`,
    now,
    emit(type, object, previous) {
      const event: StripeEvent = {
        id: account.newId('evt'),
        object: 'event',
        api_version: apiVersion,
        created: now(),
        data: {
          object: structuredClone(object),
          ...(previous === undefined ? {} : { previous_attributes: previous }),
        },
        livemode: false,
        pending_webhooks: 1,
        request: { id: null, idempotency_key: null },
        type,
      };
      account.events.set(event.id, event);
      options.onEvent(event);
      return event;
    },
  };
  for (const [name, plan] of Object.entries(options.catalog.plans)) addPlan(account, name, plan);
  return account;
}

function addPlan(account: Account, name: string, plan: Catalog['plans'][string]): void {
  const product = plan.stripe.products?.[0] ?? account.newId('prod');
  const price = plan.stripe.prices?.[0] ?? account.newId('price');
  account.products.set(product, {
    id: product,
    object: 'product',
    active: true,
    created: account.now(),
    livemode: false,
    metadata: {},
    name: plan.title ?? name,
  });
  account.prices.set(price, {
    id: price,
    object: 'price',
    active: true,
    billing_scheme: 'per_unit',
    created: account.now(),
    currency: 'eur',
    livemode: false,
    lookup_key: plan.stripe.lookupKeys?.[0] ?? null,
    metadata: { plan: name },
    product,
    recurring: { interval: 'month', interval_count: 1, usage_type: 'licensed' },
    type: 'recurring',
    unit_amount: centsOf[name] ?? 2900,
  });
}

/** What a completed checkout leaves behind: a customer, an active subscription, a paid invoice. */
export function subscribe(
  account: Account,
  asked: {
    readonly price: Price;
    readonly email: string;
    readonly metadata: Record<string, string>;
  },
): Subscription {
  const now = account.now();
  const customer: StripeObject = {
    id: `cus_${account.newId('x').slice(3, 17)}`,
    object: 'customer',
    created: now,
    email: asked.email,
    livemode: false,
    metadata: {},
  };
  account.customers.set(customer.id, customer);
  const id = account.newId('sub');
  const item: SubscriptionItem = {
    id: account.newId('si'),
    object: 'subscription_item',
    created: now,
    metadata: {},
    price: asked.price,
    quantity: 1,
    subscription: id,
    current_period_start: now,
    current_period_end: now + monthSeconds,
  };
  const subscription: Subscription = {
    id,
    object: 'subscription',
    created: now,
    status: 'active',
    customer: customer.id,
    currency: 'eur',
    livemode: false,
    collection_method: 'charge_automatically',
    billing_cycle_anchor: now,
    start_date: now,
    trial_start: null,
    trial_end: null,
    cancel_at_period_end: false,
    cancel_at: null,
    canceled_at: null,
    ended_at: null,
    cancellation_details: { comment: null, feedback: null, reason: null },
    pause_collection: null,
    metadata: asked.metadata,
    items: {
      object: 'list',
      data: [item],
      has_more: false,
      total_count: 1,
      url: `/v1/subscription_items?subscription=${id}`,
    },
    latest_invoice: null,
  };
  account.subscriptions.set(id, subscription);
  account.emit('customer.created', customer);
  account.emit('customer.subscription.created', subscription);
  invoice(account, subscription, asked.price.unit_amount);
  return subscription;
}

function invoice(account: Account, subscription: Subscription, amount: number): void {
  const created = account.now();
  const intent = account.newId('pi');
  const charge: StripeObject = {
    id: account.newId('ch'),
    object: 'charge',
    created,
    amount,
    amount_refunded: 0,
    currency: 'eur',
    customer: subscription.customer,
    livemode: false,
    paid: true,
    payment_intent: intent,
    refunded: false,
    status: 'succeeded',
  };
  account.charges.set(charge.id, charge);
  const id = account.newId('in');
  const paid: StripeObject = {
    id,
    object: 'invoice',
    created,
    amount_due: amount,
    amount_paid: amount,
    currency: 'eur',
    customer: subscription.customer,
    livemode: false,
    status: 'paid',
    metadata: {},
    parent: {
      type: 'subscription_details',
      quote_details: null,
      subscription_details: { subscription: subscription.id, metadata: subscription.metadata },
    },
    payments: {
      object: 'list',
      data: [
        {
          id: account.newId('inpay'),
          object: 'invoice_payment',
          amount_paid: amount,
          invoice: id,
          payment: { type: 'payment_intent', payment_intent: intent },
          status: 'paid',
        },
      ],
      has_more: false,
      url: `/v1/invoice_payments?invoice=${id}`,
    },
  };
  account.invoices.set(id, paid);
  subscription.latest_invoice = id;
  account.emit('invoice.paid', paid);
}

/** Ends it now; the object says so from here on. */
export function cancelNow(account: Account, subscription: Subscription): void {
  if (subscription.status === 'canceled') return;
  const previous = {
    status: subscription.status,
    canceled_at: subscription.canceled_at,
    ended_at: subscription.ended_at,
  };
  subscription.status = 'canceled';
  subscription.canceled_at ??= account.now();
  subscription.ended_at = account.now();
  subscription['cancellation_details'] = {
    comment: null,
    feedback: null,
    reason: 'cancellation_requested',
  };
  account.emit('customer.subscription.deleted', subscription, previous);
}

/** Announced now, ended by the world's clock when the paid period is over. */
export function cancelAtPeriodEnd(account: Account, subscription: Subscription): void {
  const end = Math.max(...subscription.items.data.map((item) => item.current_period_end));
  subscription.cancel_at_period_end = true;
  subscription.cancel_at = end;
  subscription.canceled_at = account.now();
  account.emit('customer.subscription.updated', subscription, { cancel_at_period_end: false });
  account.clock.after((end - account.now()) * 1000, () => {
    if (subscription.cancel_at_period_end) cancelNow(account, subscription);
  });
}
