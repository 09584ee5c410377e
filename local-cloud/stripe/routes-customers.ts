/** Customers and their cards: https://docs.stripe.com/api/customers, …/payment_methods */
import type { Account } from './account.ts';
import { missing } from './errors.ts';
import { found, listShape, page, pageShape } from './listing.ts';
import {
  hash,
  ignored,
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
import { createMethod } from './payments.ts';
import type { Customer, PaymentMethod } from './records.ts';
import type { Routes } from './routing.ts';
import { show } from './show.ts';
import type { Shown } from './shown.ts';
import { end, hasEnded } from './subscription-status.ts';

const customerShape = {
  email: unsettable(text),
  name: unsettable(text),
  description: unsettable(text),
  phone: unsettable(text),
  metadata,
  invoice_settings: hash({
    default_payment_method: unsettable(text),
    custom_fields: ignored,
    footer: ignored,
    rendering_options: ignored,
  }),
  preferred_locales: ignored,
  address: ignored,
  shipping: ignored,
  tax: ignored,
  tax_exempt: ignored,
  balance: unsupported,
  source: unsupported,
  test_clock: unsupported,
};

export function registerCustomers({ account, get, post, delete: remove }: Routes): void {
  const { customers } = account;
  get('/v1/customers', { ...listShape, email: text }, ({ email, ...asked }) =>
    page(account, asked, {
      items: customers,
      url: '/v1/customers',
      by: { email },
    }),
  );
  get('/v1/customers/:id', {}, (_asked, id) =>
    account.deletedCustomers.has(id)
      ? deletedStub(id)
      : show(account, found(customers, 'customer', id)),
  );
  post('/v1/customers', { ...customerShape, id: text, payment_method: text }, (asked) => {
    if (
      asked.id !== undefined &&
      (customers.has(asked.id) || account.deletedCustomers.has(asked.id))
    )
      throw refused('resource_already_exists', 'Customer already exists.', 'id');
    const customer = createCustomer(account, {
      ...(asked.id === undefined ? {} : { id: asked.id }),
      email: asked.email ?? null,
      name: asked.name ?? null,
      description: asked.description ?? null,
      phone: asked.phone ?? null,
      metadata: mergedMetadata({}, asked.metadata),
    });
    const { payment_method: card } = asked;
    if (card === undefined) return show(account, customer);
    const method = attach(account, card, customer);
    const wanted = asked.invoice_settings?.default_payment_method;
    const isDefault = wanted === card || wanted === method.id;
    const fields = { default_payment_method: isDefault ? method.id : null };
    return show(account, customers.put({ ...customer, ...fields }));
  });
  post('/v1/customers/:id', customerShape, (asked, id) =>
    show(account, updateCustomer(account, found(customers, 'customer', id), asked)),
  );
  remove('/v1/customers/:id', {}, (_asked, id) => {
    deleteCustomer(account, found(customers, 'customer', id));
    return deletedStub(id);
  });
  registerMethods({ account, get, post, delete: remove });
}

export function createCustomer(
  account: Account,
  // A merchant may give a customer an id of their own.
  fields: Pick<Customer, 'email' | 'name' | 'description' | 'phone' | 'metadata'> & { id?: string },
): Customer {
  const customer = account.customers.put({
    id: account.newId('cus', 14),
    object: 'customer',
    created: account.now(),
    ...fields,
    default_payment_method: null,
    delinquent: false,
  });
  account.emit('customer.created', customer);
  return customer;
}

function updateCustomer(
  account: Account,
  before: Customer,
  asked: Read<typeof customerShape>,
): Customer {
  const method = asked.invoice_settings?.default_payment_method;
  if (typeof method === 'string' && account.paymentMethods.get(method)?.customer !== before.id)
    throw missing('PaymentMethod', method, 'invoice_settings[default_payment_method]');
  const pick = <Value>(value: Value | undefined, old: Value) => (value === undefined ? old : value);
  const after = account.customers.put({
    ...before,
    email: pick(asked.email, before.email),
    name: pick(asked.name, before.name),
    description: pick(asked.description, before.description),
    phone: pick(asked.phone, before.phone),
    metadata: mergedMetadata(before.metadata, asked.metadata),
    default_payment_method: pick(method, before.default_payment_method),
  });
  account.emit('customer.updated', after, before);
  return after;
}

/** Its subscriptions end with it; its invoices and charges stay. */
function deleteCustomer(account: Account, customer: Customer): void {
  const by = { field: 'customer', value: customer.id } as const;
  for (const one of account.subscriptions.walk({ by, order: 'oldestFirst' }))
    if (!hasEnded(one)) end(account, one, 'cancellation_requested');
  account.customers.remove(customer.id);
  account.deletedCustomers.add(customer.id);
  account.emit('customer.deleted', customer);
}

function deletedStub(id: string): Shown {
  return { id, object: 'customer', deleted: true };
}

/** For parameters that name a customer. */
export function customerNamed(account: Account, id: string | undefined): Customer {
  return found(account.customers, 'customer', required(id, 'customer'), 'customer');
}

export function attach(account: Account, card: string, customer: Customer): PaymentMethod {
  const known = account.paymentMethods.get(card);
  const method =
    known === undefined
      ? createMethod(account, card, customer.id)
      : account.paymentMethods.put({ ...known, customer: customer.id });
  if (method === undefined) throw missing('PaymentMethod', card, 'payment_method');
  account.emit('payment_method.attached', method);
  return method;
}

function registerMethods({ account, get, post }: Routes): void {
  const { paymentMethods } = account;
  const kind = 'PaymentMethod';
  const cardShape = {
    type: oneOf('card'),
    card: hash({ token: text, number: text, exp_month: ignored, exp_year: ignored, cvc: ignored }),
    billing_details: ignored,
    metadata,
  };
  post('/v1/payment_methods', cardShape, ({ type, card, metadata: own }) => {
    required(type, 'type');
    const name = required(card?.token ?? card?.number, 'card');
    const method = createMethod(account, name, null);
    if (method === undefined)
      throw refused('incorrect_number', 'Your card number is incorrect.', 'number');
    return show(account, paymentMethods.put({ ...method, metadata: mergedMetadata({}, own) }));
  });
  get('/v1/payment_methods/:id', {}, (_asked, id) =>
    show(account, found(paymentMethods, kind, id)),
  );
  post('/v1/payment_methods/:id/attach', { customer: text }, (asked, id) => {
    const customer = customerNamed(account, asked.customer);
    if (!paymentMethods.has(id) && !id.startsWith('pm_card_')) throw missing(kind, id, 'id');
    return show(account, attach(account, id, customer));
  });
  post('/v1/payment_methods/:id/detach', {}, (_asked, id) => {
    const before = found(paymentMethods, kind, id);
    const after = paymentMethods.put({ ...before, customer: null });
    account.emit('payment_method.detached', after, before);
    return show(account, after);
  });
  const shape = { ...pageShape, type: oneOf('card'), customer: text };
  get('/v1/payment_methods', shape, ({ customer, type: _, ...asked }) =>
    page(account, asked, {
      items: paymentMethods,
      url: '/v1/payment_methods',
      keep: (one) => one.customer === required(customer, 'customer'),
    }),
  );
}
