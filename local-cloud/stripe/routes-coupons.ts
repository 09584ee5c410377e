/** https://docs.stripe.com/api/coupons */
import { found, listShape, page } from './listing.ts';
import {
  hash,
  integer,
  list,
  mergedMetadata,
  metadata,
  number,
  oneOf,
  refused,
  required,
  text,
  unsupported,
} from './parameters.ts';
import { couponDurations } from './records.ts';
import type { Routes } from './routing.ts';
import { show } from './show.ts';

const couponShape = {
  id: text,
  name: text,
  percent_off: number,
  amount_off: integer,
  currency: text,
  duration: oneOf(...couponDurations),
  duration_in_months: integer,
  metadata,
  applies_to: hash({ products: list(text) }),
  max_redemptions: unsupported,
  redeem_by: unsupported,
  currency_options: unsupported,
};

export function registerCoupons({ account, get, post, delete: remove }: Routes): void {
  const { coupons } = account;
  get('/v1/coupons', listShape, (asked) =>
    page(account, asked, { items: coupons, url: '/v1/coupons', keep: () => true }),
  );
  get('/v1/coupons/:id', {}, (_asked, id) => show(account, found(coupons, 'coupon', id)));
  post('/v1/coupons', couponShape, (asked) => {
    const { percent_off = null, amount_off = null } = asked;
    if ((percent_off === null) === (amount_off === null))
      throw refused(null, 'You must pass either percent_off or amount_off.', 'percent_off');
    const id = asked.id ?? account.newId('coupon', 8).slice(-8);
    if (coupons.has(id)) throw refused('resource_already_exists', 'Coupon already exists.', 'id');
    const duration = asked.duration ?? 'once';
    const months =
      duration === 'repeating' ? required(asked.duration_in_months, 'duration_in_months') : null;
    const currency =
      amount_off === null ? null : required(asked.currency, 'currency').toLowerCase();
    const coupon = coupons.put({
      ...{ id, object: 'coupon', created: account.now() },
      ...{ percent_off, amount_off, currency, duration, duration_in_months: months },
      products: asked.applies_to?.products ?? null,
      name: asked.name ?? null,
      metadata: mergedMetadata({}, asked.metadata),
    });
    account.emit('coupon.created', coupon);
    return show(account, coupon);
  });
  remove('/v1/coupons/:id', {}, (_asked, id) => {
    const coupon = found(coupons, 'coupon', id);
    coupons.remove(id);
    account.emit('coupon.deleted', coupon);
    return { id, object: 'coupon', deleted: true };
  });
}
