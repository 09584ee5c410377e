/**
 * Billing by Stripe, with its own package, in the API version that the package pins. What Stripe
 * says is parsed here once; the rest of the program sees BilledSubscription and nothing else.
 */
import Stripe from 'stripe';
import type { BilledSubscription, SubscriptionStatus, VerifiedEvent } from '../core/billing.ts';
import { subscriptionStatuses } from '../core/billing.ts';
import { Failure } from '../core/failure.ts';
import type { Billing, StripePurpose } from '../ports.ts';

export type StripeAdapterOptions = {
  readonly secretKey: string;
  /** several at once while one is being replaced */
  readonly webhookSecrets: readonly string[];
  /** `https://api.stripe.com` unless told */
  readonly apiBase: string | null;
};

/** https://docs.stripe.com/webhooks#replay-attacks */
const toleranceSeconds = 300;
const timeoutMs = 20_000;

export function createBilling(options: StripeAdapterOptions): Billing {
  const stripe = createClient(options);
  return {
    verify: (rawBody, signature, nowMs) =>
      verify(stripe, options.webhookSecrets, { rawBody, signature, nowMs }),
    async account() {
      const account = await asking(() => stripe.accounts.retrieveCurrent());
      // The account object does not say its mode; the key does.
      return { id: account.id, livemode: /^(sk|rk)_live_/.test(options.secretKey) };
    },
    async subscription(id) {
      try {
        return billedSubscription(await stripe.subscriptions.retrieve(id));
      } catch (error) {
        if (
          error instanceof Stripe.errors.StripeInvalidRequestError &&
          error.code === 'resource_missing'
        )
          return null;
        throw failureOf(error);
      }
    },
    async subscriptionsOf(customer) {
      const found: BilledSubscription[] = [];
      await asking(async () => {
        for await (const one of stripe.subscriptions.list({ customer, status: 'all', limit: 100 }))
          found.push(billedSubscription(one));
      });
      return found;
    },
    async *allSubscriptions() {
      try {
        for await (const one of stripe.subscriptions.list({ status: 'all', limit: 100 }))
          yield billedSubscription(one);
      } catch (error) {
        throw failureOf(error);
      }
    },
    async cancelSubscription(id, purpose) {
      const subscription = await asking(() => stripe.subscriptions.retrieve(id));
      if (subscription.status === 'canceled' || subscription.status === 'incomplete_expired')
        return;
      await asking(() => stripe.subscriptions.cancel(id, {}, { idempotencyKey: keyOf(purpose) }));
    },
    async pauseCollection(id, purpose) {
      await asking(() =>
        stripe.subscriptions.update(
          id,
          { pause_collection: { behavior: 'void' } },
          { idempotencyKey: keyOf(purpose) },
        ),
      );
    },
    refundLastInvoice: (id, purpose) => asking(() => refundLastInvoice(stripe, id, purpose)),
  };
}

function createClient({ secretKey, apiBase }: StripeAdapterOptions): Stripe {
  const base = new URL(apiBase ?? 'https://api.stripe.com');
  return new Stripe(secretKey, {
    host: base.hostname,
    port: base.port === '' ? (base.protocol === 'http:' ? 80 : 443) : Number(base.port),
    protocol: base.protocol === 'http:' ? 'http' : 'https',
    maxNetworkRetries: 2,
    timeout: timeoutMs,
    telemetry: false,
  });
}

type Delivery = {
  readonly rawBody: Buffer;
  readonly signature: string | undefined;
  readonly nowMs: number;
};

function verify(
  stripe: Stripe,
  secrets: readonly string[],
  { rawBody, signature, nowMs }: Delivery,
): VerifiedEvent {
  if (signature === undefined)
    throw new Failure('InvalidInput', 'the Stripe-Signature header is missing');
  const signed = Number(/(?:^|,)t=(\d+)/.exec(signature)?.[1] ?? Number.NaN);
  // The package takes a time from the future; nobody honest signs one.
  if (!(signed <= nowMs / 1000 + toleranceSeconds))
    throw new Failure('InvalidInput', 'the signature is from the future or carries no time');
  let failure: unknown;
  for (const secret of secrets) {
    try {
      const event = stripe.webhooks.constructEvent(
        rawBody,
        signature,
        secret,
        toleranceSeconds,
        undefined,
        nowMs,
      );
      return verifiedEvent(event);
    } catch (error) {
      failure = error;
    }
  }
  const old = signed < nowMs / 1000 - toleranceSeconds;
  throw new Failure(
    'InvalidInput',
    old ? 'the signature is too old' : 'the signature or the body is not valid',
    { cause: failure },
  );
}

function verifiedEvent(event: unknown): VerifiedEvent {
  const { id, type, account, livemode, created, data } = (event ?? {}) as Record<string, unknown>;
  const object = (data as { object?: Record<string, unknown> } | undefined)?.object;
  if (
    typeof id !== 'string' ||
    typeof type !== 'string' ||
    typeof created !== 'number' ||
    object === undefined ||
    object === null
  ) {
    throw new Failure('InvalidInput', 'the body is no Stripe event');
  }
  const customer = object['object'] === 'customer' ? object['id'] : object['customer'];
  return {
    id,
    type,
    account: typeof account === 'string' ? account : null,
    livemode: livemode === true,
    created,
    subscriptionIds: subscriptionIdsOf(object),
    customer: idOf(customer),
  };
}

/** Wherever an event's object may name its subscription: itself, or either shape of an invoice. */
function subscriptionIdsOf(object: Record<string, unknown>): readonly string[] {
  const parent = object['parent'] as
    | { subscription_details?: { subscription?: unknown } }
    | null
    | undefined;
  const own = object['object'] === 'subscription' ? object['id'] : null;
  const ids = [own, object['subscription'], parent?.subscription_details?.subscription]
    .map(idOf)
    .filter((id) => id !== null);
  return [...new Set(ids)].sort();
}

function idOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  const id = (value as { id?: unknown } | null | undefined)?.id;
  return typeof id === 'string' ? id : null;
}

function billedSubscription(one: Stripe.Subscription): BilledSubscription {
  if (!subscriptionStatuses.includes(one.status as SubscriptionStatus)) {
    throw new Failure(
      'UnexpectedAnswer',
      `subscription ${one.id} has the unknown status ${one.status}`,
    );
  }
  const ends = one.items.data
    .map((item) => item.current_period_end)
    .filter((end) => typeof end === 'number');
  return {
    id: one.id,
    customer: idOf(one.customer) ?? '',
    status: one.status as SubscriptionStatus,
    livemode: one.livemode,
    created: one.created,
    startDate: one.start_date,
    canceledAt: one.canceled_at,
    endedAt: one.ended_at,
    cancelAt: one.cancel_at,
    cancelAtPeriodEnd: one.cancel_at_period_end,
    currentPeriodEnd: ends.length === 0 ? null : Math.max(...ends),
    trialEnd: one.trial_end,
    pauseCollection: pausedCollection(one),
    items: one.items.data.map((item) => ({
      priceId: item.price.id,
      productId: idOf(item.price.product) ?? '',
      lookupKey: item.price.lookup_key,
      quantity: item.quantity ?? 1,
    })),
    metadata: { ...one.metadata },
  };
}

const pauseBehaviors = ['keep_as_draft', 'mark_uncollectible', 'void'] as const;

function pausedCollection(one: Stripe.Subscription): BilledSubscription['pauseCollection'] {
  if (one.pause_collection === null) return null;
  const { behavior: said, resumes_at: resumesAt } = one.pause_collection;
  const behavior = pauseBehaviors.find((known) => known === said);
  if (behavior === undefined)
    throw new Failure('UnexpectedAnswer', `collection of ${one.id} is paused in an unknown way`);
  return { behavior, resumesAt };
}

async function refundLastInvoice(
  stripe: Stripe,
  id: string,
  purpose: StripePurpose,
): Promise<'refunded' | 'none'> {
  const subscription = await stripe.subscriptions.retrieve(id);
  const invoiceId = idOf(subscription.latest_invoice);
  if (invoiceId === null) return 'none';
  const invoice = await stripe.invoices.retrieve(invoiceId, { expand: ['payments'] });
  const payment = idOf(invoice.payments?.data[0]?.payment.payment_intent);
  if (payment === null) return 'none';
  const refunds = await stripe.refunds.list({ payment_intent: payment, limit: 100 });
  const refunded = refunds.data
    .filter((one) => one.status !== 'failed' && one.status !== 'canceled')
    .reduce((sum, one) => sum + one.amount, 0);
  const amount = invoice.amount_paid - refunded;
  if (amount <= 0) return 'none';
  await stripe.refunds.create(
    { payment_intent: payment, amount },
    { idempotencyKey: keyOf(purpose) },
  );
  return 'refunded';
}

/** The same purpose for the same revision of the same agent is the same request, whoever asks. */
function keyOf({ agent, revision, purpose }: StripePurpose): string {
  return `${agent}/${revision}/${purpose}`;
}

async function asking<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    throw failureOf(error);
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (!(error instanceof Stripe.errors.StripeError))
    return new Failure('UnexpectedAnswer', 'Stripe could not be read', { cause: error });
  const details = {
    cause: error,
    ...(error.statusCode === undefined ? {} : { httpStatus: error.statusCode }),
  };
  if (error instanceof Stripe.errors.StripeAuthenticationError)
    return new Failure('Unauthorized', 'Stripe refuses our key', details);
  if (error instanceof Stripe.errors.StripePermissionError)
    return new Failure('Forbidden', 'our Stripe key may not do this', details);
  if (error instanceof Stripe.errors.StripeRateLimitError)
    return new Failure('RateLimited', 'Stripe asks us to slow down', details);
  if (error instanceof Stripe.errors.StripeConnectionError)
    return new Failure('NetworkUnreachable', 'Stripe does not answer', details);
  if (error instanceof Stripe.errors.StripeInvalidRequestError)
    return new Failure('InvalidInput', `Stripe refuses: ${error.message}`, details);
  return new Failure(
    'ProviderOutage',
    `Stripe fails (${error.statusCode ?? 'no status'})`,
    details,
  );
}
