/** The life of an invoice: drafted, finalised, collected in several attempts, or given up. */
import type { Account } from './account.ts';
import { discountAmounts, discountOf, discountsNow } from './discounts.ts';
import type {
  Invoice,
  InvoicePayment,
  InvoiceReason,
  Line,
  PaymentIntent,
} from './money-records.ts';
import { cancelIntent, createIntent, tryToPay } from './payments.ts';
import type { PaymentMethod, Subscription } from './records.ts';
import { invoicePrefix } from './show-catalog.ts';
import { afterFailure, afterPayment } from './subscription-status.ts';

const daySeconds = 86_400;
/** Renewals stay drafts that long, so that items can still be added. */
const draftSeconds = 3600;
/** After the first attempt; after the last, the account's rule for unpaid invoices applies. */
const retryDays = [3, 5, 7];

export function draftInvoice(
  account: Account,
  subscription: Subscription,
  asked: {
    readonly id?: string;
    readonly reason: InvoiceReason;
    readonly lines: readonly Omit<Line, 'id' | 'discounts'>[];
    readonly keepDraft: boolean;
  },
): Invoice {
  const now = account.now();
  const collects = subscription.pause_collection === null && subscription.status !== 'unpaid';
  const waits = asked.keepDraft && collects;
  const off = discountAmounts(account, discountsNow(account, subscription), asked.lines);
  const lines = asked.lines.map((line, place) => {
    return { id: account.newId('il'), ...line, discounts: off[place] ?? [] };
  });
  const invoice = account.invoices.put({
    id: asked.id ?? account.newId('in'),
    object: 'invoice',
    created: now,
    customer: subscription.customer,
    subscription: subscription.id,
    status: 'draft',
    billing_reason: asked.reason,
    currency: subscription.currency,
    number: null,
    total: lines.reduce((sum, line) => sum + line.amount - discountOf(line), 0),
    amount_paid: 0,
    paid_out_of_band: false,
    lines,
    period_start: now,
    period_end: now,
    auto_advance: collects,
    attempt_count: 0,
    next_payment_attempt: null,
    automatically_finalizes_at: waits ? now + draftSeconds : null,
    due_date: null,
    collection_method: subscription.collection_method,
    payment_intent: null,
    subscription_metadata: subscription.metadata,
    metadata: {},
    finalized_at: null,
    paid_at: null,
    voided_at: null,
    marked_uncollectible_at: null,
  });
  account.emit('invoice.created', invoice);
  if (waits) account.timers.lookAt(invoice.id, now + draftSeconds);
  return invoice;
}

export function finalize(account: Account, draft: Invoice): Invoice {
  const now = account.now();
  const owed = draft.total > 0;
  const intent = owed
    ? createIntent(account, {
        amount: draft.total,
        currency: draft.currency,
        customer: draft.customer,
        description:
          draft.billing_reason === 'subscription_create'
            ? 'Subscription creation'
            : 'Subscription update',
      })
    : null;
  const subscription = account.subscriptions.get(draft.subscription);
  const days =
    draft.collection_method === 'send_invoice' ? (subscription?.days_until_due ?? 30) : null;
  const open = account.invoices.put({
    ...draft,
    status: 'open',
    number: `${invoicePrefix(draft.customer)}-${String(invoiceNumber(account, draft)).padStart(4, '0')}`,
    finalized_at: now,
    automatically_finalizes_at: null,
    due_date: days === null ? null : now + days * daySeconds,
    payment_intent: intent?.id ?? null,
  });
  account.emit('invoice.finalized', open);
  if (intent !== null) addPayment(account, open, intent);
  if (!owed) return paid(account, open, {});
  if (open.due_date !== null) account.timers.lookAt(open.id, open.due_date);
  return open;
}

/** The ordinal of the customer's finalised invoice; it is never read back. */
function invoiceNumber(account: Account, draft: Invoice): number {
  let count = 1;
  const by = { field: 'customer', value: draft.customer } as const;
  for (const other of account.invoices.walk({ by, order: 'oldestFirst' }))
    if (other.number !== null) count += 1;
  return count;
}

function addPayment(account: Account, invoice: Invoice, intent: PaymentIntent): void {
  account.invoicePayments.put({
    id: account.newId('inpay'),
    object: 'invoice_payment',
    created: account.now(),
    invoice: invoice.id,
    payment_intent: intent.id,
    amount_requested: invoice.total,
    amount_paid: null,
    currency: invoice.currency,
    status: 'open',
    paid_at: null,
    canceled_at: null,
  });
}

export function methodFor(
  account: Account,
  subscription: Pick<Subscription, 'customer' | 'default_payment_method'>,
): PaymentMethod | undefined {
  const id =
    subscription.default_payment_method ??
    account.customers.get(subscription.customer)?.default_payment_method;
  return id === null || id === undefined ? undefined : account.paymentMethods.get(id);
}

/** One attempt, by that method or the subscription's own. The invoice holds the outcome. */
export function collect(account: Account, open: Invoice, chosen?: PaymentMethod): Invoice {
  const subscription = account.subscriptions.get(open.subscription);
  const intent = account.paymentIntents.get(open.payment_intent ?? '');
  const method = chosen ?? (subscription && methodFor(account, subscription));
  const after =
    intent === undefined || method === undefined ? undefined : tryToPay(account, intent, method);
  if (after?.status === 'succeeded') return paid(account, open, { amount: open.total });
  const first = open.billing_reason === 'subscription_create';
  const days = first ? undefined : retryDays[open.attempt_count];
  const next = days === undefined || !open.auto_advance ? null : account.now() + days * daySeconds;
  const failed = account.invoices.put({
    ...open,
    attempt_count: open.attempt_count + 1,
    next_payment_attempt: next,
  });
  account.timers.lookAt(failed.id, next);
  account.emit(
    after?.status === 'requires_action'
      ? 'invoice.payment_action_required'
      : 'invoice.payment_failed',
    failed,
  );
  afterFailure(account, failed, next === null && !first);
  return failed;
}

export function paid(
  account: Account,
  open: Invoice,
  how: { readonly amount?: number; readonly outOfBand?: boolean },
): Invoice {
  const now = account.now();
  const after = account.invoices.put({
    ...open,
    status: 'paid',
    amount_paid: how.outOfBand === true ? open.total : (how.amount ?? 0),
    paid_out_of_band: how.outOfBand === true,
    attempt_count: how.amount === undefined ? open.attempt_count : open.attempt_count + 1,
    next_payment_attempt: null,
    auto_advance: false,
    paid_at: now,
  });
  account.timers.lookAt(after.id, null);
  closePayment(account, after, how.outOfBand === true ? 'canceled' : 'paid');
  account.emit('invoice.paid', after);
  account.emit('invoice.payment_succeeded', after);
  afterPayment(account, after);
  return after;
}

export function closePayment(
  account: Account,
  invoice: Invoice,
  status: 'paid' | 'canceled',
): void {
  const payment = paymentOf(account, invoice);
  if (payment === undefined) return;
  const now = account.now();
  const after = account.invoicePayments.put({
    ...payment,
    status,
    amount_paid: status === 'paid' ? payment.amount_requested : null,
    paid_at: status === 'paid' ? now : null,
    canceled_at: status === 'paid' ? null : now,
  });
  if (status === 'paid') account.emit('invoice_payment.paid', after);
  const intent = account.paymentIntents.get(payment.payment_intent);
  if (status === 'canceled' && intent !== undefined) cancelIntent(account, intent, 'void_invoice');
}

function paymentOf(account: Account, invoice: Invoice): InvoicePayment | undefined {
  const by = { field: 'invoice', value: invoice.id } as const;
  return account.invoicePayments.walk({ by, order: 'newestFirst' }).next().value;
}

/** Handles its timer: finalises and collects a draft, or retries an open invoice. */
export function lookAtInvoice(account: Account, invoice: Invoice): void {
  if (invoice.status === 'draft' && invoice.automatically_finalizes_at !== null) {
    const open = finalize(account, invoice);
    if (open.status === 'open' && open.collection_method === 'charge_automatically')
      collect(account, open);
    return;
  }
  if (invoice.status !== 'open') return;
  if (invoice.next_payment_attempt !== null) collect(account, invoice);
  else if (invoice.due_date !== null) {
    account.emit('invoice.overdue', invoice);
    afterFailure(account, invoice, false);
  }
}
