/** The plan that was bought, by the items of a subscription. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { plansOfItem } from '../../../reconciler/core/billing/purchase.ts';
import { catalogOf, catalogText } from '../../builders/world.ts';

describe('an item of a subscription', () => {
  const catalog = catalogOf(
    catalogText.replace('{products: [prod_Pro]}', '{products: [prod_Pro], prices: [price_Pro]}'),
  );
  const item = {
    priceId: 'price_x',
    productId: 'prod_x',
    lookupKey: null,
    quantity: 1,
    monthly: null,
  };

  it('belongs to a plan by its product, its price or its lookup key', () => {
    assert.deepEqual(plansOfItem(catalog, { ...item, productId: 'prod_Starter' }), ['starter']);
    assert.deepEqual(plansOfItem(catalog, { ...item, lookupKey: 'starter_monthly' }), ['starter']);
    assert.deepEqual(plansOfItem(catalog, { ...item, priceId: 'price_Pro' }), ['pro']);
    assert.deepEqual(plansOfItem(catalog, item), []);
  });

  it('may have ids of the merchant’s own making: old plans, products, lookup keys', () => {
    const [plan, product, lookupKey] = ['Gold / monthly', 'agent (small)', 'agent:small@2026'];
    const own = catalogOf(
      catalogText.replace(
        '{products: [prod_Pro]}',
        JSON.stringify({ products: [product], prices: [plan], lookupKeys: [lookupKey] }),
      ),
    );
    for (const one of [{ priceId: plan }, { productId: product }, { lookupKey }])
      assert.deepEqual(plansOfItem(own, { ...item, ...one }), ['pro']);
  });

  it('may belong to several plans, all of which are returned', () => {
    const both = { ...item, productId: 'prod_Starter', priceId: 'price_Pro' };
    assert.deepEqual(plansOfItem(catalog, both), ['pro', 'starter']);
  });
});
