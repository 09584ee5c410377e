/**
 * Reads the discounts of subscriptions that last: of the subscription, otherwise of its customer,
 * and of its items. Coupons are few, so each is asked for once.
 */
import type Stripe from 'stripe';
import type { Discount } from '../../core/billing/billing.ts';
import { nullIfMissing } from './answer.ts';
import { monthsOf } from './months.ts';
import { idOf } from './reference.ts';

type Shown = Stripe.Subscription['discounts'][number];
export type DiscountReader = (
  one: Stripe.Subscription,
  items: readonly Stripe.SubscriptionItem[],
) => Promise<readonly Discount[]>;

/** What a listing has to expand for it. */
export const expandedDiscounts = ['data.discounts', 'data.items.data.discounts', 'data.customer'];

export function createDiscountReader(stripe: Stripe): DiscountReader {
  const coupons = new Map<string, Promise<Stripe.Coupon | null>>();
  const couponOf = async (shown: Shown) => {
    const id = typeof shown === 'string' ? null : idOf(shown.source.coupon);
    if (id === null) return null;
    const asked = { expand: ['applies_to'] };
    const known = coupons.get(id) ?? nullIfMissing(() => stripe.coupons.retrieve(id, asked));
    coupons.set(id, known);
    return known;
  };
  return async (one, items) => {
    const found: (Discount | null)[] = [];
    for (const item of items)
      for (const shown of item.discounts) found.push(discountOf(await couponOf(shown), [item]));
    const ofAll = one.discounts.length > 0 ? one.discounts : ofCustomer(one);
    for (const shown of ofAll) {
      const coupon = await couponOf(shown);
      const products = coupon?.applies_to?.products ?? [];
      const concerned = ({ price }: Stripe.SubscriptionItem) =>
        products.length === 0 || products.includes(idOf(price.product) ?? '');
      found.push(discountOf(coupon, items.filter(concerned)));
    }
    return found.filter((discount) => discount !== null);
  };
}

/** A subscription without discounts has that of its customer. */
function ofCustomer({ customer }: Stripe.Subscription): readonly Shown[] {
  if (typeof customer === 'string' || customer.deleted === true) return [];
  return customer.discount === null || customer.discount === undefined ? [] : [customer.discount];
}

/** null for a discount that does not recur. A coupon that was deleted cannot be read any more. */
function discountOf(
  coupon: Stripe.Coupon | null,
  items: readonly Stripe.SubscriptionItem[],
): Discount | null {
  const priceIds = items.map(({ price }) => price.id);
  const [first] = items;
  const months = first === undefined ? null : monthsOf(first.price);
  if (coupon === null) return { priceIds, off: { kind: 'unknown' } };
  const { duration, percent_off: percent, amount_off: amount, currency } = coupon;
  if (duration === 'once') return null;
  if (percent !== null) return { priceIds, off: { kind: 'percent', percent } };
  if (amount === null || currency === null || months === null)
    return { priceIds, off: { kind: 'unknown' } };
  return { priceIds, off: { kind: 'amount', amount: amount / months, currency } };
}
