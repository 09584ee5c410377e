/** Any record as Stripe's API shows it. */
import { type Account, apiVersion } from './account.ts';
import type { AnyRecord, StripeEvent } from './any-record.ts';
import { showCoupon } from './discounts.ts';
import { showCustomer, showEndpoint, showPrice, showProduct, showSession } from './show-catalog.ts';
import { showCreditNote } from './show-credit-note.ts';
import { showInvoice, showInvoicePayment } from './show-invoice.ts';
import { showCharge, showPaymentIntent, showPaymentMethod } from './show-payment.ts';
import { showDispute, showFraudWarning, showRefund } from './show-refund.ts';
import { showSubscription } from './show-subscription.ts';
import type { Shown } from './shown.ts';

export function show(account: Account, record: AnyRecord | StripeEvent): Shown {
  switch (record.object) {
    case 'customer':
      return showCustomer(account, record);
    case 'product':
      return showProduct(account, record);
    case 'coupon':
      return showCoupon(account, record);
    case 'price':
      return showPrice(account, record);
    case 'payment_method':
      return showPaymentMethod(account, record);
    case 'subscription':
      return showSubscription(account, record);
    case 'invoice':
      return showInvoice(account, record);
    case 'invoice_payment':
      return showInvoicePayment(account, record);
    case 'payment_intent':
      return showPaymentIntent(account, record);
    case 'charge':
      return showCharge(account, record);
    case 'refund':
      return showRefund(account, record);
    case 'credit_note':
      return showCreditNote(account, record);
    case 'dispute':
      return showDispute(account, record);
    case 'radar.early_fraud_warning':
      return showFraudWarning(account, record);
    case 'checkout.session':
      return showSession(account, record);
    case 'webhook_endpoint':
      return showEndpoint(account, record);
    case 'event':
      return showEvent(account, record);
  }
}

function showEvent(account: Account, event: StripeEvent): Shown {
  const object = show(account, event.data.object);
  const { previous } = event.data;
  const changed = previous === null ? null : formerly(show(account, previous), object);
  return {
    id: event.id,
    object: 'event',
    api_version: apiVersion,
    created: event.created,
    data: { object, ...(changed === null ? {} : { previous_attributes: changed }) },
    livemode: account.livemode,
    pending_webhooks: account.pendingWebhooks(event.id),
    request: event.request,
    type: event.type,
  };
}

/** The former values of changed fields; of hashes only the changed fields. */
function formerly(before: Shown, now: Shown): Shown {
  const fields: [string, unknown][] = [];
  for (const name of new Set([...Object.keys(before), ...Object.keys(now)])) {
    const [was, is] = [before[name], now[name]];
    if (JSON.stringify(was) === JSON.stringify(is)) continue;
    fields.push([name, isHash(was) && isHash(is) ? formerly(was, is) : (was ?? null)]);
  }
  return Object.fromEntries(fields);
}

function isHash(value: unknown): value is Shown {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
