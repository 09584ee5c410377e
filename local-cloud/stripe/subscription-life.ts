/**
 * The start of a subscription: its items' first period, its first invoice, and the status after the
 * first payment. Also the resumption of a paused one.
 */
import type { Account } from './account.ts';
import { discountsLeft } from './discounts.ts';
import { periodLines } from './invoice-lines.ts';
import { collect, draftInvoice, finalize, methodFor } from './invoices.ts';
import { paymentRefused } from './payments.ts';
import { periodEnd } from './periods.ts';
import type { Item, Metadata, Subscription } from './records.ts';
import { lookWhenDue, trialNoticeSeconds } from './subscription-status.ts';

export type NewItem = {
  readonly price: string;
  readonly quantity: number;
  readonly metadata: Metadata;
};
type PaymentBehaviour =
  | 'allow_incomplete'
  | 'default_incomplete'
  | 'error_if_incomplete'
  | 'pending_if_incomplete';
type NewSubscription = Pick<
  Subscription,
  'customer' | 'currency' | 'metadata' | 'trial_end' | 'default_payment_method'
> &
  Partial<Subscription> & {
    readonly newItems: readonly NewItem[];
    readonly behaviour: PaymentBehaviour;
    readonly anchor?: number;
  };

export function createSubscription(account: Account, asked: NewSubscription): Subscription {
  const { newItems, behaviour, anchor, ...fields } = asked;
  const now = account.now();
  const id = account.newId('sub');
  const isTrial = asked.trial_end !== null;
  const start = { now, anchor: asked.trial_end ?? anchor ?? now };
  const invoice = account.newId('in');
  const draft: Subscription = {
    ...blank,
    ...fields,
    id,
    created: now,
    start_date: now,
    billing_cycle_anchor: start.anchor,
    trial_start: isTrial ? now : null,
    trial_end_announced: asked.trial_end === null || asked.trial_end - now <= trialNoticeSeconds,
    items: newItems.map((item) => newItem(account, item, start)),
    latest_invoice: invoice,
  };
  const status = firstStatus(account, draft, behaviour);
  if (behaviour === 'error_if_incomplete' && status === 'incomplete')
    throw paymentRefused(account, null);
  const created = account.subscriptions.put({ ...draft, status });
  account.emit('customer.subscription.created', created);
  const collects = draft.collection_method === 'charge_automatically';
  bill(account, created, invoice, collects && behaviour !== 'default_incomplete');
  const after = account.subscriptions.get(id) ?? created;
  lookWhenDue(account, after);
  return after;
}

function firstStatus(
  account: Account,
  draft: Subscription,
  behaviour: PaymentBehaviour,
): Subscription['status'] {
  if (draft.trial_end !== null) return 'trialing';
  if (draft.collection_method === 'send_invoice') return 'active';
  const pays = methodFor(account, draft)?.behaviour === 'succeeds';
  return pays && behaviour !== 'default_incomplete' ? 'active' : 'incomplete';
}

const blank: Omit<Subscription, 'id' | 'created' | 'customer' | 'currency' | 'items'> = {
  object: 'subscription',
  status: 'incomplete',
  start_date: 0,
  billing_cycle_anchor: 0,
  collection_method: 'charge_automatically',
  days_until_due: null,
  default_payment_method: null,
  description: null,
  trial_start: null,
  trial_end: null,
  trial_ending: 'create_invoice',
  trial_end_announced: true,
  cancel_at_period_end: false,
  cancel_at: null,
  canceled_at: null,
  ended_at: null,
  cancellation_details: { comment: null, feedback: null, reason: null },
  pause_collection: null,
  paused: null,
  metadata: {},
  discounts: [],
  latest_invoice: null,
  pending_update: null,
  prorations: [],
};

export function newItem(
  account: Account,
  item: NewItem,
  { now, anchor }: { readonly now: number; readonly anchor: number },
): Item {
  const recurring = account.prices.get(item.price)?.recurring ?? monthly;
  return {
    id: account.newId('si', 15),
    created: now,
    current_period_start: now,
    current_period_end: anchor > now ? anchor : periodEnd(anchor, now, recurring),
    price: item.price,
    quantity: item.quantity,
    metadata: item.metadata,
  };
}
/** An added item's first period ends with the others of its interval, or at the anchor's own time. */
export function firstEndOf(
  account: Account,
  before: Subscription,
  { price }: Pick<NewItem, 'price'>,
): number {
  const recurring = account.prices.get(price)?.recurring ?? monthly;
  const same = before.items.find(({ price: other }) => {
    const { interval, interval_count } = account.prices.get(other)?.recurring ?? monthly;
    return interval === recurring.interval && interval_count === recurring.interval_count;
  });
  if (before.status === 'trialing' && before.trial_end !== null) return before.trial_end;
  return (
    same?.current_period_end ?? periodEnd(before.billing_cycle_anchor, account.now(), recurring)
  );
}

export const monthly = { interval: 'month', interval_count: 1 } as const;

/** Invoices the first period at once. */
function bill(account: Account, subscription: Subscription, id: string, tries: boolean): void {
  const lines = periodLines(account, subscription, { trial: subscription.status === 'trialing' });
  const reason = 'subscription_create';
  const draft = draftInvoice(account, subscription, { id, reason, lines, keepDraft: false });
  account.subscriptions.put({ ...subscription, discounts: discountsLeft(account, subscription) });
  const open = finalize(account, draft);
  if (open.status === 'open' && tries) collect(account, open);
}

/** Resumes a paused subscription from now on, once its invoice is paid. */
export function resume(account: Account, one: Subscription, keepsAnchor: boolean): Subscription {
  const now = account.now();
  const anchor = keepsAnchor ? one.billing_cycle_anchor : now;
  const items = one.items.map((item) => ({
    ...newItem(account, item, { now, anchor }),
    id: item.id,
    created: item.created,
  }));
  const ready = { ...one, items, billing_cycle_anchor: anchor };
  const lines = periodLines(account, ready);
  const draft = draftInvoice(account, ready, {
    reason: 'subscription_cycle',
    lines,
    keepDraft: false,
  });
  account.subscriptions.put({ ...ready, latest_invoice: draft.id, prorations: [] });
  const open = finalize(account, draft);
  if (open.status === 'open') collect(account, open);
  return account.subscriptions.get(one.id) ?? ready;
}
