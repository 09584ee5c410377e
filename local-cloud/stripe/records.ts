/**
 * Records of the account's objects: the fields that differ between objects, under Stripe's own
 * names. Other fields are added when an object is shown. Records never change in place, so an event
 * refers to the object as it was without a copy.
 */
export type Metadata = Readonly<Record<string, string>>;

export type Base<Kind extends string> = {
  readonly id: string;
  readonly object: Kind;
  readonly created: number;
};

export type Customer = Base<'customer'> & {
  readonly email: string | null;
  readonly name: string | null;
  readonly description: string | null;
  readonly phone: string | null;
  readonly metadata: Metadata;
  readonly default_payment_method: string | null;
  readonly delinquent: boolean;
};
export type Product = Base<'product'> & {
  readonly active: boolean;
  readonly name: string;
  readonly description: string | null;
  readonly default_price: string | null;
  readonly metadata: Metadata;
  readonly updated: number;
};
export type Price = Base<'price'> & {
  readonly active: boolean;
  readonly currency: string;
  readonly product: string;
  readonly lookup_key: string | null;
  readonly nickname: string | null;
  readonly unit_amount: number;
  readonly recurring: { readonly interval: Interval; readonly interval_count: number } | null;
  readonly metadata: Metadata;
};
export type Interval = 'day' | 'week' | 'month' | 'year';

export const couponDurations = ['forever', 'once', 'repeating'] as const;
export type Coupon = Base<'coupon'> & {
  readonly percent_off: number | null;
  readonly amount_off: number | null;
  readonly currency: string | null;
  readonly duration: (typeof couponDurations)[number];
  readonly duration_in_months: number | null;
  /** null where it applies to all */
  readonly products: readonly string[] | null;
  readonly name: string | null;
  readonly metadata: Metadata;
};
/** A coupon that a subscription has, from `start` to `end`, seconds. */
export type Discount = {
  readonly id: string;
  readonly coupon: Coupon;
  readonly start: number;
  readonly end: number | null;
};

/** How the bank answers when a card is charged. */
type CardBehaviour = 'succeeds' | 'declines' | 'asks';
/** How the bank treats a refund: it is done at once, is done later, or comes back later. */
type RefundBehaviour = 'succeeds' | 'pends' | 'fails';
export type PaymentMethod = Base<'payment_method'> & {
  readonly customer: string | null;
  readonly last4: string;
  readonly brand: string;
  readonly behaviour: CardBehaviour;
  readonly refunds: RefundBehaviour;
  readonly metadata: Metadata;
};

export const subscriptionStatuses = [
  'active',
  'canceled',
  'incomplete',
  'incomplete_expired',
  'past_due',
  'paused',
  'trialing',
  'unpaid',
] as const;
export type SubscriptionStatus = (typeof subscriptionStatuses)[number];
export const pauseBehaviours = ['keep_as_draft', 'mark_uncollectible', 'void'] as const;
export const trialEndings = ['cancel', 'create_invoice', 'pause'] as const;

export type Item = {
  readonly id: string;
  readonly created: number;
  readonly price: string;
  readonly quantity: number;
  readonly current_period_start: number;
  readonly current_period_end: number;
  readonly metadata: Metadata;
};
export type Proration = {
  readonly item: string;
  readonly price: string;
  readonly quantity: number;
  readonly amount: number;
  readonly description: string;
  /** the end of the item's period, second */
  readonly end: number;
};
export type Subscription = Base<'subscription'> & {
  readonly customer: string;
  readonly status: SubscriptionStatus;
  readonly currency: string;
  readonly start_date: number;
  readonly billing_cycle_anchor: number;
  readonly collection_method: 'charge_automatically' | 'send_invoice';
  readonly days_until_due: number | null;
  readonly default_payment_method: string | null;
  readonly description: string | null;
  readonly trial_start: number | null;
  readonly trial_end: number | null;
  readonly trial_ending: (typeof trialEndings)[number];
  readonly trial_end_announced: boolean;
  readonly cancel_at_period_end: boolean;
  readonly cancel_at: number | null;
  readonly canceled_at: number | null;
  readonly ended_at: number | null;
  readonly cancellation_details: {
    readonly comment: string | null;
    readonly feedback: string | null;
    readonly reason: string | null;
  };
  readonly pause_collection: {
    readonly behavior: (typeof pauseBehaviours)[number];
    readonly resumes_at: number | null;
  } | null;
  readonly paused: { readonly at: number; readonly type: string } | null;
  readonly metadata: Metadata;
  readonly items: readonly Item[];
  readonly discounts: readonly Discount[];
  readonly latest_invoice: string | null;
  readonly pending_update: PendingUpdate | null;
  /** lines that the next invoice adds for changes within a period */
  readonly prorations: readonly Proration[];
};
type PendingUpdate = {
  readonly expires_at: number;
  readonly items: readonly Item[];
  readonly invoice: string;
};

export type CheckoutSession = Base<'checkout.session'> & {
  readonly mode: 'subscription' | 'payment';
  readonly status: 'open' | 'complete' | 'expired';
  readonly customer: string | null;
  readonly customer_email: string | null;
  readonly client_reference_id: string | null;
  readonly success_url: string | null;
  readonly cancel_url: string | null;
  readonly expires_at: number;
  readonly line_items: readonly { readonly price: string; readonly quantity: number }[];
  readonly subscription: string | null;
  readonly invoice: string | null;
  readonly subscription_metadata: Metadata;
  readonly trial_period_days: number | null;
  readonly metadata: Metadata;
};
export type WebhookEndpoint = Base<'webhook_endpoint'> & {
  readonly url: string;
  readonly enabled_events: readonly string[];
  readonly status: 'enabled' | 'disabled';
  readonly description: string | null;
  readonly api_version: string | null;
  readonly secret: string;
  readonly metadata: Metadata;
};
