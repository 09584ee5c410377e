/** What `POST /v1/subscriptions/:id` changes, and how a subscription is canceled on request. */
import type { Account } from './account.ts';
import { discountsAfter } from './discounts.ts';
import { missing, StripeError } from './errors.ts';
import { periodLines, prorationLines, prorationsBetween } from './invoice-lines.ts';
import { collect, draftInvoice, finalize, methodFor } from './invoices.ts';
import type { Invoice } from './money-records.ts';
import { mergedMetadata, type Read } from './parameters.ts';
import { paymentRefused } from './payments.ts';
import { periodEnd } from './periods.ts';
import type { Item, Subscription } from './records.ts';
import { firstEndOf, newItem } from './subscription-life.ts';
import type { itemShape, updateShape } from './subscription-shapes.ts';
import { change, hasEnded, nextPeriodEndOf, periodEndOf } from './subscription-status.ts';

type Asked = Read<typeof updateShape>;
const pendingUpdateSeconds = 23 * 3600;

export function updateSubscription(
  account: Account,
  before: Subscription,
  asked: Asked,
): Subscription {
  refuseEnded(before, asked);
  const { items: _, ...plain } = plainFields(account, before, asked);
  const trial = trialFields(account, before, asked);
  const wanted =
    asked.items === undefined ? before.items : itemsAfter(account, before, asked.items);
  const items =
    trial.trial_end === undefined ? wanted : withPeriodsTo(wanted, trial.trial_end, account.now());
  const next: Subscription = { ...before, ...plain, ...trial, items };
  const isSame = JSON.stringify(next) === JSON.stringify(before);
  if (isSame) return before;
  if (asked.items === undefined) return change(account, before, next);
  return withProrations(account, { before, next, asked });
}

function refuseEnded(before: Subscription, asked: Asked): void {
  const harmless = ['metadata', 'cancellation_details', 'expand'];
  if (!hasEnded(before) || Object.keys(asked).every((name) => harmless.includes(name))) return;
  throw new StripeError(
    400,
    'A canceled subscription can only update its cancellation_details and metadata.',
  );
}

function plainFields(account: Account, before: Subscription, asked: Asked): Partial<Subscription> {
  const pause = asked.pause_collection;
  const details = asked.cancellation_details;
  return {
    ...cancelFields(account, before, asked),
    metadata: mergedMetadata(before.metadata, asked.metadata),
    discounts: discountsAfter(account, before.discounts, asked.discounts),
    description: asked.description === undefined ? before.description : asked.description,
    collection_method: asked.collection_method ?? before.collection_method,
    days_until_due: asked.days_until_due ?? before.days_until_due,
    default_payment_method:
      asked.default_payment_method === undefined
        ? before.default_payment_method
        : asked.default_payment_method,
    trial_ending: asked.trial_settings?.end_behavior?.missing_payment_method ?? before.trial_ending,
    ...(pause === undefined
      ? {}
      : {
          pause_collection:
            pause === null
              ? null
              : { behavior: pause.behavior ?? 'void', resumes_at: pause.resumes_at ?? null },
        }),
    ...(details === undefined
      ? {}
      : { cancellation_details: { ...before.cancellation_details, ...details } }),
  };
}

function cancelFields(account: Account, before: Subscription, asked: Asked): Partial<Subscription> {
  const now = account.now();
  const announced = { reason: 'cancellation_requested' as const };
  const cancellation_details = { ...before.cancellation_details, ...announced };
  const withdrawn = {
    cancel_at_period_end: false,
    cancel_at: null,
    canceled_at: null,
    cancellation_details: { ...before.cancellation_details, reason: null },
  };
  if (asked.cancel_at === null) return withdrawn;
  if (asked.cancel_at !== undefined) {
    const cancel_at = cancelSecond(before, asked.cancel_at);
    if (cancel_at <= now)
      throw new StripeError(400, 'The `cancel_at` timestamp must be in the future.', {
        param: 'cancel_at',
      });
    return { cancel_at, cancel_at_period_end: false, canceled_at: now, cancellation_details };
  }
  if (asked.cancel_at_period_end === true && !before.cancel_at_period_end) {
    return {
      cancel_at: periodEndOf(before),
      cancel_at_period_end: true,
      canceled_at: now,
      cancellation_details,
    };
  }
  return asked.cancel_at_period_end === false && before.cancel_at_period_end ? withdrawn : {};
}

function cancelSecond(before: Subscription, asked: NonNullable<Asked['cancel_at']>): number {
  if (typeof asked === 'number') return asked;
  return asked === 'min_period_end' ? nextPeriodEndOf(before) : periodEndOf(before);
}

function trialFields(account: Account, before: Subscription, asked: Asked): Partial<Subscription> {
  if (asked.trial_end === undefined) return {};
  const now = account.now();
  if (asked.trial_end === 'now') {
    if (before.status !== 'trialing') return {};
    return { trial_end: now, billing_cycle_anchor: now };
  }
  if (asked.trial_end <= now)
    throw new StripeError(400, 'The trial_end must be in the future.', { param: 'trial_end' });
  return {
    status: 'trialing',
    trial_start: before.trial_start ?? now,
    trial_end: asked.trial_end,
    trial_end_announced: false,
    billing_cycle_anchor: asked.trial_end,
  };
}

function withPeriodsTo(items: readonly Item[], end: number | null, now: number): readonly Item[] {
  return items.map((item) => ({
    ...item,
    current_period_start: Math.min(item.current_period_start, now),
    current_period_end: end ?? item.current_period_end,
  }));
}

function itemsAfter(
  account: Account,
  before: Subscription,
  asked: readonly Read<typeof itemShape>[],
): readonly Item[] {
  const items = [...before.items];
  for (const [index, one] of asked.entries()) {
    const price = one.price;
    if (price !== undefined && !account.prices.has(price))
      throw missing('price', price, `items[${index}][price]`);
    const at = items.findIndex((item) => item.id === one.id);
    const known = items[at];
    if (one.id !== undefined && known === undefined)
      throw missing('subscription_item', one.id, `items[${index}][id]`);
    if (known === undefined) {
      const { now } = account;
      const fresh = {
        price: price ?? '',
        quantity: one.quantity ?? 1,
        metadata: one.metadata ?? {},
      };
      items.push(
        newItem(account, fresh, { now: now(), anchor: firstEndOf(account, before, fresh) }),
      );
    } else if (one.deleted === true) items.splice(at, 1);
    else items[at] = changedItem(account, known, one);
  }
  if (items.length === 0)
    throw new StripeError(400, 'A subscription must have at least one active plan.', {
      param: 'items',
    });
  if (new Set(items.map((item) => item.price)).size < items.length)
    throw new StripeError(400, 'Cannot add multiple subscription items with the same plan.', {
      param: 'items',
    });
  return items;
}

/** An item with another interval begins a new period now; the others keep theirs. */
function changedItem(account: Account, item: Item, asked: Read<typeof itemShape>): Item {
  const price = asked.price ?? item.price;
  const changed = {
    ...item,
    price,
    quantity: asked.quantity ?? item.quantity,
    metadata: mergedMetadata(item.metadata, asked.metadata),
  };
  const [was, is] = [item.price, price].map((id) => account.prices.get(id)?.recurring);
  if (is === undefined || is === null || JSON.stringify(was) === JSON.stringify(is)) return changed;
  const now = account.now();
  return { ...changed, current_period_start: now, current_period_end: periodEnd(now, now, is) };
}

function withProrations(
  account: Account,
  {
    before,
    next,
    asked,
  }: {
    readonly before: Subscription;
    readonly next: Subscription;
    readonly asked: Asked;
  },
): Subscription {
  const behaviour = asked.proration_behavior ?? 'create_prorations';
  const fresh =
    behaviour === 'none' || next.status === 'trialing'
      ? []
      : prorationsBetween(account, before.items, next.items);
  const prorations = [...before.prorations, ...fresh];
  const resets = next.items.some((item) =>
    before.items.some(
      (old) => old.id === item.id && old.current_period_start !== item.current_period_start,
    ),
  );
  if (behaviour !== 'always_invoice' && !(resets && next.status === 'active'))
    return change(account, before, { ...next, prorations });
  const pays = methodFor(account, next)?.behaviour === 'succeeds';
  if (asked.payment_behavior === 'error_if_incomplete' && !pays)
    throw paymentRefused(account, null);
  const waits = asked.payment_behavior === 'pending_if_incomplete' && !pays;
  const billed = { ...next, prorations };
  const lines = resets ? periodLines(account, billed) : prorationLines(account, billed);
  const invoice = draftInvoice(account, next, {
    reason: 'subscription_update',
    lines,
    keepDraft: false,
  });
  const expires_at = account.now() + pendingUpdateSeconds;
  const after = waits
    ? { pending_update: { expires_at, items: next.items, invoice: invoice.id } }
    : { ...next, prorations: [] };
  change(account, before, { ...after, latest_invoice: invoice.id });
  payOut(account, invoice);
  return account.subscriptions.get(before.id) ?? next;
}

export function payOut(account: Account, draft: Invoice): void {
  const open = finalize(account, draft);
  if (open.status === 'open' && open.collection_method === 'charge_automatically')
    collect(account, open);
}
