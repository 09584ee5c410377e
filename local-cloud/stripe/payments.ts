/** Payment intents and their charges, which succeed or are declined. */
import type { Account } from './account.ts';
import { StripeError } from './errors.ts';
import type { CardError, Charge, PaymentIntent } from './money-records.ts';
import type { PaymentMethod } from './records.ts';
import { show } from './show.ts';

type Payment = {
  readonly amount: number;
  readonly currency: string;
  readonly customer: string | null;
  readonly description: string | null;
};

export function createIntent(
  account: Account,
  payment: Payment,
  extra: Partial<PaymentIntent> = {},
): PaymentIntent {
  const intent = account.paymentIntents.put({
    id: account.newId('pi'),
    object: 'payment_intent',
    created: account.now(),
    ...payment,
    status: 'requires_payment_method',
    payment_method: null,
    latest_charge: null,
    last_payment_error: null,
    canceled_at: null,
    cancellation_reason: null,
    metadata: {},
    ...extra,
  });
  account.emit('payment_intent.created', intent);
  return intent;
}

/** The intent after the attempt: succeeded, requiring an action, or without a method. */
export function tryToPay(
  account: Account,
  intent: PaymentIntent,
  method: PaymentMethod,
): PaymentIntent {
  if (method.behaviour === 'asks') {
    const asking = account.paymentIntents.put({
      ...intent,
      status: 'requires_action',
      payment_method: method.id,
    });
    account.emit('payment_intent.requires_action', asking);
    return asking;
  }
  const failure = method.behaviour === 'declines' ? declined : null;
  const charge = addCharge(account, { intent, method, failure });
  const after = account.paymentIntents.put({
    ...intent,
    latest_charge: charge.id,
    payment_method: failure === null ? method.id : null,
    last_payment_error: failure,
    status: failure === null ? 'succeeded' : 'requires_payment_method',
  });
  account.emit(failure === null ? 'charge.succeeded' : 'charge.failed', charge);
  account.emit(
    failure === null ? 'payment_intent.succeeded' : 'payment_intent.payment_failed',
    after,
  );
  return after;
}

function addCharge(
  account: Account,
  tried: {
    readonly intent: PaymentIntent;
    readonly method: PaymentMethod;
    readonly failure: CardError | null;
  },
): Charge {
  const { intent, method, failure } = tried;
  return account.charges.put({
    id: account.newId('ch'),
    object: 'charge',
    created: account.now(),
    amount: intent.amount,
    amount_refunded: 0,
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    payment_intent: intent.id,
    payment_method: method.id,
    failure,
    disputed: false,
    metadata: {},
  });
}

const declined: CardError = {
  code: 'card_declined',
  decline_code: 'generic_decline',
  message: 'Your card was declined.',
};
const asking: CardError = {
  code: 'authentication_required',
  decline_code: null,
  message: 'Your card was declined. This transaction requires authentication.',
};

/** The error of a request whose payment failed. */
export function paymentRefused(account: Account, intent: PaymentIntent | null): StripeError {
  const { code, decline_code, message } =
    intent?.last_payment_error ?? (intent?.status === 'requires_action' ? asking : declined);
  return new StripeError(402, message, {
    type: 'card_error',
    code,
    ...(decline_code === null ? {} : { decline_code }),
    ...(intent === null ? {} : { payment_intent: show(account, intent) }),
  });
}

export function cancelIntent(account: Account, intent: PaymentIntent, reason: string | null): void {
  const canceled = account.paymentIntents.put({
    ...intent,
    status: 'canceled',
    canceled_at: account.now(),
    cancellation_reason: reason,
  });
  account.emit('payment_intent.canceled', canceled);
}

/** https://docs.stripe.com/testing: cards and tokens with fixed outcomes. */
type TestCard = Pick<PaymentMethod, 'last4' | 'brand' | 'behaviour' | 'refunds'>;
const fine: TestCard = {
  last4: '4242',
  brand: 'visa',
  behaviour: 'succeeds',
  refunds: 'succeeds',
};
const testCards: Readonly<Record<string, TestCard>> = {
  visa: fine,
  mastercard: { ...fine, last4: '4444', brand: 'mastercard' },
  chargeCustomerFail: { ...fine, last4: '0341', behaviour: 'declines' },
  chargeDeclined: { ...fine, last4: '0002', behaviour: 'declines' },
  authenticationRequired: { ...fine, last4: '3184', behaviour: 'asks' },
  pendingRefund: { ...fine, last4: '7726', refunds: 'pends' },
  refundFail: { ...fine, last4: '5126', refunds: 'fails' },
};
const cardNumbers: Readonly<Record<string, string>> = {
  '4242424242424242': 'visa',
  '5555555555554444': 'mastercard',
  '4000000000000341': 'chargeCustomerFail',
  '4000000000000002': 'chargeDeclined',
  '4000002760003184': 'authenticationRequired',
  '4000000000007726': 'pendingRefund',
  '4000000000005126': 'refundFail',
};

/** A method of its own from `pm_card_visa`, `tok_visa` or a test number. */
export function createMethod(
  account: Account,
  card: string,
  customer: string | null,
): PaymentMethod | undefined {
  const known = testCards[cardNumbers[card] ?? card.replace(/^(pm_card|tok)_/, '')];
  if (known === undefined) return undefined;
  return account.paymentMethods.put({
    id: account.newId('pm'),
    object: 'payment_method',
    created: account.now(),
    customer,
    ...known,
    metadata: {},
  });
}
