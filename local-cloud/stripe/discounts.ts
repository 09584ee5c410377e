/** Coupons, and the discounts that they give a subscription: what is taken off its invoices. */
import type { Account } from './account.ts';
import { refused } from './parameters.ts';
import { periodEnd } from './periods.ts';
import type { Coupon, Discount, Subscription } from './records.ts';
import type { Shown } from './shown.ts';

type AskedDiscount = { readonly coupon?: string; readonly discount?: string };

/** New ones for coupons; a discount that the subscription has may be named again. */
export function discountsAfter(
  account: Account,
  before: readonly Discount[],
  asked: readonly AskedDiscount[] | null | undefined,
): readonly Discount[] {
  if (asked === undefined) return before;
  return (asked ?? []).map((one, index) => {
    const kept = before.find(({ id }) => id === one.discount);
    if (kept !== undefined) return kept;
    const coupon = account.coupons.get(one.coupon ?? '');
    if (coupon === undefined)
      throw refused('resource_missing', `No such coupon: '${one.coupon}'`, `discounts[${index}]`);
    const start = account.now();
    const months = { interval: 'month', interval_count: coupon.duration_in_months ?? 1 } as const;
    const end = coupon.duration === 'repeating' ? periodEnd(start, start, months) : null;
    // A coupon that is deleted later is still applied.
    return { id: account.newId('di'), coupon, start, end };
  });
}

type Amount = {
  readonly amount: number;
  readonly proration: boolean;
  readonly price: string;
};
type DiscountAmount = { readonly discount: string; readonly amount: number };

/** What each line is reduced by; prorations are not. */
export function discountAmounts(
  { prices }: Account,
  discounts: readonly Discount[],
  lines: readonly Amount[],
): readonly (readonly DiscountAmount[])[] {
  const left = lines.map(({ amount, proration }) => (proration ? 0 : amount));
  const found: DiscountAmount[][] = lines.map(() => []);
  for (const { id, coupon } of discounts) {
    const isOf = ({ price }: Amount) =>
      coupon.products?.includes(prices.get(price)?.product ?? '') ?? true;
    const concerned = left.map((amount, place) => {
      const line = lines[place];
      return line !== undefined && isOf(line) ? amount : 0;
    });
    const sum = concerned.reduce((all, amount) => all + amount, 0);
    for (const [place, amount] of concerned.entries()) {
      const share =
        coupon.percent_off === null
          ? ((coupon.amount_off ?? 0) * amount) / Math.max(1, sum)
          : (amount * coupon.percent_off) / 100;
      const off = Math.min(amount, Math.round(share));
      if (off <= 0) continue;
      left[place] = amount - off;
      found[place]?.push({ discount: id, amount: off });
    }
  }
  return found;
}

/** What is taken off a line. */
export function discountOf({ discounts }: { readonly discounts: readonly DiscountAmount[] }) {
  return discounts.reduce((sum, { amount }) => sum + amount, 0);
}

/** Those that an invoice of now has. */
export function discountsNow(account: Account, { discounts }: Subscription): readonly Discount[] {
  return discounts.filter(({ end }) => end === null || account.now() < end);
}

/** Those that the next invoice has, too. */
export function discountsLeft(account: Account, one: Subscription): readonly Discount[] {
  return discountsNow(account, one).filter(({ coupon }) => coupon.duration !== 'once');
}

export function showCoupon({ livemode }: Account, coupon: Coupon): Shown {
  return {
    id: coupon.id,
    object: 'coupon',
    amount_off: coupon.amount_off,
    created: coupon.created,
    currency: coupon.currency,
    duration: coupon.duration,
    duration_in_months: coupon.duration_in_months,
    livemode,
    max_redemptions: null,
    metadata: coupon.metadata,
    name: coupon.name,
    percent_off: coupon.percent_off,
    redeem_by: null,
    times_redeemed: 0,
    valid: true,
  };
}

export function showDiscount({ id, coupon, start, end }: Discount, of: Subscription): Shown {
  return {
    id,
    object: 'discount',
    checkout_session: null,
    customer: of.customer,
    customer_account: null,
    end,
    invoice: null,
    invoice_item: null,
    promotion_code: null,
    source: { coupon: coupon.id, type: 'coupon' },
    start,
    subscription: of.id,
    subscription_item: null,
  };
}
