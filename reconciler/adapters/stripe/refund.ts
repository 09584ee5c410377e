/** Giving back what of the last invoice was paid and is not given back yet. */
import type Stripe from 'stripe';
import { idOf } from './reference.ts';

export type RefundRequest = {
  readonly idempotencyKey: string;
  /** seconds; only the share of the current period after it is given back, all where absent */
  readonly unusedSince: number | undefined;
};

export async function refundLastInvoice(
  stripe: Stripe,
  id: string,
  { idempotencyKey, unusedSince }: RefundRequest,
): Promise<'refunded' | 'none'> {
  const subscription = await stripe.subscriptions.retrieve(id);
  const invoiceId = idOf(subscription.latest_invoice);
  if (invoiceId === null) return 'none';
  const invoice = await stripe.invoices.retrieve(invoiceId, { expand: ['payments'] });
  const payment = idOf(invoice.payments?.data[0]?.payment.payment_intent);
  if (payment === null) return 'none';
  const refunds = await stripe.refunds.list({ payment_intent: payment, limit: 100 });
  const refunded = refunds.data
    .filter((one) => one.status !== 'failed' && one.status !== 'canceled')
    .reduce((sum, one) => sum + one.amount, 0);
  const share = unusedSince === undefined ? 1 : unusedShare(subscription, unusedSince);
  // The same however often it is asked for: an idempotency key allows no other amount.
  const amount = Math.floor(invoice.amount_paid * share) - refunded;
  if (amount <= 0) return 'none';
  await stripe.refunds.create({ payment_intent: payment, amount }, { idempotencyKey });
  return 'refunded';
}

/** How much of the period that is paid for was still to come, from 0 to 1. */
function unusedShare(subscription: Stripe.Subscription, since: number): number {
  const periods = subscription.items.data;
  const start = Math.min(...periods.map((item) => item.current_period_start));
  const end = Math.max(...periods.map((item) => item.current_period_end));
  if (!(end > start)) return 1;
  return Math.min(1, Math.max(0, (end - since) / (end - start)));
}
