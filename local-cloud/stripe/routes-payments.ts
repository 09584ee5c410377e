/** https://docs.stripe.com/api/payment_intents, …/charges */
import type { Account } from './account.ts';
import { StripeError } from './errors.ts';
import { found, listShape, page } from './listing.ts';
import type { PaymentIntent } from './money-records.ts';
import {
  flag,
  ignored,
  integer,
  mergedMetadata,
  metadata,
  oneOf,
  type Read,
  refused,
  required,
  text,
} from './parameters.ts';
import { cancelIntent, createIntent, createMethod, paymentRefused, tryToPay } from './payments.ts';
import { customerNamed } from './routes-customers.ts';
import type { Routes } from './routing.ts';
import { show } from './show.ts';

export function registerPayments(routes: Routes): void {
  registerIntents(routes);
  registerCharges(routes);
}

const intentShape = {
  amount: integer,
  currency: text,
  customer: text,
  description: text,
  metadata,
  payment_method: text,
  confirm: flag,
  off_session: ignored,
  automatic_payment_methods: ignored,
  return_url: ignored,
  receipt_email: ignored,
  setup_future_usage: ignored,
};

function registerIntents({ account, get, post }: Routes): void {
  const { paymentIntents } = account;
  const one = (id: string) => found(paymentIntents, 'payment_intent', id);
  get('/v1/payment_intents', { ...listShape, customer: text }, ({ customer, ...asked }) =>
    page(account, asked, {
      items: paymentIntents,
      url: '/v1/payment_intents',
      by: { customer },
    }),
  );
  get('/v1/payment_intents/:id', {}, (_asked, id) => show(account, one(id)));
  post('/v1/payment_intents', intentShape, (asked) => {
    const amount = required(asked.amount, 'amount');
    const currency = required(asked.currency, 'currency').toLowerCase();
    if (amount < 1)
      throw refused(
        'parameter_invalid_integer',
        'This value must be greater than or equal to 1.',
        'amount',
      );
    const customer =
      asked.customer === undefined ? null : customerNamed(account, asked.customer).id;
    const intent = createIntent(
      account,
      { amount, currency, customer, description: asked.description ?? null },
      { metadata: mergedMetadata({}, asked.metadata) },
    );
    return show(account, asked.confirm === true ? confirm(account, intent, asked) : intent);
  });
  const confirmShape = { payment_method: text, return_url: ignored, off_session: ignored };
  post('/v1/payment_intents/:id/confirm', confirmShape, (asked, id) =>
    show(account, confirm(account, one(id), asked)),
  );
  const reasons = oneOf('abandoned', 'duplicate', 'fraudulent', 'requested_by_customer');
  post('/v1/payment_intents/:id/cancel', { cancellation_reason: reasons }, (asked, id) => {
    if (one(id).status === 'succeeded' || one(id).status === 'canceled') throw unexpected(one(id));
    cancelIntent(account, one(id), asked.cancellation_reason ?? null);
    return show(account, one(id));
  });
}

function confirm(
  account: Account,
  intent: PaymentIntent,
  asked: Read<{ payment_method: typeof text }>,
): PaymentIntent {
  if (intent.status === 'succeeded' || intent.status === 'canceled') throw unexpected(intent);
  const name = required(
    asked.payment_method ?? intent.payment_method ?? undefined,
    'payment_method',
  );
  const method =
    account.paymentMethods.get(name) ??
    (name.startsWith('pm_card_') ? createMethod(account, name, null) : undefined);
  if (method === undefined)
    throw refused('resource_missing', `No such PaymentMethod: '${name}'`, 'payment_method');
  const after = tryToPay(account, intent, method);
  if (after.status === 'requires_payment_method') throw paymentRefused(account, after);
  return after;
}

function unexpected(intent: PaymentIntent): StripeError {
  return new StripeError(
    400,
    `This PaymentIntent's status is ${intent.status}, so this is not possible any more.`,
    { code: 'payment_intent_unexpected_state' },
  );
}

function registerCharges({ account, get }: Routes): void {
  const { charges } = account;
  const shape = { ...listShape, customer: text, payment_intent: text };
  get('/v1/charges', shape, ({ customer, payment_intent, ...asked }) =>
    page(account, asked, {
      items: charges,
      url: '/v1/charges',
      by: { payment_intent, customer },
      keep: (one) => (customer ?? one.customer) === one.customer,
    }),
  );
  get('/v1/charges/:id', {}, (_asked, id) => show(account, found(charges, 'charge', id)));
}
