/**
 * Compares the prices that the catalog states, which the product's site shows, with what Stripe
 * charges those who buy now. They are stated and not read from Stripe, because a plan may have
 * several prices (by year, in several currencies) and only a person knows which one is shown, and
 * because the site's catalog must not depend on Stripe's answer.
 */
import type { Catalog } from '../agent/catalog.ts';
import type { SoldPrice } from '../billing/billing.ts';
import { compareText } from '../fleet/world.ts';
import { majorUnits, moneyText } from '../text/money.ts';

export type PriceDifference = { readonly plan: string; readonly message: string };

/** The plans of which the catalog states a price, sorted. */
export function plansWithPrice({ plans }: Catalog): readonly string[] {
  return Object.keys(plans)
    .filter((plan) => plans[plan]?.price !== undefined)
    .sort(compareText);
}

/**
 * Every price that is sold by the month, in the currency that is shown, has to be the one shown.
 *
 * @param sold by plan, for the plans with a price
 */
export function priceDifferences(
  { plans }: Catalog,
  sold: ReadonlyMap<string, readonly SoldPrice[]>,
): readonly PriceDifference[] {
  return [...sold]
    .flatMap(([plan, prices]) => {
      const shown = plans[plan]?.price;
      if (shown === undefined) return [];
      const { monthly, currency } = shown;
      const text = `${plan} is shown for ${monthly.toFixed(2)} ${currency} a month`;
      const same = prices.filter((one) => one.monthly.currency.toUpperCase() === currency);
      if (same.length === 0)
        return [{ plan, message: `${text}, and Stripe has no active price in ${currency} for it` }];
      return same
        .filter((one) => majorUnits(one.monthly.amount, currency) !== monthly)
        .map(({ priceId, monthly: { amount } }) => {
          return {
            plan,
            message: `${text}, and ${priceId} charges ${moneyText(amount, currency)}`,
          };
        });
    })
    .sort((a, b) => compareText(a.message, b.message));
}
