/** Refunds what was paid of the last invoice and is not refunded yet. */
import type Stripe from 'stripe';
import { type PaidLine, unusedShare } from '../../core/billing/unused.ts';
import { Failure } from '../../core/failure.ts';
import { idOf } from './reference.ts';

type RefundRequest = {
  readonly idempotencyKey: string;
  /** seconds; refunds only what was paid for the time after it, or everything if absent */
  readonly unusedSince: number | undefined;
};

export async function refundLastInvoice(
  stripe: Stripe,
  id: string,
  { idempotencyKey, unusedSince }: RefundRequest,
): Promise<'refunded' | 'none'> {
  const invoice = idOf((await stripe.subscriptions.retrieve(id)).latest_invoice);
  if (invoice === null) return 'none';
  const payments = await paymentsOf(stripe, invoice);
  const paid = payments.reduce((sum, one) => sum + one.paid, 0);
  const returned = payments.reduce((sum, one) => sum + one.returned, 0);
  const share = unusedSince === undefined ? 1 : await shareAfter(stripe, invoice, unusedSince);
  // The same in each attempt: an idempotency key allows no other amount.
  let left = Math.round(paid * share) - returned;
  if (left <= 0) return 'none';
  for (const { of, paid: whole, returned: before } of payments) {
    const amount = Math.min(left, whole - before);
    if (amount <= 0) continue;
    const key =
      payments.length === 1 ? idempotencyKey : `${idempotencyKey}/${Object.values(of)[0]}`;
    const { status, failure_reason } = await stripe.refunds.create(
      { ...of, amount },
      { idempotencyKey: key },
    );
    if (status === 'failed' || status === 'canceled')
      throw new Failure(
        'InvalidInput',
        `a refund ${status}: ${failure_reason ?? 'no reason given'}`,
      );
    left -= amount;
  }
  return 'refunded';
}

type Paying = { readonly payment_intent: string } | { readonly charge: string };
type Payment = {
  readonly of: Paying;
  readonly paid: number;
  /** by refunds and by disputes that were lost */
  readonly returned: number;
};

/** Successful payments, oldest first: an invoice may be paid in parts. */
async function paymentsOf(stripe: Stripe, invoice: string): Promise<readonly Payment[]> {
  const found: Payment[] = [];
  for await (const one of stripe.invoicePayments.list({ invoice, status: 'paid', limit: 100 })) {
    const { payment_intent, charge } = one.payment;
    const [intentId, chargeId] = [idOf(payment_intent), idOf(charge)];
    const of =
      intentId !== null
        ? { payment_intent: intentId }
        : chargeId === null
          ? null
          : { charge: chargeId };
    const paid = one.amount_paid ?? 0;
    if (of === null || paid <= 0) continue;
    found.push({ of, paid, returned: Math.min(paid, await returnedOf(stripe, of)) });
  }
  return found.reverse();
}

async function returnedOf(stripe: Stripe, of: Paying): Promise<number> {
  let sum = 0;
  for await (const { status, amount } of stripe.refunds.list({ ...of, limit: 100 }))
    if (status !== 'failed' && status !== 'canceled') sum += amount;
  for await (const { status, amount } of stripe.disputes.list({ ...of, limit: 100 }))
    if (status === 'lost') sum += amount;
  return sum;
}

async function shareAfter(stripe: Stripe, invoice: string, since: number): Promise<number> {
  const lines: PaidLine[] = [];
  for await (const { amount, discount_amounts, period } of stripe.invoices.listLineItems(invoice, {
    limit: 100,
  })) {
    const discounts = (discount_amounts ?? []).reduce((sum, one) => sum + one.amount, 0);
    lines.push({ amount: amount - discounts, start: period.start, end: period.end });
  }
  return unusedShare(lines, since);
}
