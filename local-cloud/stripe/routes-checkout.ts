/** https://docs.stripe.com/api/checkout/sessions */
import { expireSession, openSession } from './checkout.ts';
import { lineItems } from './expand.ts';
import { found, listShape, page, pageShape } from './listing.ts';
import {
  hash,
  ignored,
  integer,
  list,
  mergedMetadata,
  metadata,
  oneOf,
  refused,
  required,
  second,
  text,
  unsupported,
} from './parameters.ts';
import { customerNamed } from './routes-customers.ts';
import type { Routes } from './routing.ts';
import { show } from './show.ts';

const shape = {
  mode: oneOf('subscription', 'payment', 'setup'),
  line_items: list(
    hash({
      price: text,
      quantity: integer,
      adjustable_quantity: ignored,
      price_data: unsupported,
      tax_rates: unsupported,
    }),
  ),
  customer: text,
  customer_email: text,
  client_reference_id: text,
  success_url: text,
  cancel_url: text,
  expires_at: second,
  metadata,
  subscription_data: hash({
    metadata,
    trial_period_days: integer,
    description: ignored,
    trial_settings: ignored,
    billing_mode: ignored,
  }),
  allow_promotion_codes: ignored,
  automatic_tax: ignored,
  billing_address_collection: ignored,
  consent_collection: ignored,
  customer_update: ignored,
  locale: ignored,
  payment_method_collection: ignored,
  phone_number_collection: ignored,
  tax_id_collection: ignored,
  ui_mode: oneOf('hosted_page'),
  discounts: unsupported,
  payment_intent_data: unsupported,
};

export function registerCheckout({ account, get, post }: Routes): void {
  const { sessions } = account;
  const url = '/v1/checkout/sessions';
  const one = (id: string) => found(sessions, 'checkout.session', id);
  post(url, shape, (asked) => {
    const mode = required(asked.mode, 'mode');
    if (mode !== 'subscription') return unsupported(mode, 'mode');
    const lines = required(asked.line_items, 'line_items').map((line, index) => {
      const param = `line_items[${index}][price]`;
      const price = found(account.prices, 'price', required(line.price, param), param);
      return { price: price.id, quantity: line.quantity ?? 1 };
    });
    if (lines.length === 0)
      throw refused('parameter_missing', 'Missing required param: line_items.', 'line_items');
    required(asked.success_url, 'success_url');
    const { expires_at: expires } = asked;
    return show(
      account,
      openSession(account, {
        mode,
        line_items: lines,
        customer: asked.customer === undefined ? null : customerNamed(account, asked.customer).id,
        customer_email: asked.customer_email ?? null,
        client_reference_id: asked.client_reference_id ?? null,
        success_url: asked.success_url ?? null,
        cancel_url: asked.cancel_url ?? null,
        metadata: mergedMetadata({}, asked.metadata),
        subscription_metadata: mergedMetadata({}, asked.subscription_data?.metadata),
        trial_period_days: asked.subscription_data?.trial_period_days ?? null,
        ...(expires === undefined ? {} : { expires_at: expires }),
      }),
    );
  });
  get(`${url}/:id`, {}, (_asked, id) => show(account, one(id)));
  post(`${url}/:id/expire`, {}, (_asked, id) => show(account, expireSession(account, one(id))));
  get(`${url}/:id/line_items`, pageShape, (_asked, id) => ({
    object: 'list',
    data: lineItems(account, one(id).id),
    has_more: false,
    url: `${url}/${id}/line_items`,
  }));
  const listed = {
    ...listShape,
    customer: text,
    subscription: text,
    status: oneOf('complete', 'expired', 'open'),
  };
  get(url, listed, (asked) =>
    page(account, asked, {
      items: sessions,
      url,
      keep: (session) =>
        (asked.customer ?? session.customer) === session.customer &&
        (asked.subscription ?? session.subscription) === session.subscription &&
        (asked.status ?? session.status) === session.status,
    }),
  );
}
