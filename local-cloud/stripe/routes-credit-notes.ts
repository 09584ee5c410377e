/** https://docs.stripe.com/api/credit_notes, for paid invoices */
import { createCreditNote } from './credit-notes.ts';
import { StripeError } from './errors.ts';
import { found, listShape, page } from './listing.ts';
import {
  ignored,
  integer,
  mergedMetadata,
  metadata,
  oneOf,
  required,
  text,
  unsupported,
} from './parameters.ts';
import type { Routes } from './routing.ts';
import { show } from './show.ts';

const createShape = {
  invoice: text,
  amount: integer,
  credit_amount: integer,
  out_of_band_amount: integer,
  refund_amount: integer,
  reason: oneOf('duplicate', 'fraudulent', 'order_change', 'product_unsatisfactory'),
  memo: text,
  metadata,
  email_type: ignored,
  effective_at: ignored,
  lines: unsupported,
  refunds: unsupported,
  shipping_cost: unsupported,
};

export function registerCreditNotes({ account, get, post }: Routes): void {
  const { creditNotes } = account;
  const one = (id: string) => found(creditNotes, 'credit_note', id);
  get('/v1/credit_notes', { ...listShape, invoice: text, customer: text }, (asked) =>
    page(account, asked, {
      items: creditNotes,
      url: '/v1/credit_notes',
      by: { invoice: asked.invoice },
      keep: ({ customer }) => (asked.customer ?? customer) === customer,
    }),
  );
  get('/v1/credit_notes/:id', {}, (_asked, id) => show(account, one(id)));
  post('/v1/credit_notes', createShape, (asked) => {
    const invoice = found(
      account.invoices,
      'invoice',
      required(asked.invoice, 'invoice'),
      'invoice',
    );
    const own = mergedMetadata({}, asked.metadata);
    return show(account, createCreditNote(account, { ...asked, invoice, metadata: own }));
  });
  post('/v1/credit_notes/:id/void', {}, (_asked, id) => {
    const before = one(id);
    if (before.status === 'void' || before.refund !== null)
      throw new StripeError(400, 'You can only void an issued credit note without a refund.');
    const after = creditNotes.put({ ...before, status: 'void', voided_at: account.now() });
    account.emit('credit_note.voided', after);
    return show(account, after);
  });
}
