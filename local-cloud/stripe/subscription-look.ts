/**
 * Changes of a subscription by time: renewals, the ends of trials and pauses, and announced ends.
 *
 * Level-triggered: it compares the record with the time and applies what is due, in due order,
 * however late it is called.
 */
import type { Account } from './account.ts';
import { discountsLeft } from './discounts.ts';
import { markUncollectible, voidInvoice } from './invoice-given-up.ts';
import { periodLines } from './invoice-lines.ts';
import { draftInvoice, finalize, methodFor } from './invoices.ts';
import type { Invoice } from './money-records.ts';
import { periodEnd } from './periods.ts';
import type { Item, Subscription } from './records.ts';
import { monthly } from './subscription-life.ts';
import {
  change,
  end,
  hasEnded,
  incompleteSeconds,
  lookWhenDue,
  nextPeriodEndOf,
  trialNoticeSeconds,
} from './subscription-status.ts';

export function lookAtSubscription(account: Account, id: string): void {
  const stepsMax = 10_000;
  for (let step = 0; step < stepsMax; step += 1) {
    const one = account.subscriptions.get(id);
    if (one === undefined) return;
    if (!doNext(account, one)) {
      lookWhenDue(account, one);
      return;
    }
  }
}

/** Whether something was due. */
function doNext(account: Account, one: Subscription): boolean {
  const now = account.now();
  if (hasEnded(one)) return false;
  if (one.status === 'incomplete') {
    if (now < one.created + incompleteSeconds) return false;
    expire(account, one);
    return true;
  }
  if (one.cancel_at !== null && now >= one.cancel_at) {
    end(account, one, 'cancellation_requested');
    return true;
  }
  if (one.status === 'paused') return false;
  const resumes = one.pause_collection?.resumes_at ?? null;
  if (resumes !== null && now >= resumes) {
    change(account, one, { pause_collection: null });
    return true;
  }
  if (one.pending_update !== null && now >= one.pending_update.expires_at) {
    dropPendingUpdate(account, one);
    return true;
  }
  if (
    one.trial_end !== null &&
    !one.trial_end_announced &&
    now >= one.trial_end - trialNoticeSeconds
  ) {
    const announced = account.subscriptions.put({ ...one, trial_end_announced: true });
    account.emit('customer.subscription.trial_will_end', announced);
    return true;
  }
  if (now < nextPeriodEndOf(one)) return false;
  renew(account, one);
  return true;
}

/** 23 hours without the first payment: it is not billed any more. */
function expire(account: Account, one: Subscription): void {
  const invoice = account.invoices.get(one.latest_invoice ?? '');
  if (invoice?.status === 'open') voidInvoice(account, invoice);
  change(account, one, { status: 'incomplete_expired', ended_at: account.now() });
}

function dropPendingUpdate(account: Account, one: Subscription): void {
  const invoice = account.invoices.get(one.pending_update?.invoice ?? '');
  if (invoice?.status === 'open') voidInvoice(account, invoice);
  const dropped = change(account, one, { pending_update: null });
  account.emit('customer.subscription.pending_update_expired', dropped);
}

function renew(account: Account, one: Subscription): void {
  const endsTrial = one.status === 'trialing';
  if (endsTrial && methodFor(account, one) === undefined && one.trial_ending !== 'create_invoice') {
    if (one.trial_ending === 'cancel') end(account, one, 'cancellation_requested');
    else pause(account, one, 'trial_end_without_payment_method');
    return;
  }
  // A yearly item beside a monthly one is not due yet: it keeps its period and is not billed.
  const dueSecond = nextPeriodEndOf(one);
  const isDue = (item: Item) => item.current_period_end <= dueSecond;
  const items = one.items.map((item) =>
    isDue(item) ? nextPeriod(account, item, one.billing_cycle_anchor) : item,
  );
  const due = new Set(one.items.filter(isDue).map(({ id }) => id));
  const status = endsTrial ? 'active' : one.status;
  const next = change(account, one, { items, status });
  const lines = periodLines(account, next, { due });
  const draft = draftInvoice(account, next, {
    reason: 'subscription_cycle',
    lines,
    keepDraft: true,
  });
  const billed = account.subscriptions.put({
    ...next,
    discounts: discountsLeft(account, next),
    latest_invoice: draft.id,
    prorations: [],
  });
  if (billed.pause_collection !== null) setAside(account, draft, billed.pause_collection.behavior);
}

export function pause(account: Account, one: Subscription, type: string): Subscription {
  const paused = change(account, one, { status: 'paused', paused: { at: account.now(), type } });
  account.emit('customer.subscription.paused', paused);
  return paused;
}

function nextPeriod(account: Account, item: Item, anchor: number): Item {
  const recurring = account.prices.get(item.price)?.recurring ?? monthly;
  const start = item.current_period_end;
  return {
    ...item,
    current_period_start: start,
    current_period_end: periodEnd(anchor, start, recurring),
  };
}

/** Handles an invoice while collection is paused; a draft stays a draft. */
function setAside(account: Account, draft: Invoice, behaviour: string): void {
  if (behaviour === 'keep_as_draft') return;
  const open = finalize(account, draft);
  if (open.status !== 'open') return;
  if (behaviour === 'void') voidInvoice(account, open);
  else markUncollectible(account, open);
}
