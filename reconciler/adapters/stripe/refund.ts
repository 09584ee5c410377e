/**
 * Refunds what was paid of an invoice and was not given back: by refunds, lost disputes, or credit
 * notes. Each refund names its purpose in its metadata. That is how a later attempt finds it, when
 * its idempotency key has expired or its bank has returned it.
 */
import type Stripe from 'stripe';
import { type PaidLine, unusedShare } from '../../core/billing/unused.ts';
import type { MadeRefund } from '../../core/fleet/refunds.ts';
import type { StripePurpose } from '../../ports/billing.ts';
import { idOf } from './reference.ts';

type RefundRequest = {
  readonly purpose: StripePurpose;
  readonly idempotencyKey: string;
  /** seconds; refunds only what was paid for the time after it, or everything if absent */
  readonly unusedSince: number | undefined;
};

export async function refundInvoice(
  stripe: Stripe,
  invoice: string,
  { purpose, idempotencyKey, unusedSince }: RefundRequest,
): Promise<readonly MadeRefund[]> {
  const metadata = metadataOf(purpose);
  const payments = await paymentsOf(stripe, invoice, metadata);
  const sum = (count: (one: Payment) => number) =>
    payments.reduce((all, one) => all + count(one), 0);
  const share = unusedSince === undefined ? 1 : await shareAfter(stripe, invoice, unusedSince);
  // The same in each attempt: an idempotency key allows no other amount.
  let left =
    Math.round(sum(({ paid }) => paid) * share) -
    sum(({ returned, failed }) => returned + failed) -
    (await creditedSince(stripe, invoice, 0));
  const made: MadeRefund[] = [];
  for (const { of, paid, returned, own } of payments) {
    made.push(...own);
    const amount = Math.min(left, paid - returned);
    if (own.length > 0 || amount <= 0) continue;
    const key =
      payments.length === 1 ? idempotencyKey : `${idempotencyKey}/${Object.values(of)[0]}`;
    const refund = await stripe.refunds.create(
      { ...of, amount, metadata },
      { idempotencyKey: key },
    );
    made.push(shownRefund(refund));
    left -= amount;
  }
  return made;
}

type Paying = { readonly payment_intent: string } | { readonly charge: string };
type Payment = {
  readonly of: Paying;
  readonly paid: number;
  /** by refunds that did not fail and by disputes that were lost */
  readonly returned: number;
  /** the refunds of this purpose, and what of them failed: a person decides about that */
  readonly own: readonly MadeRefund[];
  readonly failed: number;
};

/** Successful payments, oldest first: an invoice may be paid in parts. */
async function paymentsOf(
  stripe: Stripe,
  invoice: string,
  metadata: Readonly<Record<string, string>>,
): Promise<readonly Payment[]> {
  const found: Payment[] = [];
  for await (const { of, paid } of payingOf(stripe, invoice)) {
    const refunds: Stripe.Refund[] = [];
    for await (const one of stripe.refunds.list({ ...of, limit: 100 })) refunds.push(one);
    const isOwn = (one: Stripe.Refund) =>
      Object.entries(metadata).every(([name, value]) => one.metadata?.[name] === value);
    const own = refunds.filter(isOwn).map(shownRefund);
    const returned = holding(refunds) + (await lostOf(stripe, of));
    const failed = own.reduce(
      (all, { state, amount }) => all + (state === 'failed' ? amount : 0),
      0,
    );
    found.push({ of, paid, returned: Math.min(paid, returned), own, failed });
  }
  return found.reverse();
}

/** Newest first, as Stripe lists them. */
async function* payingOf(
  stripe: Stripe,
  invoice: string,
): AsyncIterable<Pick<Payment, 'of' | 'paid'>> {
  for await (const one of stripe.invoicePayments.list({ invoice, status: 'paid', limit: 100 })) {
    const { payment_intent, charge } = one.payment;
    const [intentId, chargeId] = [idOf(payment_intent), idOf(charge)];
    const paid = one.amount_paid ?? 0;
    if (paid <= 0) continue;
    if (intentId !== null) yield { of: { payment_intent: intentId }, paid };
    else if (chargeId !== null) yield { of: { charge: chargeId }, paid };
  }
}

function holding(refunds: readonly Pick<Stripe.Refund, 'status' | 'amount'>[]): number {
  const isHeld = (status: Stripe.Refund['status']) => status !== 'failed' && status !== 'canceled';
  return refunds.reduce((sum, { status, amount }) => sum + (isHeld(status) ? amount : 0), 0);
}

async function lostOf(stripe: Stripe, of: Paying): Promise<number> {
  let sum = 0;
  for await (const { status, amount } of stripe.disputes.list({ ...of, limit: 100 }))
    if (status === 'lost') sum += amount;
  return sum;
}

/** By credit notes to the customer's balance or outside of Stripe: their refunds are listed. */
async function creditedSince(stripe: Stripe, invoice: string, seconds: number): Promise<number> {
  let sum = 0;
  for await (const note of stripe.creditNotes.list({ invoice, limit: 100 })) {
    if (note.status !== 'issued' || note.created < seconds) continue;
    sum += note.refunds.reduce((rest, one) => rest - one.amount_refunded, note.post_payment_amount);
  }
  return sum;
}

export async function returnedSince(
  stripe: Stripe,
  invoice: string,
  seconds: number,
): Promise<number> {
  let sum = await creditedSince(stripe, invoice, seconds);
  for await (const { of } of payingOf(stripe, invoice))
    for await (const one of stripe.refunds.list({ ...of, created: { gte: seconds }, limit: 100 }))
      sum += holding([one]);
  return sum;
}

export async function refundsSince(
  stripe: Stripe,
  seconds: number,
): Promise<readonly MadeRefund[]> {
  const found: MadeRefund[] = [];
  for await (const one of stripe.refunds.list({ created: { gte: seconds }, limit: 100 }))
    found.push(shownRefund(one));
  return found;
}

function shownRefund({ id, amount, currency, ...refund }: Stripe.Refund): MadeRefund {
  const { status, failure_reason } = refund;
  const isOver = status === 'failed' || status === 'canceled';
  const state = isOver ? 'failed' : status === 'succeeded' ? 'succeeded' : 'pending';
  return { id, amount, currency, state, reason: isOver ? (failure_reason ?? status) : null };
}

function metadataOf({ agent, revision, purpose }: StripePurpose): Record<string, string> {
  return { aura_agent: agent, aura_revision: String(revision), aura_purpose: purpose };
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
