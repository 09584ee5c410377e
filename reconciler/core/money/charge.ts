/**
 * What Stripe charges for an item of a subscription a month: its price times its quantity, less
 * the discounts that recur, without taxes. An amount is taken off all items of its discount
 * together, by their share.
 */
import type { BilledItem, BilledSubscription, Discount } from '../billing/billing.ts';

/** null where the price or a discount is not known: no amount is better than a wrong one. */
export function chargedMonthly(
  { items, discounts }: BilledSubscription,
  item: BilledItem,
): BilledItem['monthly'] {
  if (item.monthly === null || discounts === null) return null;
  const { currency } = item.monthly;
  let charges = items.map((one) => {
    const amount = one.monthly === null ? null : one.monthly.amount * one.quantity;
    return { priceId: one.priceId, amount };
  });
  for (const { priceIds, off } of discounts) {
    const isConcerned = ({ priceId }: { readonly priceId: string }) => priceIds.includes(priceId);
    const share = shareOf(off, charges.filter(isConcerned), currency);
    charges = charges.map(({ priceId, amount }) => {
      if (!isConcerned({ priceId })) return { priceId, amount };
      const left = amount === null || share === null ? null : amount * (1 - share);
      return { priceId, amount: left };
    });
  }
  const amount = charges[items.indexOf(item)]?.amount ?? null;
  return amount === null ? null : { amount, currency };
}

/** The part of the charges that the discount takes off, from 0 to 1. */
function shareOf(
  off: Discount['off'],
  charges: readonly { readonly amount: number | null }[],
  currency: string,
): number | null {
  switch (off.kind) {
    case 'unknown':
      return null;
    case 'percent':
      return Math.min(1, off.percent / 100);
    case 'amount': {
      // Without a price of another item its part of the amount is not known.
      if (off.currency !== currency || charges.some(({ amount }) => amount === null)) return null;
      const sum = charges.reduce((all, { amount }) => all + (amount ?? 0), 0);
      return sum <= 0 ? 0 : Math.min(1, off.amount / sum);
    }
  }
}
