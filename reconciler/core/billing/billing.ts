/** A subscription as Stripe has it now: the fields that decisions need, parsed by the adapter. */

import type { PaymentReport } from '../agent/payment-reports.ts';
import type { Failure } from '../failure.ts';

/** https://docs.stripe.com/api/subscriptions/object#subscription_object-status */
export const subscriptionStatuses = [
  'incomplete',
  'incomplete_expired',
  'trialing',
  'active',
  'past_due',
  'unpaid',
  'canceled',
  'paused',
] as const;
export type SubscriptionStatus = (typeof subscriptionStatuses)[number];

export type BilledItem = {
  readonly priceId: string;
  readonly productId: string;
  readonly lookupKey: string | null;
  readonly quantity: number;
  /** what it costs a month, before discounts and taxes; null where the price has no fixed amount */
  readonly monthly: MonthlyPrice | null;
};

/** A price of Stripe that can be bought now, and recurs monthly. */
export type SoldPrice = { readonly priceId: string; readonly monthly: MonthlyPrice };

type MonthlyPrice = {
  /** in the smallest unit of the currency */
  readonly amount: number;
  /** three letters in lower case, as Stripe has them */
  readonly currency: string;
};

/** A discount that recurs, on the items with these prices. */
export type Discount = {
  readonly priceIds: readonly string[];
  readonly off:
    | { readonly kind: 'percent'; readonly percent: number }
    /** a month, in the smallest unit of the currency */
    | ({ readonly kind: 'amount' } & MonthlyPrice)
    | { readonly kind: 'unknown' };
};

/** Times are seconds since the epoch, as Stripe gives them. */
export type BilledSubscription = {
  readonly id: string;
  readonly customer: string;
  readonly status: SubscriptionStatus;
  readonly livemode: boolean;
  readonly created: number;
  readonly startDate: number;
  readonly canceledAt: number | null;
  readonly endedAt: number | null;
  readonly cancelAt: number | null;
  readonly cancelAtPeriodEnd: boolean;
  /** the latest end of the items' periods; the subscription itself has none */
  readonly currentPeriodEnd: number | null;
  readonly pausedCollection: 'keep_as_draft' | 'mark_uncollectible' | 'void' | null;
  /** since when its latest invoice has been due; null if it is not, or was not read */
  readonly owedSince: number | null;
  /** what banks report of payments of its customer now; null: not read */
  readonly reported: readonly PaymentReport[] | null;
  readonly items: readonly BilledItem[];
  /** those of an item first; null: not read */
  readonly discounts: readonly Discount[] | null;
  readonly metadata: Readonly<Record<string, string>>;
};

/** A listed subscription that cannot be parsed; it does not affect the others. */
export type UnreadSubscription = Pick<BilledSubscription, 'id'> & { readonly unread: Failure };

/** A webhook's event after its signature was checked: a trigger without state. */
export type VerifiedEvent = {
  readonly id: string;
  readonly type: string;
  readonly account: string | null;
  readonly livemode: boolean;
  /** seconds since the epoch */
  readonly created: number;
  readonly subscriptionIds: readonly string[];
  readonly customer: string | null;
  /** the charge of a dispute or fraud warning, which names no subscription */
  readonly charge: string | null;
};
