/** Stripe in memory: subscriptions that a test changes, and the requests to it. */
import type { BilledSubscription } from '../../reconciler/core/billing/billing.ts';
import { Failure } from '../../reconciler/core/failure.ts';
import type { Billing, StripePurpose } from '../../reconciler/ports/billing.ts';
import type { FakeTime } from './time.ts';

export type FakeStripe = {
  account: { id: string; livemode: boolean };
  readonly subscriptions: Map<string, BilledSubscription>;
  /** subscriptions whose last invoice is paid and not refunded */
  readonly paid: Set<string>;
  /** customers with an open dispute; their charge is called `ch_` and the customer */
  readonly disputed: Set<string>;
  /** subscriptions whose payment it refuses to refund for good, and why */
  readonly unrefundable: Map<string, string>;
  /** done once for each idempotency key */
  readonly done: Map<string, { readonly kind: 'cancel' | 'refund'; readonly id: string }>;
};

export function createStripe(): FakeStripe {
  return {
    account: { id: 'acct_1Example', livemode: false },
    subscriptions: new Map(),
    paid: new Set(),
    unrefundable: new Map(),
    disputed: new Set(),
    done: new Map(),
  };
}

/** Subscriptions that are certainly paid. */
export function payingOf({ subscriptions }: FakeStripe): readonly string[] {
  return [...subscriptions.values()]
    .filter(({ status, pausedCollection }) => status === 'active' && pausedCollection === null)
    .map(({ id }) => id);
}

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
    disputed: null,
    items: [{ priceId: 'price_S', productId: 'prod_Starter', lookupKey: null, quantity: 1 }],
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
  const first = (kind: 'cancel' | 'refund', id: string, purpose: StripePurpose) => {
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
    isDisputed: async (customer) => stripe.disputed.has(customer),
    async *allSubscriptions(after) {
      const newest = [...stripe.subscriptions.values()].reverse();
      const from = after === undefined ? 0 : newest.findIndex(({ id }) => id === after) + 1;
      yield* newest.slice(from);
    },
    async cancelSubscription(id, purpose) {
      if (!first('cancel', id, purpose)) return;
      const seconds = Math.floor(time.now() / 1000);
      change(id, { status: 'canceled', canceledAt: seconds, endedAt: seconds });
    },
    async refundLastInvoice(id, purpose) {
      if (!stripe.paid.has(id)) return 'none';
      const refusal = stripe.unrefundable.get(id);
      if (refusal !== undefined) throw new Failure('InvalidInput', refusal);
      first('refund', id, purpose);
      stripe.paid.delete(id);
      return 'refunded';
    },
  };
}
