/** `expand[]`: ids become the objects that they name. https://docs.stripe.com/api/expanding_objects */
import type { Account } from './account.ts';
import type { AnyRecord } from './any-record.ts';
import { showDiscount } from './discounts.ts';
import { refused } from './parameters.ts';
import { show } from './show.ts';
import { listOf, type Shown } from './shown.ts';

const levelsMax = 4;

export function expand(account: Account, body: Shown, paths: readonly string[]): Shown {
  let expanded = body;
  for (const [index, path] of paths.entries()) {
    const steps = path.split('.');
    if (steps.length > levelsMax)
      throw refused(
        null,
        `You cannot expand more than ${levelsMax} levels of a property. Property: ${path}`,
        `expand[${index}]`,
      );
    expanded = expandIn({ account, path, param: `expand[${index}]` }, expanded, steps);
  }
  return expanded;
}

type Asked = { readonly account: Account; readonly path: string; readonly param: string };

function expandIn(asked: Asked, body: Shown, steps: readonly string[]): Shown {
  const [step, ...rest] = steps;
  if (step === undefined) return body;
  const value = resolve(asked, body, step);
  if (Array.isArray(value)) {
    const data = value.map((one) => expandIn(asked, one as Shown, rest));
    return { ...body, [step]: data };
  }
  if (typeof value === 'object' && value !== null)
    return { ...body, [step]: expandIn(asked, value as Shown, rest) };
  return { ...body, [step]: value };
}

/** The value after this step. */
function resolve({ account, path, param }: Asked, body: Shown, step: string): unknown {
  const included = includedOnRequest[`${String(body['object'])}.${step}`];
  if (included !== undefined && body[step] === undefined)
    return included(account, String(body['id']));
  const value = body[step];
  if (step === 'discounts' && Array.isArray(value)) return discountsOf(account, body, value);
  const lookUp = expandable[step];
  if (typeof value === 'string' && lookUp !== undefined) {
    const record = lookUp(account, value);
    if (record !== undefined) return show(account, record);
    return account.deletedCustomers.has(value)
      ? { id: value, object: 'customer', deleted: true }
      : value;
  }
  const isKnown = typeof value === 'object' && value !== null;
  if (isKnown || (value === null && (lookUp !== undefined || emptyHere.has(step)))) return value;
  throw refused(
    null,
    `This property cannot be expanded (${path}). You may want to try expanding a different property.`,
    param,
  );
}

/** Discounts have no address of their own: they are those of the object that names them. */
function discountsOf(account: Account, body: Shown, ids: readonly unknown[]): readonly unknown[] {
  const of = account.subscriptions.get(String(body['id']));
  return ids.map((id) => {
    const discount = of?.discounts.find((one) => one.id === id);
    return of === undefined || discount === undefined ? id : showDiscount(discount, of);
  });
}

type LookUp = (account: Account, id: string) => AnyRecord | undefined;
const expandable: Readonly<Record<string, LookUp>> = {
  coupon: (account, id) => account.coupons.get(id),
  charge: (account, id) => account.charges.get(id),
  customer: (account, id) => account.customers.get(id),
  default_payment_method: (account, id) => account.paymentMethods.get(id),
  default_price: (account, id) => account.prices.get(id),
  invoice: (account, id) => account.invoices.get(id),
  latest_charge: (account, id) => account.charges.get(id),
  latest_invoice: (account, id) => account.invoices.get(id),
  payment_intent: (account, id) => account.paymentIntents.get(id),
  payment_method: (account, id) => account.paymentMethods.get(id),
  price: (account, id) => account.prices.get(id),
  product: (account, id) => account.products.get(id),
  subscription: (account, id) => account.subscriptions.get(id),
};

/** Expandable, and never set in this account. */
const emptyHere = new Set([
  'application',
  'application_fee',
  'balance_transaction',
  'default_source',
  'discount',
  'failure_balance_transaction',
  'on_behalf_of',
  'payment_link',
  'pending_setup_intent',
  'review',
  'schedule',
  'setup_intent',
  'source_transfer',
  'test_clock',
  'transfer_data',
]);

type Included = (account: Account, id: string) => Shown;
const includedOnRequest: Readonly<Record<string, Included>> = {
  'coupon.applies_to': (account, id) => ({ products: account.coupons.get(id)?.products ?? [] }),
  'charge.refunds': (account, id) => {
    const refunds = account.refunds.walk({
      by: { field: 'charge', value: id },
      order: 'newestFirst',
    });
    return listOf(`/v1/charges/${id}/refunds`, showAll(account, refunds));
  },
  'checkout.session.line_items': (account, id) =>
    listOf(`/v1/checkout/sessions/${id}/line_items`, lineItems(account, id)),
  'customer.sources': (_account, id) => listOf(`/v1/customers/${id}/sources`, []),
  'customer.subscriptions': (account, id) => {
    const by = { field: 'customer', value: id } as const;
    const all = [...account.subscriptions.walk({ by, order: 'newestFirst' })];
    const alive = all.filter(
      ({ status }) => status !== 'canceled' && status !== 'incomplete_expired',
    );
    return listOf(`/v1/customers/${id}/subscriptions`, showAll(account, alive));
  },
  'invoice.payments': (account, id) => {
    const by = { field: 'invoice', value: id } as const;
    const payments = account.invoicePayments.walk({ by, order: 'newestFirst' });
    return listOf(`/v1/invoice_payments?invoice=${id}`, showAll(account, payments));
  },
};

function showAll(account: Account, records: Iterable<AnyRecord>): readonly Shown[] {
  return [...records].map((record) => show(account, record));
}

export function lineItems(account: Account, id: string): readonly Shown[] {
  const session = account.sessions.get(id);
  return (session?.line_items ?? []).map((line, index) => {
    const price = account.prices.get(line.price);
    const amount = (price?.unit_amount ?? 0) * line.quantity;
    return {
      id: `li_${id.slice(-20)}${index}`,
      object: 'item',
      adjustable_quantity: null,
      amount_discount: 0,
      amount_subtotal: amount,
      amount_tax: 0,
      amount_total: amount,
      currency: price?.currency ?? 'eur',
      description: account.products.get(price?.product ?? '')?.name ?? null,
      metadata: {},
      price: price === undefined ? null : show(account, price),
      quantity: line.quantity,
    };
  });
}
