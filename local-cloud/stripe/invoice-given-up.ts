/** Invoices that will not be paid: void, or marked as uncollectible. */
import type { Account } from './account.ts';
import { StripeError } from './errors.ts';
import { closePayment } from './invoices.ts';
import type { Invoice } from './money-records.ts';

export function voidInvoice(account: Account, invoice: Invoice): Invoice {
  if (invoice.status !== 'open' && invoice.status !== 'uncollectible')
    throw new StripeError(400, 'You can only void open and uncollectible invoices.');
  closePayment(account, invoice, 'canceled');
  const now = account.now();
  return giveUp(account, { ...invoice, status: 'void', voided_at: now }, 'invoice.voided');
}

export function markUncollectible(account: Account, invoice: Invoice): Invoice {
  if (invoice.status !== 'open')
    throw new StripeError(400, 'You can only mark an open invoice as uncollectible.');
  const now = account.now();
  const given = { ...invoice, status: 'uncollectible' as const, marked_uncollectible_at: now };
  return giveUp(account, given, 'invoice.marked_uncollectible');
}

function giveUp(account: Account, invoice: Invoice, type: string): Invoice {
  const after = account.invoices.put({
    ...invoice,
    auto_advance: false,
    next_payment_attempt: null,
  });
  account.timers.lookAt(after.id, null);
  account.emit(type, after);
  return after;
}
