/** The prices that the catalog states, against those that Stripe charges. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SoldPrice } from '../../../reconciler/core/billing/billing.ts';
import { plansWithPrice, priceDifferences } from '../../../reconciler/core/money/shown-prices.ts';
import { catalogOf } from '../../builders/world.ts';

const { plans, ...rest } = catalogOf();
const { starter, pro } = plans;
assert.ok(starter !== undefined && pro !== undefined);
const catalog = {
  ...rest,
  plans: { pro, starter: { ...starter, price: { monthly: 19.9, currency: 'EUR' } } },
};
const sold = (amount: number, currency = 'eur', priceId = 'price_1'): SoldPrice => {
  return { priceId, monthly: { amount, currency } };
};
const differences = (...prices: readonly SoldPrice[]) =>
  priceDifferences(catalog, new Map([['starter', prices]])).map(({ message }) => message);

describe('a price that is shown', () => {
  it('only of plans with one', () => {
    assert.deepEqual(plansWithPrice(catalog), ['starter']);
    assert.deepEqual(plansWithPrice(catalogOf()), []);
    assert.deepEqual(priceDifferences(catalog, new Map([['pro', [sold(1)]]])), []);
  });

  it('is the one that is sold, whatever is charged in other currencies', () => {
    assert.deepEqual(differences(sold(1990)), []);
    assert.deepEqual(differences(sold(1990), sold(2500, 'usd', 'price_2')), []);
  });

  it('differs from any one that is sold', () => {
    const text = 'starter is shown for 19.90 EUR a month, and';
    assert.deepEqual(differences(sold(1990), sold(2900, 'eur', 'price_2')), [
      `${text} price_2 charges 29.00 EUR`,
    ]);
    assert.deepEqual(differences(sold(1990, 'usd')), [
      `${text} Stripe has no active price in EUR for it`,
    ]);
    assert.deepEqual(differences(), [`${text} Stripe has no active price in EUR for it`]);
  });
});
