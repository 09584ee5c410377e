/** Subscriptions and their items, as the API shows them. */
import type { Account } from './account.ts';
import type { Item, Subscription } from './records.ts';
import { showPlan, showPrice } from './show-catalog.ts';
import { listOf, type Shown } from './shown.ts';

const automaticTax = { disabled_reason: null, enabled: false, liability: null };
const invoiceSettings = {
  account_tax_ids: null,
  custom_fields: null,
  description: null,
  footer: null,
  issuer: { type: 'self' },
};
const paymentSettings = {
  payment_method_options: null,
  payment_method_types: null,
  save_default_payment_method: 'off',
};

export function showSubscription(account: Account, one: Subscription): Shown {
  const items = one.items.map((item) => showItem(account, item, one.id));
  return {
    id: one.id,
    object: 'subscription',
    application: null,
    application_fee_percent: null,
    automatic_tax: automaticTax,
    billing_cycle_anchor: one.billing_cycle_anchor,
    billing_cycle_anchor_config: null,
    billing_mode: { flexible: { proration_discounts: 'included' }, type: 'flexible' },
    billing_schedules: [],
    billing_thresholds: null,
    cancel_at: one.cancel_at,
    cancel_at_period_end: one.cancel_at_period_end,
    canceled_at: one.canceled_at,
    cancellation_details: { ...one.cancellation_details, feedback_option: null },
    collection_method: one.collection_method,
    created: one.created,
    currency: one.currency,
    customer: one.customer,
    customer_account: null,
    days_until_due: one.days_until_due,
    default_payment_method: one.default_payment_method,
    default_source: null,
    default_tax_rates: [],
    description: one.description,
    discounts: one.discounts.map(({ id }) => id),
    ended_at: one.ended_at,
    invoice_settings: invoiceSettings,
    items: listOf(`/v1/subscription_items?subscription=${one.id}`, items),
    latest_invoice: one.latest_invoice,
    livemode: account.livemode,
    managed_payments: { enabled: false },
    metadata: one.metadata,
    next_pending_invoice_item_invoice: null,
    on_behalf_of: null,
    pause_collection: one.pause_collection,
    payment_settings: paymentSettings,
    pending_invoice_item_interval: null,
    pending_setup_intent: null,
    pending_update: pendingUpdate(account, one),
    schedule: null,
    start_date: one.start_date,
    status: one.status,
    ...(one.paused === null ? {} : { status_details: pausedDetails(one.paused) }),
    test_clock: null,
    transfer_data: null,
    trial_end: one.trial_end,
    trial_settings: { end_behavior: { missing_payment_method: one.trial_ending } },
    trial_start: one.trial_start,
  };
}

function pausedDetails(paused: { readonly at: number; readonly type: string }): Shown {
  return {
    paused: {
      subscription: { type: paused.type },
      transitioned_at: paused.at,
      type: 'subscription',
    },
  };
}

function pendingUpdate(account: Account, one: Subscription): Shown | null {
  if (one.pending_update === null) return null;
  return {
    billing_cycle_anchor: null,
    cancel_at_period_end: null,
    discount: null,
    discounts: null,
    expires_at: one.pending_update.expires_at,
    metadata: null,
    subscription_items: one.pending_update.items.map((item) => showItem(account, item, one.id)),
    trial_end: null,
    trial_from_plan: null,
  };
}

export function showItem(account: Account, item: Item, subscription: string): Shown {
  const price = account.prices.get(item.price);
  return {
    id: item.id,
    object: 'subscription_item',
    billing_thresholds: null,
    created: item.created,
    current_period_end: item.current_period_end,
    current_period_start: item.current_period_start,
    current_trial: null,
    discounts: [],
    metadata: item.metadata,
    ...(price === undefined
      ? {}
      : { plan: showPlan(account, price), price: showPrice(account, price) }),
    quantity: item.quantity,
    subscription,
    tax_rates: [],
  };
}
