/** What a subscription is charged for its plan, with discounts. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BilledItem, Discount } from '../../../reconciler/core/billing/billing.ts';
import { chargedMonthly } from '../../../reconciler/core/money/charge.ts';
import { subscriptionNo } from '../../builders/world.ts';
import { subscription } from '../../fakes/billing.ts';

const item = (priceId: string, part: Partial<BilledItem> = {}): BilledItem => {
  const monthly = { amount: 2000, currency: 'eur' };
  return { priceId, productId: 'prod_1', lookupKey: null, quantity: 1, monthly, ...part };
};
const plan = item('price_plan');
const addOn = item('price_addOn', { monthly: { amount: 3000, currency: 'eur' }, quantity: 2 });
const percent = (value: number, ...priceIds: readonly string[]): Discount => {
  return { priceIds, off: { kind: 'percent', percent: value } };
};
const amount = (value: number, ...priceIds: readonly string[]): Discount => {
  return { priceIds, off: { kind: 'amount', amount: value, currency: 'eur' } };
};
function charged(discounts: readonly Discount[] | null, items = [plan, addOn], of = plan) {
  const bought = subscription(subscriptionNo(1), 'cus_1', { items, discounts });
  return chargedMonthly(bought, of)?.amount ?? null;
}
const both = ['price_plan', 'price_addOn'] as const;

describe('the charge for an item', () => {
  it('is its price times its quantity', () => {
    assert.equal(charged([]), 2000);
    assert.equal(charged([], [plan, addOn], addOn), 6000);
  });

  it('is less by the discounts on it, one after the other', () => {
    assert.equal(charged([percent(25, 'price_plan')]), 1500);
    assert.equal(charged([percent(25, 'price_addOn')]), 2000);
    assert.equal(charged([percent(50, 'price_plan'), percent(50, ...both)]), 500);
    assert.equal(charged([amount(500, 'price_plan')]), 1500);
    assert.equal(charged([amount(9999, 'price_plan')]), 0);
  });

  it('bears its share of an amount on several items', () => {
    assert.equal(charged([amount(800, ...both)]), 1800);
    assert.equal(charged([percent(100, 'price_addOn'), amount(800, ...both)]), 1200);
  });

  it('is not known where a part of it is not', () => {
    const metered = item('price_addOn', { monthly: null });
    assert.equal(charged(null), null);
    assert.equal(charged([{ priceIds: ['price_plan'], off: { kind: 'unknown' } }]), null);
    assert.equal(charged([], [metered], metered), null);
    assert.equal(charged([amount(800, ...both)], [plan, metered]), null);
    assert.equal(charged([percent(50, ...both)], [plan, metered]), 1000);
    const dollars: Discount['off'] = { kind: 'amount', amount: 1, currency: 'usd' };
    assert.equal(charged([{ priceIds: ['price_plan'], off: dollars }]), null);
  });
});
