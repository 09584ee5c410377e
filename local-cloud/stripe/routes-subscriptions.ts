/** https://docs.stripe.com/api/subscriptions, …/subscription_items */
import type { Account } from './account.ts';
import { discountsAfter } from './discounts.ts';
import { missing, StripeError } from './errors.ts';
import { methodFor } from './invoices.ts';
import { found, isWithin, listShape, page, pageShape, pageWithin, range } from './listing.ts';
import {
  ignored,
  mergedMetadata,
  oneOf,
  type Read,
  refused,
  required,
  text,
} from './parameters.ts';
import type { Customer, Subscription } from './records.ts';
import { subscriptionStatuses } from './records.ts';
import { customerNamed } from './routes-customers.ts';
import type { Routes } from './routing.ts';
import { show } from './show.ts';
import { showItem } from './show-subscription.ts';
import { cancelSubscription } from './subscription-cancel.ts';
import { createSubscription, type NewItem, resume } from './subscription-life.ts';
import { lookAtSubscription, pause } from './subscription-look.ts';
import { cancelShape, createShape, resumeShape, updateShape } from './subscription-shapes.ts';
import { hasEnded } from './subscription-status.ts';
import { updateSubscription } from './subscription-update.ts';

const kind = 'subscription';

export function registerSubscriptions(routes: Routes): void {
  const { account, get, post, delete: remove } = routes;
  const { subscriptions } = account;
  const one = (id: string) => found(subscriptions, kind, id);
  registerLists(routes);
  get('/v1/subscriptions/:id', {}, (_asked, id) => show(account, one(id)));
  post('/v1/subscriptions', createShape, (asked) => show(account, create(account, asked)));
  post('/v1/subscriptions/:id', updateShape, (asked, id) => {
    checkMethod(account, one(id).customer, asked.default_payment_method);
    updateSubscription(account, one(id), asked);
    lookAtSubscription(account, id);
    return show(account, one(id));
  });
  remove('/v1/subscriptions/:id', cancelShape, (asked, id) =>
    show(account, cancelSubscription(account, one(id), asked)),
  );
  post('/v1/subscriptions/:id/resume', resumeShape, (asked, id) => {
    if (one(id).status !== 'paused')
      throw new StripeError(400, 'Only subscriptions with a status of `paused` can be resumed.');
    return show(account, resume(account, one(id), asked.billing_cycle_anchor === 'unchanged'));
  });
  const pauseShape = {
    type: oneOf('subscription'),
    bill_for: ignored,
    invoicing_behavior: ignored,
  };
  post('/v1/subscriptions/:id/pause', pauseShape, (_asked, id) => {
    const { status } = one(id);
    if (status !== 'active' && status !== 'trialing' && status !== 'past_due')
      throw new StripeError(400, `A subscription with a status of \`${status}\` cannot be paused.`);
    return show(account, pause(account, one(id), 'pause_requested'));
  });
}

function registerLists({ account, get }: Routes): void {
  const shape = {
    ...listShape,
    customer: text,
    price: text,
    status: oneOf(...subscriptionStatuses, 'all', 'ended'),
    collection_method: oneOf('charge_automatically', 'send_invoice'),
    current_period_start: range,
    current_period_end: range,
  };
  get('/v1/subscriptions', shape, (asked) => {
    const { customer } = asked;
    if (customer !== undefined && !account.deletedCustomers.has(customer))
      customerNamed(account, customer);
    return page(account, asked, {
      items: account.subscriptions,
      url: '/v1/subscriptions',
      by: { customer },
      keep: (one) => hasStatus(one, asked.status) && isAsked(one, asked),
    });
  });
  get('/v1/subscription_items', { ...pageShape, subscription: text }, (asked) => {
    const id = required(asked.subscription, 'subscription');
    const { items } = found(account.subscriptions, kind, id, 'subscription');
    const all = items.map((item) => showItem(account, item, id));
    return pageWithin(asked, { url: '/v1/subscription_items', kind: 'subscription_item', all });
  });
}

function hasStatus(one: Subscription, asked: string | undefined): boolean {
  if (asked === undefined) return one.status !== 'canceled' && one.status !== 'incomplete_expired';
  return asked === 'all' || (asked === 'ended' ? hasEnded(one) : one.status === asked);
}

function isAsked(
  one: Subscription,
  asked: {
    readonly price?: string;
    readonly collection_method?: string;
    readonly current_period_start?: ReturnType<typeof range>;
    readonly current_period_end?: ReturnType<typeof range>;
  },
): boolean {
  const [item] = one.items;
  return (
    (asked.price === undefined || one.items.some(({ price }) => price === asked.price)) &&
    (asked.collection_method ?? one.collection_method) === one.collection_method &&
    isWithin(item?.current_period_start ?? 0, asked.current_period_start) &&
    isWithin(item?.current_period_end ?? 0, asked.current_period_end)
  );
}

function create(account: Account, asked: Read<typeof createShape>): Subscription {
  const customer = customerNamed(account, asked.customer);
  const items = newItems(account, required(asked.items, 'items'));
  checkMethod(account, customer.id, asked.default_payment_method);
  const behaviour = asked.payment_behavior ?? 'allow_incomplete';
  if (behaviour === 'pending_if_incomplete')
    throw refused(
      null,
      'payment_behavior=pending_if_incomplete is only for updates.',
      'payment_behavior',
    );
  const trial_end = trialEndOf(account, asked);
  const collection_method = asked.collection_method ?? 'charge_automatically';
  const default_payment_method = asked.default_payment_method ?? null;
  if (
    trial_end === null &&
    collection_method === 'charge_automatically' &&
    behaviour !== 'default_incomplete'
  )
    needMethod(account, customer, default_payment_method);
  const currency = account.prices.get(items[0]?.price ?? '')?.currency ?? 'eur';
  const created = createSubscription(account, {
    customer: customer.id,
    currency,
    newItems: items,
    behaviour,
    metadata: mergedMetadata({}, asked.metadata),
    discounts: discountsAfter(account, [], asked.discounts),
    trial_end,
    default_payment_method,
    collection_method,
    days_until_due: asked.days_until_due ?? null,
    description: asked.description ?? null,
    trial_ending: asked.trial_settings?.end_behavior?.missing_payment_method ?? 'create_invoice',
    ...(asked.billing_cycle_anchor === undefined ? {} : { anchor: asked.billing_cycle_anchor }),
  });
  const ending = {
    ...(asked.cancel_at === undefined ? {} : { cancel_at: asked.cancel_at }),
    ...(asked.cancel_at_period_end === undefined
      ? {}
      : { cancel_at_period_end: asked.cancel_at_period_end }),
  };
  return Object.keys(ending).length === 0 ? created : updateSubscription(account, created, ending);
}

function newItems(
  account: Account,
  asked: NonNullable<Read<typeof createShape>['items']>,
): readonly NewItem[] {
  if (asked.length === 0)
    throw refused('parameter_missing', 'Missing required param: items.', 'items');
  return asked.map((item, index) => {
    const id = required(item.price, `items[${index}][price]`);
    const price = found(account.prices, 'price', id, `items[${index}][price]`);
    if (price.recurring === null)
      throw new StripeError(
        400,
        `The price specified is set to \`type=one_time\` but this field only accepts prices with \`type=recurring\`.`,
        { param: `items[${index}][price]` },
      );
    const quantity = item.quantity ?? 1;
    if (quantity < 0)
      throw refused(
        'parameter_invalid_integer',
        'This value must be greater than or equal to 0.',
        `items[${index}][quantity]`,
      );
    return { price: id, quantity, metadata: mergedMetadata({}, item.metadata) };
  });
}

const daySeconds = 86_400;
function trialEndOf(account: Account, asked: Read<typeof createShape>): number | null {
  const { trial_end: end, trial_period_days: days } = asked;
  if (days !== undefined && days > 0) return account.now() + days * daySeconds;
  if (end === undefined || end === 'now') return null;
  if (end <= account.now())
    throw refused(null, 'The trial_end must be in the future.', 'trial_end');
  return end;
}

function checkMethod(account: Account, customer: string, id: string | null | undefined): void {
  if (id === null || id === undefined) return;
  if (account.paymentMethods.get(id)?.customer !== customer)
    throw missing('PaymentMethod', id, 'default_payment_method');
}

function needMethod(account: Account, customer: Customer, own: string | null): void {
  const asked = { customer: customer.id, default_payment_method: own };
  if (methodFor(account, asked) !== undefined) return;
  throw new StripeError(
    400,
    'This customer has no attached payment source or default payment method. Please consider adding a default payment method. For more information, visit https://stripe.com/docs/billing/subscriptions/payment-methods-setting#payment-method-priority.',
    { code: 'resource_missing' },
  );
}
