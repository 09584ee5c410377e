/** Reads from Stripe what the plans cost of which the catalog states a price. */
import type { Catalog } from '../../core/agent/catalog.ts';
import type { SoldPrice } from '../../core/billing/billing.ts';
import {
  type PriceDifference,
  plansWithPrice,
  priceDifferences,
} from '../../core/money/shown-prices.ts';
import type { Billing } from '../../ports/billing.ts';

/** Stripe is asked for nothing where the catalog states no price. */
export async function readPriceDifferences(
  billing: Pick<Billing, 'monthlyPrices'>,
  catalog: Catalog,
): Promise<readonly PriceDifference[]> {
  const sold = new Map<string, readonly SoldPrice[]>();
  for (const plan of plansWithPrice(catalog))
    sold.set(plan, await billing.monthlyPrices(catalog.plans[plan]?.stripe ?? {}));
  return priceDifferences(catalog, sold);
}
