/** https://docs.stripe.com/api/invoices, …/invoice-payment */
import type { Account } from './account.ts';
import { StripeError } from './errors.ts';
import { markUncollectible, voidInvoice } from './invoice-given-up.ts';
import { collect, finalize, paid } from './invoices.ts';
import { found, listShape, page, pageShape, pageWithin } from './listing.ts';
import { type Invoice, invoiceStatuses } from './money-records.ts';
import {
  flag,
  hash,
  ignored,
  mergedMetadata,
  metadata,
  oneOf,
  type Read,
  text,
  unsupported,
} from './parameters.ts';
import { paymentRefused } from './payments.ts';
import type { Routes } from './routing.ts';
import { show } from './show.ts';
import { showLine } from './show-invoice.ts';

export function registerInvoices(routes: Routes): void {
  const { account, get, post } = routes;
  const one = (id: string) => found(account.invoices, 'invoice', id);
  registerLists(routes);
  get('/v1/invoices/:id', {}, (_asked, id) => show(account, one(id)));
  get('/v1/invoices/:id/lines', pageShape, (asked, id) => {
    const all = one(id).lines.map((line) => showLine(account, line, one(id)));
    return pageWithin(asked, { url: `/v1/invoices/${id}/lines`, kind: 'line_item', all });
  });
  post(
    '/v1/invoices/:id',
    { metadata, auto_advance: flag, description: unsupported },
    (asked, id) => {
      const before = one(id);
      const after = account.invoices.put({
        ...before,
        metadata: mergedMetadata(before.metadata, asked.metadata),
        auto_advance: asked.auto_advance ?? before.auto_advance,
      });
      account.emit('invoice.updated', after, before);
      return show(account, after);
    },
  );
  post('/v1/invoices/:id/finalize', { auto_advance: ignored }, (_asked, id) => {
    if (one(id).status !== 'draft')
      throw new StripeError(400, 'This invoice is already finalized.', {
        code: 'invoice_not_editable',
      });
    return show(account, finalize(account, one(id)));
  });
  post('/v1/invoices/:id/pay', payShape, (asked, id) =>
    show(account, pay(account, one(id), asked)),
  );
  post('/v1/invoices/:id/void', {}, (_asked, id) => show(account, voidInvoice(account, one(id))));
  post('/v1/invoices/:id/mark_uncollectible', {}, (_asked, id) =>
    show(account, markUncollectible(account, one(id))),
  );
}

const payShape = {
  payment_method: text,
  paid_out_of_band: flag,
  off_session: ignored,
  forgive: ignored,
  mandate: unsupported,
  source: unsupported,
};

function pay(account: Account, asked: Invoice, how: Read<typeof payShape>): Invoice {
  if (asked.status === 'paid') throw new StripeError(400, 'Invoice is already paid');
  if (asked.status === 'void')
    throw new StripeError(400, 'This invoice is no longer payable: it was voided.');
  const open = asked.status === 'draft' ? finalize(account, asked) : asked;
  if (open.status === 'paid') return open;
  if (how.paid_out_of_band === true) return paid(account, open, { outOfBand: true });
  const method =
    how.payment_method === undefined
      ? undefined
      : found(account.paymentMethods, 'PaymentMethod', how.payment_method, 'payment_method');
  const after = collect(account, open, method);
  if (after.status !== 'paid')
    throw paymentRefused(account, account.paymentIntents.get(after.payment_intent ?? '') ?? null);
  return after;
}

function registerLists({ account, get }: Routes): void {
  const shape = {
    ...listShape,
    customer: text,
    subscription: text,
    status: oneOf(...invoiceStatuses),
    collection_method: oneOf('charge_automatically', 'send_invoice'),
    due_date: ignored,
  };
  get('/v1/invoices', shape, (asked) => {
    const { customer, subscription } = asked;
    return page(account, asked, {
      items: account.invoices,
      url: '/v1/invoices',
      by: { subscription, customer },
      keep: (one) =>
        (customer ?? one.customer) === one.customer &&
        (asked.status ?? one.status) === one.status &&
        (asked.collection_method ?? one.collection_method) === one.collection_method,
    });
  });
  const payments = {
    ...listShape,
    invoice: text,
    status: oneOf('open', 'paid', 'canceled'),
    payment: hash({ type: oneOf('payment_intent', 'charge'), payment_intent: text, charge: text }),
  };
  get('/v1/invoice_payments', payments, (asked) => {
    const { invoice } = asked;
    const intent = asked.payment?.payment_intent;
    return page(account, asked, {
      items: account.invoicePayments,
      url: '/v1/invoice_payments',
      by: { invoice, payment_intent: intent },
      keep: (one) =>
        (asked.status ?? one.status) === one.status &&
        (intent ?? one.payment_intent) === one.payment_intent &&
        asked.payment?.charge === undefined,
    });
  });
  get('/v1/invoice_payments/:id', {}, (_asked, id) =>
    show(account, found(account.invoicePayments, 'invoice_payment', id)),
  );
}
