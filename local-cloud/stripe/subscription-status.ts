/** Changes a subscription's record: its status after a payment, its end, and its next timer. */
import type { Account } from './account.ts';
import type { Invoice } from './money-records.ts';
import type { Subscription, SubscriptionStatus } from './records.ts';

export const incompleteSeconds = 23 * 3600;
export const trialNoticeSeconds = 3 * 86_400;

/** Stores the record, emits its event, and sets the timer for the next change. */
export function change(
  account: Account,
  before: Subscription,
  fields: Partial<Subscription>,
  type = 'customer.subscription.updated',
): Subscription {
  const after = account.subscriptions.put({ ...before, ...fields });
  account.emit(type, after, type === 'customer.subscription.updated' ? before : undefined);
  lookWhenDue(account, after);
  return after;
}

export function lookWhenDue(account: Account, one: Subscription): void {
  const dues = duesOf(one).filter((due) => due !== null);
  account.timers.lookAt(one.id, dues.length === 0 ? null : Math.min(...dues));
}

function duesOf(one: Subscription): readonly (number | null)[] {
  switch (one.status) {
    case 'canceled':
    case 'incomplete_expired':
      return [];
    case 'incomplete':
      return [one.created + incompleteSeconds];
    case 'paused':
      return [one.cancel_at];
    case 'trialing':
    case 'active':
    case 'past_due':
    case 'unpaid':
      return [
        nextPeriodEndOf(one),
        one.cancel_at,
        one.pause_collection?.resumes_at ?? null,
        one.pending_update?.expires_at ?? null,
        one.trial_end !== null && !one.trial_end_announced
          ? one.trial_end - trialNoticeSeconds
          : null,
      ];
  }
}

/** The end of the last paid period: items of different intervals end at different times. */
export function periodEndOf({ items }: Pick<Subscription, 'items'>): number {
  return Math.max(...items.map((item) => item.current_period_end));
}

/** When the first of its items renews. */
export function nextPeriodEndOf({ items }: Pick<Subscription, 'items'>): number {
  return Math.min(...items.map((item) => item.current_period_end));
}

type EndReason = 'cancellation_requested' | 'payment_failed' | 'payment_disputed';

export function end(account: Account, before: Subscription, reason: EndReason): Subscription {
  if (hasEnded(before)) return before;
  const now = account.now();
  for (const invoice of account.invoices.walk({
    by: { field: 'subscription', value: before.id },
    order: 'newestFirst',
  }))
    stopCollecting(account, invoice);
  const { comment, feedback, reason: given } = before.cancellation_details;
  const after = account.subscriptions.put({
    ...before,
    status: 'canceled',
    canceled_at: before.canceled_at ?? now,
    ended_at: now,
    cancellation_details: { comment, feedback, reason: given ?? reason },
    pending_update: null,
    prorations: [],
  });
  lookWhenDue(account, after);
  account.emit('customer.subscription.deleted', after);
  return after;
}

export function hasEnded({ status }: Subscription): boolean {
  return status === 'canceled' || status === 'incomplete_expired';
}

function stopCollecting(account: Account, invoice: Invoice): void {
  if (invoice.status !== 'draft' && invoice.status !== 'open') return;
  account.invoices.put({
    ...invoice,
    auto_advance: false,
    next_payment_attempt: null,
    automatically_finalizes_at: null,
  });
  account.timers.lookAt(invoice.id, null);
}

/** A paid invoice reactivates a subscription, and applies its pending change. */
export function afterPayment(account: Account, invoice: Invoice): void {
  const before = account.subscriptions.get(invoice.subscription);
  if (before === undefined || hasEnded(before)) return;
  setDelinquent(account, before.customer, false);
  if (before.pending_update?.invoice === invoice.id) {
    const { items } = before.pending_update;
    change(account, before, { items, pending_update: null });
    const applied = account.subscriptions.get(before.id) ?? before;
    account.emit('customer.subscription.pending_update_applied', applied);
    return;
  }
  if (before.latest_invoice !== invoice.id || !stillOwed(before.status)) return;
  const after = change(account, before, { status: 'active', paused: null });
  if (before.status === 'paused') account.emit('customer.subscription.resumed', after);
}

function stillOwed(status: SubscriptionStatus): boolean {
  return ['incomplete', 'past_due', 'paused', 'unpaid'].includes(status);
}

export function afterFailure(account: Account, invoice: Invoice, isLastTry: boolean): void {
  const before = account.subscriptions.get(invoice.subscription);
  if (before === undefined || hasEnded(before) || before.status === 'incomplete') return;
  if (invoice.billing_reason === 'subscription_update') return;
  setDelinquent(account, before.customer, true);
  const late =
    before.status === 'active' || before.status === 'trialing'
      ? change(account, before, { status: 'past_due' })
      : before;
  if (!isLastTry) return;
  if (account.dunning === 'cancel') end(account, late, 'payment_failed');
  if (account.dunning === 'unpaid') change(account, late, { status: 'unpaid' });
}

function setDelinquent(account: Account, id: string, delinquent: boolean): void {
  const customer = account.customers.get(id);
  if (customer === undefined || customer.delinquent === delinquent) return;
  account.emit('customer.updated', account.customers.put({ ...customer, delinquent }), customer);
}
