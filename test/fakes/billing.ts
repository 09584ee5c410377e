/** Stripe in memory: subscriptions that a test changes, and the requests to it. */
import type { BilledSubscription, SoldPrice } from '../../reconciler/core/billing/billing.ts';
import { Failure } from '../../reconciler/core/failure.ts';
import type { MadeRefund } from '../../reconciler/core/fleet/refunds.ts';
import type { Billing, StripePurpose } from '../../reconciler/ports/billing.ts';
import type { FakeTime } from './time.ts';

export type FakeStripe = {
  account: { id: string; livemode: boolean };
  readonly subscriptions: Map<string, BilledSubscription>;
  /** subscriptions whose last invoice is paid and not refunded */
  readonly paid: Set<string>;
  /** what is sold by the month, and the products that it belongs to */
  readonly prices: Map<string, SoldPrice & { readonly productId: string }>;
  /** customers with an open dispute; their charge is called `ch_` and the customer */
  readonly disputed: Set<string>;
  /** customers with a fraud warning that is not over */
  readonly warned: Set<string>;
  /** customers without an e-mail address */
  readonly withoutAddress: Set<string>;
  /** subscriptions whose payment it refuses to refund for good, and why */
  readonly unrefundable: Map<string, string>;
  /** done once for each idempotency key */
  readonly done: Map<string, { readonly kind: Effect; readonly id: string }>;
  /** how many periods of a subscription were renewed: each has an invoice of its own */
  readonly renewals: Map<string, number>;
  /** invoices of earlier periods that are paid and not refunded */
  readonly paidBefore: Set<string>;
  readonly refunds: FakeRefund[];
  /** what a person gave back of an invoice by credit notes */
  readonly credited: Map<string, number>;
};
type Effect = 'cancel' | 'refund' | 'pause' | 'resume';
export type FakeRefund = {
  made: MadeRefund;
  readonly invoice: string;
  readonly key: string;
  readonly seconds: number;
};
/** what each of its invoices is about */
const paidAmount = 1900;

export function createStripe(): FakeStripe {
  return {
    account: { id: 'acct_1Example', livemode: false },
    subscriptions: new Map(),
    paid: new Set(),
    unrefundable: new Map(),
    prices: new Map(),
    disputed: new Set(),
    warned: new Set(),
    withoutAddress: new Set(),
    done: new Map(),
    renewals: new Map(),
    paidBefore: new Set(),
    refunds: [],
    credited: new Map(),
  };
}

export function invoiceOf({ renewals }: FakeStripe, subscription: string): string {
  return `in_${subscription.replace('sub_', '')}_${renewals.get(subscription) ?? 0}`;
}

/** The next period is paid. */
export function renew(stripe: FakeStripe, subscription: string): void {
  const { paid, paidBefore, renewals } = stripe;
  if (paid.has(subscription)) paidBefore.add(invoiceOf(stripe, subscription));
  renewals.set(subscription, (renewals.get(subscription) ?? 0) + 1);
  paid.add(subscription);
}

/** Subscriptions that are certainly paid. */
export function payingOf({ subscriptions }: FakeStripe): readonly string[] {
  return [...subscriptions.values()]
    .filter(({ status, pausedCollection }) => status === 'active' && pausedCollection !== 'void')
    .map(({ id }) => id);
}

const starterItem = {
  priceId: 'price_S',
  productId: 'prod_Starter',
  lookupKey: null,
  quantity: 1,
  monthly: { amount: paidAmount, currency: 'eur' },
};

/** A subscription to the `starter` plan that pays. */
export function subscription(
  id: string,
  customer: string,
  part: Partial<BilledSubscription> = {},
): BilledSubscription {
  return {
    id,
    customer,
    status: 'active',
    livemode: false,
    created: 1_763_000_000,
    startDate: 1_763_000_000,
    canceledAt: null,
    endedAt: null,
    cancelAt: null,
    cancelAtPeriodEnd: false,
    currentPeriodEnd: 1_766_000_000,
    pausedCollection: null,
    owedSince: null,
    reported: null,
    items: [starterItem],
    discounts: [],
    metadata: {},
    ...part,
  };
}

export function createFakeBilling(stripe: FakeStripe, time: FakeTime): Billing {
  const change = (id: string, part: Partial<BilledSubscription>) => {
    const before = stripe.subscriptions.get(id);
    if (before === undefined) throw new Failure('NotFound', `no subscription ${id}`);
    stripe.subscriptions.set(id, { ...before, ...part });
  };
  const first = (kind: Effect, id: string, purpose: StripePurpose) => {
    const key = `${purpose.agent}/${purpose.revision}/${purpose.purpose}`;
    if (stripe.done.has(key)) return false;
    stripe.done.set(key, { kind, id });
    return true;
  };
  return {
    verify(rawBody, signature) {
      if (signature !== 'valid') throw new Failure('InvalidInput', 'the signature is wrong');
      return JSON.parse(rawBody.toString());
    },
    account: async () => ({ ...stripe.account }),
    subscription: async (id) => stripe.subscriptions.get(id) ?? null,
    subscriptionIdsOf: async (customer) =>
      [...stripe.subscriptions.values()]
        .filter((one) => one.customer === customer)
        .map(({ id }) => id),
    async customerOfCharge(charge) {
      const customer = charge.replace(/^ch_/, '');
      const paid = [...stripe.subscriptions.values()].some((one) => one.customer === customer);
      return paid ? customer : null;
    },
    customerEmail: async (customer) =>
      stripe.withoutAddress.has(customer) ? null : `${customer}@example.com`,
    reportsOn: async (customer) => [
      ...(stripe.disputed.has(customer) ? ['dispute' as const] : []),
      ...(stripe.warned.has(customer) ? ['fraudWarning' as const] : []),
    ],
    async *allSubscriptions(after, more) {
      const newest = [...stripe.subscriptions.values()].reverse();
      const from = after === undefined ? 0 : newest.findIndex(({ id }) => id === after) + 1;
      for (const one of newest.slice(from))
        yield more === undefined ? { ...one, discounts: null } : one;
    },
    async monthlyPrices({ products = [], prices = [] }) {
      return [...stripe.prices.values()]
        .filter((one) => products.includes(one.productId) || prices.includes(one.priceId))
        .map(({ priceId, monthly }) => ({ priceId, monthly }));
    },
    async cancelSubscription(id, purpose) {
      if (!first('cancel', id, purpose)) return;
      const seconds = Math.floor(time.now() / 1000);
      change(id, { status: 'canceled', canceledAt: seconds, endedAt: seconds });
    },
    async pauseCollection(id, purpose) {
      const { status, pausedCollection } = stripe.subscriptions.get(id) ?? {};
      if (status === 'canceled' || pausedCollection !== null) return;
      first('pause', id, purpose);
      change(id, { pausedCollection: 'mark_uncollectible', metadata: { aura_paused: '1' } });
    },
    async resumeCollection(id, purpose) {
      const { status, metadata } = stripe.subscriptions.get(id) ?? {};
      if (status === 'canceled' || metadata?.['aura_paused'] === undefined) return;
      first('resume', id, purpose);
      change(id, { pausedCollection: null, metadata: {} });
    },
    async lastInvoice(id) {
      if (!stripe.subscriptions.has(id)) throw new Failure('NotFound', `no subscription ${id}`);
      return invoiceOf(stripe, id);
    },
    async refundInvoice(invoice, purpose) {
      const key = `${purpose.agent}/${purpose.revision}/${purpose.purpose}`;
      const own = stripe.refunds.filter((one) => one.invoice === invoice && one.key === key);
      if (own.length > 0) return own.map(({ made }) => made);
      const id = [...stripe.paid].find((one) => invoiceOf(stripe, one) === invoice);
      if (id === undefined && !stripe.paidBefore.has(invoice)) return [];
      const refusal = stripe.unrefundable.get(id ?? '');
      if (refusal !== undefined) throw new Failure('InvalidInput', refusal);
      first('refund', id ?? invoice, purpose);
      stripe.paid.delete(id ?? '');
      stripe.paidBefore.delete(invoice);
      const made: MadeRefund = {
        id: `re_${stripe.refunds.length + 1}`,
        amount: paidAmount,
        currency: 'eur',
        state: 'succeeded',
        reason: null,
      };
      stripe.refunds.push({ made, invoice, key, seconds: Math.floor(time.now() / 1000) });
      return [made];
    },
    refundsSince: async (seconds) =>
      stripe.refunds.filter((one) => one.seconds >= seconds).map(({ made }) => made),
    async returnedSince(invoice, seconds) {
      const held = stripe.refunds.filter(
        (one) => one.invoice === invoice && one.seconds >= seconds && one.made.state !== 'failed',
      );
      const refunded = held.reduce((sum, { made }) => sum + made.amount, 0);
      return refunded + (stripe.credited.get(invoice) ?? 0);
    },
  };
}
