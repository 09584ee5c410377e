/** Runs each method of the port Billing against a Stripe account of the local cloud. */
import assert from 'node:assert/strict';
import type { Billing } from '../../reconciler/ports/billing.ts';
import { idNo } from '../builders/world.ts';
import type { Started } from '../local-cloud/stripe/stripe-world.ts';
import type { Drives } from '../support/port-drives.ts';
import { refundLast } from '../support/refund-last.ts';

const purposeOf = (purpose: string) => ({ agent: idNo(1), revision: 1, purpose });

export function billingDrives({ world, clock, client }: Started): Drives<Billing> {
  const bought = () => world.checkout({ plan: 'starter', quiet: true });
  let paused = '';
  return {
    verify(billing) {
      assert.throws(() => billing.verify(Buffer.from('{}'), 't=1,v1=00', 0));
    },
    account: (billing) => billing.account(),
    async subscription(billing) {
      assert.ok(await billing.subscription((await bought()).subscription));
      assert.equal(await billing.subscription('sub_nope'), null);
    },
    async subscriptionIdsOf(billing) {
      assert.equal((await billing.subscriptionIdsOf((await bought()).customer)).length, 1);
    },
    async customerOfCharge(billing) {
      const { customer, subscription } = await bought();
      const { charge } = world.disputeLastPayment({ subscription, reason: 'general' });
      assert.equal(await billing.customerOfCharge(charge), customer);
    },
    customerEmail: async (billing) => billing.customerEmail((await bought()).customer),
    reportsOn: async (billing) => billing.reportsOn((await bought()).customer),
    async allSubscriptions(billing) {
      for (let n = 0; n < 100; n += 1) await bought();
      const ids: string[] = [];
      for await (const one of billing.allSubscriptions()) ids.push(one.id);
      assert.ok(ids.length > 100, 'a second page was read');
      for await (const one of billing.allSubscriptions(ids.at(-2)))
        assert.equal(one.id, ids.at(-1));
      const [newest = ''] = ids;
      const coupon = await client.coupons.create({ percent_off: 10, duration: 'forever' });
      await client.subscriptions.update(newest, { discounts: [{ coupon: coupon.id }] });
      for await (const one of billing.allSubscriptions(undefined, 'discounts'))
        if ('discounts' in one) assert.equal(one.discounts?.length, one.id === newest ? 1 : 0);
    },
    async monthlyPrices(billing) {
      const [product] = [...world.objects.products.values()];
      const products = [product?.id ?? '', 'prod_nope'];
      const ids = { products, prices: ['price_nope'], lookupKeys: ['a-key'] };
      assert.equal((await billing.monthlyPrices(ids)).length, 1);
    },
    async cancelSubscription(billing) {
      await billing.cancelSubscription((await bought()).subscription, purposeOf('cancel'));
    },
    async pauseCollection(billing) {
      paused = (await bought()).subscription;
      await billing.pauseCollection(paused, purposeOf('pause'));
    },
    resumeCollection: (billing) => billing.resumeCollection(paused, purposeOf('resume')),
    async lastInvoice(billing) {
      assert.match((await billing.lastInvoice((await bought()).subscription)) ?? '', /^in_/);
    },
    async refundInvoice(billing) {
      const [whole, part] = [await bought(), await bought()];
      const tomorrow = clock.now() / 1000 + 86_400;
      const all = await refundLast(billing, whole.subscription, purposeOf('refund'));
      const some = await refundLast(billing, part.subscription, purposeOf('refund-part'), tomorrow);
      assert.deepEqual([all.length, some.length], [1, 1]);
    },
    async refundsSince(billing) {
      assert.ok((await billing.refundsSince(clock.now() / 1000 - 60)).length > 1);
    },
    async returnedSince(billing) {
      const invoice = (await billing.lastInvoice((await bought()).subscription)) ?? '';
      assert.equal(await billing.returnedSince(invoice, 0), 0);
    },
  };
}
