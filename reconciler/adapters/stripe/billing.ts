/**
 * The port `Billing` with Stripe's package, in the API version that the package pins. Objects of
 * Stripe are parsed here once; the rest of the program sees only BilledSubscription.
 */
import Stripe from 'stripe';
import type { BilledSubscription, UnreadSubscription } from '../../core/billing/billing.ts';
import { Failure } from '../../core/failure.ts';
import type { Billing, StripePurpose } from '../../ports/billing.ts';
import { asking, failureOf, nullIfMissing } from './answer.ts';
import { createClient } from './client.ts';
import { pauseCollection, resumeCollection } from './collection.ts';
import { createDiscountReader, type DiscountReader, expandedDiscounts } from './discounts.ts';
import { reportsOn } from './payment-reports.ts';
import { soldMonthly } from './prices.ts';
import { idOf } from './reference.ts';
import { refundInvoice, refundsSince, returnedSince } from './refund.ts';
import { readWhole } from './subscription.ts';
import { verify } from './webhook.ts';

type StripeAdapterOptions = {
  readonly secretKey: string;
  /** several during a rotation */
  readonly webhookSecrets: readonly string[];
  /** e.g. `https://api.stripe.com` */
  readonly apiBase: string;
};

export function createBilling(options: StripeAdapterOptions): Billing {
  const stripe = createClient(options);
  return {
    verify: (rawBody, signature, nowMs) =>
      verify(stripe, options.webhookSecrets, { rawBody, signature, nowMs }),
    async account() {
      const account = await asking(() => stripe.accounts.retrieveCurrent());
      // The account object does not contain its mode; the key does.
      return { id: account.id, livemode: /^(sk|rk)_live_/.test(options.secretKey) };
    },
    async subscription(id) {
      const shown = await nullIfMissing(() =>
        stripe.subscriptions.retrieve(id, { expand: ['latest_invoice'] }),
      );
      return shown === null ? null : asking(() => readWhole(stripe, shown));
    },
    subscriptionIdsOf: (customer) =>
      asking(async () => {
        const ids: string[] = [];
        const asked = { customer, status: 'all', limit: 100 } as const;
        for await (const { id } of stripe.subscriptions.list(asked)) ids.push(id);
        return ids;
      }),
    customerOfCharge: (charge) =>
      asking(async () => idOf((await stripe.charges.retrieve(charge)).customer)),
    customerEmail: (customer) =>
      asking(async () => {
        const shown = await stripe.customers.retrieve(customer);
        return shown.deleted ? null : plainAddress(shown.email);
      }),
    reportsOn: (customer) => asking(() => reportsOn(stripe, customer)),
    async *allSubscriptions(after, more) {
      try {
        const asked = {
          ...{ status: 'all', limit: 100 },
          ...(after !== undefined && { starting_after: after }),
          ...(more !== undefined && { expand: expandedDiscounts }),
        } as const;
        const discountsOf = more === undefined ? null : createDiscountReader(stripe);
        for await (const one of stripe.subscriptions.list(asked))
          yield await readAlone(stripe, one, discountsOf);
      } catch (error) {
        throw failureOf(error);
      }
    },
    monthlyPrices: (of) => asking(() => soldMonthly(stripe, of)),
    async cancelSubscription(id, purpose) {
      const subscription = await asking(() => stripe.subscriptions.retrieve(id));
      if (subscription.status === 'canceled' || subscription.status === 'incomplete_expired')
        return;
      await asking(() => stripe.subscriptions.cancel(id, {}, { idempotencyKey: keyOf(purpose) }));
    },
    pauseCollection: (id, purpose) => asking(() => pauseCollection(stripe, id, withKey(purpose))),
    resumeCollection: (id, purpose) => asking(() => resumeCollection(stripe, id, withKey(purpose))),
    lastInvoice: (id) =>
      asking(async () => idOf((await stripe.subscriptions.retrieve(id)).latest_invoice)),
    refundInvoice: (invoice, purpose, unusedSince) =>
      asking(() => {
        const idempotencyKey = `${keyOf(purpose)}/${invoice}`;
        return refundInvoice(stripe, invoice, { purpose, idempotencyKey, unusedSince });
      }),
    refundsSince: (seconds) => asking(() => refundsSince(stripe, seconds)),
    returnedSince: (invoice, seconds) => asking(() => returnedSince(stripe, invoice, seconds)),
  };
}

/** Customers type it in: nothing else in it may become a header, or a second recipient. */
function plainAddress(email: string | null): string | null {
  const address = email?.trim() ?? '';
  const isPlain = /^[^\s<>@,;:"\\()[\]]{1,64}@[^\s<>@,;:"\\()[\]]{1,189}$/.test(address);
  return isPlain ? address : null;
}

/** A subscription that cannot be parsed does not end the listing. */
async function readAlone(
  stripe: Stripe,
  shown: Stripe.Subscription,
  discountsOf: DiscountReader | null,
): Promise<BilledSubscription | UnreadSubscription> {
  try {
    return await readWhole(stripe, shown, discountsOf);
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) throw error;
    const own = { scope: 'agent', errorClass: 'stalled', cause: error } as const;
    const message = `subscription ${shown.id} of Stripe cannot be parsed`;
    const unread = error instanceof Failure ? error : new Failure('UnexpectedAnswer', message, own);
    return { id: shown.id, unread };
  }
}

function withKey(purpose: StripePurpose) {
  return { revision: purpose.revision, idempotencyKey: keyOf(purpose) };
}

/** The same purpose, revision and agent make the same request in every run. */
function keyOf({ agent, revision, purpose }: StripePurpose): string {
  return `${agent}/${revision}/${purpose}`;
}
