/** Products and prices: https://docs.stripe.com/api/products, …/prices */
import type { Account } from './account.ts';
import { StripeError } from './errors.ts';
import { found, listShape, page } from './listing.ts';
import {
  flag,
  hash,
  ignored,
  integer,
  list,
  mergedMetadata,
  metadata,
  oneOf,
  type Read,
  refused,
  required,
  text,
  unsettable,
  unsupported,
} from './parameters.ts';
import type { Price, Product } from './records.ts';
import type { Routes } from './routing.ts';
import { show } from './show.ts';

const productShape = {
  name: text,
  active: flag,
  description: unsettable(text),
  metadata,
  default_price: unsettable(text),
  images: ignored,
  marketing_features: ignored,
  package_dimensions: ignored,
  shippable: ignored,
  statement_descriptor: ignored,
  tax_code: ignored,
  unit_label: ignored,
  url: ignored,
};
const intervals = oneOf('day', 'week', 'month', 'year');

export function registerCatalog(routes: Routes): void {
  registerProducts(routes);
  registerPrices(routes);
}

function registerProducts({ account, get, post, delete: remove }: Routes): void {
  const { products } = account;
  const listed = { ...listShape, active: flag, ids: list(text), shippable: ignored, url: ignored };
  get('/v1/products', listed, (asked) =>
    page(account, asked, {
      items: products,
      url: '/v1/products',
      keep: (one) =>
        (asked.active ?? one.active) === one.active && (asked.ids?.includes(one.id) ?? true),
    }),
  );
  get('/v1/products/:id', {}, (_asked, id) => show(account, found(products, 'product', id)));
  post('/v1/products', { ...productShape, id: text, default_price_data: unsupported }, (asked) => {
    if (asked.id !== undefined && products.has(asked.id))
      throw refused('resource_already_exists', 'Product already exists.', 'id');
    return show(account, createProduct(account, required(asked.name, 'name'), asked));
  });
  post('/v1/products/:id', productShape, (asked, id) => {
    const before = found(products, 'product', id);
    const after = products.put({
      ...before,
      name: asked.name ?? before.name,
      active: asked.active ?? before.active,
      description: asked.description === undefined ? before.description : asked.description,
      default_price: asked.default_price === undefined ? before.default_price : asked.default_price,
      metadata: mergedMetadata(before.metadata, asked.metadata),
      updated: account.now(),
    });
    account.emit('product.updated', after, before);
    return show(account, after);
  });
  remove('/v1/products/:id', {}, (_asked, id) => {
    const product = found(products, 'product', id);
    const by = { field: 'product', value: id } as const;
    if (account.prices.walk({ by, order: 'newestFirst' }).next().done !== true)
      throw new StripeError(
        400,
        'This product cannot be deleted because it has one or more user-created prices.',
      );
    products.remove(id);
    account.emit('product.deleted', product);
    return { id, object: 'product', deleted: true };
  });
}

function createProduct(
  account: Account,
  name: string,
  asked: Partial<Omit<Product, 'metadata'>> & { readonly metadata?: Product['metadata'] | null },
): Product {
  const created = account.now();
  const product = account.products.put({
    id: asked.id ?? account.newId('prod', 14),
    object: 'product',
    created,
    active: asked.active ?? true,
    name,
    description: asked.description ?? null,
    default_price: asked.default_price ?? null,
    metadata: mergedMetadata({}, asked.metadata),
    updated: created,
  });
  account.emit('product.created', product);
  return product;
}

const priceShape = {
  active: flag,
  lookup_key: unsettable(text),
  transfer_lookup_key: flag,
  nickname: unsettable(text),
  metadata,
  tax_behavior: ignored,
  currency_options: unsupported,
};
const newPriceShape = {
  ...priceShape,
  currency: text,
  product: text,
  product_data: hash({ name: text, id: text, active: flag, metadata, unit_label: ignored }),
  unit_amount: integer,
  unit_amount_decimal: unsupported,
  billing_scheme: oneOf('per_unit'),
  recurring: hash({
    interval: intervals,
    interval_count: integer,
    usage_type: oneOf('licensed'),
    trial_period_days: unsupported,
    meter: unsupported,
  }),
  custom_unit_amount: unsupported,
  tiers: unsupported,
  tiers_mode: unsupported,
  transform_quantity: unsupported,
};

function registerPrices({ account, get, post }: Routes): void {
  const { prices } = account;
  const listed = {
    ...listShape,
    active: flag,
    currency: text,
    product: text,
    type: oneOf('one_time', 'recurring'),
    lookup_keys: list(text),
    recurring: hash({ interval: intervals, usage_type: ignored, meter: ignored }),
  };
  get('/v1/prices', listed, (asked) =>
    page(account, asked, {
      items: prices,
      url: '/v1/prices',
      by: { product: asked.product },
      keep: (one) =>
        (asked.active ?? one.active) === one.active &&
        (asked.currency ?? one.currency) === one.currency &&
        (asked.type === undefined || (asked.type === 'recurring') === (one.recurring !== null)) &&
        (asked.recurring?.interval ?? one.recurring?.interval) === one.recurring?.interval &&
        (asked.lookup_keys?.includes(one.lookup_key ?? '') ?? true),
    }),
  );
  get('/v1/prices/:id', {}, (_asked, id) => show(account, found(prices, 'price', id)));
  post('/v1/prices', newPriceShape, (asked) => show(account, createPrice(account, asked)));
  post('/v1/prices/:id', priceShape, (asked, id) => {
    const before = found(prices, 'price', id);
    const key = asked.lookup_key === undefined ? before.lookup_key : asked.lookup_key;
    takeLookupKey(account, key, { id, transfers: asked.transfer_lookup_key === true });
    const after = prices.put({
      ...before,
      active: asked.active ?? before.active,
      lookup_key: key,
      nickname: asked.nickname === undefined ? before.nickname : asked.nickname,
      metadata: mergedMetadata(before.metadata, asked.metadata),
    });
    account.emit('price.updated', after, before);
    return show(account, after);
  });
}

function createPrice(account: Account, asked: Read<typeof newPriceShape>): Price {
  const currency = required(asked.currency, 'currency').toLowerCase();
  if (!/^[a-z]{3}$/.test(currency))
    throw refused(null, `Invalid currency: ${currency}.`, 'currency');
  const amount = required(asked.unit_amount, 'unit_amount');
  if (amount < 0)
    throw refused(
      'parameter_invalid_integer',
      'This value must be greater than or equal to 0.',
      'unit_amount',
    );
  const { recurring, product_data: data } = asked;
  const interval =
    recurring === undefined ? null : required(recurring.interval, 'recurring[interval]');
  const product =
    data === undefined
      ? found(account.products, 'product', required(asked.product, 'product'), 'product')
      : createProduct(account, required(data.name, 'product_data[name]'), data);
  const id = account.newId('price');
  const lookup_key = asked.lookup_key ?? null;
  takeLookupKey(account, lookup_key, { id, transfers: asked.transfer_lookup_key === true });
  const price = account.prices.put({
    id,
    object: 'price',
    created: account.now(),
    active: asked.active ?? true,
    currency,
    product: product.id,
    lookup_key,
    nickname: asked.nickname ?? null,
    unit_amount: amount,
    recurring:
      interval === null ? null : { interval, interval_count: recurring?.interval_count ?? 1 },
    metadata: mergedMetadata({}, asked.metadata),
  });
  account.emit('price.created', price);
  return price;
}

/** A lookup key names one active price at most; it moves only on request. */
function takeLookupKey(
  account: Account,
  key: string | null,
  wanted: { readonly id: string; readonly transfers: boolean },
): void {
  if (key === null) return;
  for (const holder of [...account.prices.values()]) {
    if (holder.lookup_key !== key || holder.id === wanted.id) continue;
    if (!wanted.transfers)
      throw refused(null, `A price (\`${holder.id}\`) already uses that lookup key.`, 'lookup_key');
    const without = account.prices.put({ ...holder, lookup_key: null });
    account.emit('price.updated', without, holder);
  }
}
