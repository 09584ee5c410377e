/** Credit notes on paid invoices: a refund, a credit for the next invoice, or money paid elsewhere. */
import type { Account } from './account.ts';
import { StripeError } from './errors.ts';
import type { CreditNote, Invoice } from './money-records.ts';
import type { Metadata } from './records.ts';
import { createRefund } from './refunds.ts';

type Asked = {
  readonly invoice: Invoice;
  readonly amount?: number;
  readonly credit_amount?: number;
  readonly out_of_band_amount?: number;
  readonly refund_amount?: number;
  readonly reason?: string;
  readonly memo?: string;
  readonly metadata: Metadata;
};

export function createCreditNote(account: Account, asked: Asked): CreditNote {
  const { invoice } = asked;
  if (invoice.status !== 'paid')
    throw new StripeError(400, 'The local cloud makes credit notes for paid invoices only.');
  const { credit_amount = 0, out_of_band_amount = 0, refund_amount = 0 } = asked;
  const parts = credit_amount + out_of_band_amount + refund_amount;
  const amount = asked.amount ?? parts;
  if (amount !== parts)
    throw new StripeError(
      400,
      'The sum of credit amount, refund amount and out of band amount must equal the post payment amount of the credit note.',
    );
  const left = invoice.amount_paid - creditedOn(account, invoice);
  if (amount < 1 || amount > left)
    throw new StripeError(400, `The amount must be from 1 to ${left}.`, { param: 'amount' });
  const refund = refund_amount === 0 ? null : refundOf(account, invoice, refund_amount);
  const note = account.creditNotes.put({
    id: account.newId('cn'),
    object: 'credit_note',
    created: account.now(),
    invoice: invoice.id,
    customer: invoice.customer,
    currency: invoice.currency,
    number: `${invoice.number}-CN-${String(account.creditNotes.size + 1).padStart(2, '0')}`,
    amount,
    credit_amount,
    out_of_band_amount,
    refund,
    reason: asked.reason ?? null,
    status: 'issued',
    voided_at: null,
    memo: asked.memo ?? null,
    metadata: asked.metadata,
  });
  account.emit('credit_note.created', note);
  return note;
}

function refundOf(account: Account, invoice: Invoice, amount: number): CreditNote['refund'] {
  const intent = account.paymentIntents.get(invoice.payment_intent ?? '');
  const charge = account.charges.get(intent?.latest_charge ?? '');
  if (charge === undefined)
    throw new StripeError(400, 'The invoice has no charge to refund.', { param: 'refund_amount' });
  const { id } = createRefund(account, charge, { amount, reason: null, metadata: {} });
  return { id, amount };
}

/** By refunds of its charge and by credit notes without one. */
function creditedOn(account: Account, invoice: Invoice): number {
  const intent = account.paymentIntents.get(invoice.payment_intent ?? '');
  const refunded = account.charges.get(intent?.latest_charge ?? '')?.amount_refunded ?? 0;
  return (
    refunded + notesOn(account, invoice.id, (note) => note.amount - (note.refund?.amount ?? 0))
  );
}

export function notesOn(
  account: Account,
  invoice: string,
  count: (note: CreditNote) => number,
): number {
  let sum = 0;
  const by = { field: 'invoice', value: invoice } as const;
  for (const note of account.creditNotes.walk({ by, order: 'oldestFirst' }))
    if (note.status === 'issued') sum += count(note);
  return sum;
}
