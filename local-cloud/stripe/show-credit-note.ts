/** Credit notes on paid invoices, as the API shows them. */
import type { Account } from './account.ts';
import type { CreditNote } from './money-records.ts';
import { listOf, type Shown } from './shown.ts';

export function showCreditNote(account: Account, note: CreditNote): Shown {
  const { amount, refund } = note;
  return {
    id: note.id,
    object: 'credit_note',
    amount,
    amount_shipping: 0,
    created: note.created,
    currency: note.currency,
    customer: note.customer,
    customer_account: null,
    customer_balance_transaction: note.credit_amount === 0 ? null : `cbtxn_${note.id.slice(3)}`,
    discount_amount: 0,
    discount_amounts: [],
    effective_at: note.created,
    invoice: note.invoice,
    lines: listOf(`/v1/credit_notes/${note.id}/lines`, []),
    livemode: account.livemode,
    memo: note.memo,
    metadata: note.metadata,
    number: note.number,
    out_of_band_amount: note.out_of_band_amount === 0 ? null : note.out_of_band_amount,
    pdf: `https://pay.stripe.com/credit_notes/${account.id}/${note.id}/pdf`,
    post_payment_amount: amount,
    pre_payment_amount: 0,
    pretax_credit_amounts: [],
    reason: note.reason,
    refunds:
      refund === null
        ? []
        : [
            {
              amount_refunded: refund.amount,
              payment_record_refund: null,
              refund: refund.id,
              type: 'refund',
            },
          ],
    shipping_cost: null,
    status: note.status,
    subtotal: amount,
    subtotal_excluding_tax: amount,
    total: amount,
    total_excluding_tax: amount,
    total_taxes: [],
    type: 'post_payment',
    voided_at: note.voided_at,
  };
}
