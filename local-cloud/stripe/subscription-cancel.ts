/** `DELETE /v1/subscriptions/:id`: ended now, with a last invoice where that is asked for. */
import type { Account } from './account.ts';
import { missing } from './errors.ts';
import { prorationLines, prorationsBetween } from './invoice-lines.ts';
import { draftInvoice } from './invoices.ts';
import type { Read } from './parameters.ts';
import type { Subscription } from './records.ts';
import type { cancelShape } from './subscription-shapes.ts';
import { end, hasEnded } from './subscription-status.ts';
import { payOut } from './subscription-update.ts';

export function cancelSubscription(
  account: Account,
  before: Subscription,
  asked: Read<typeof cancelShape>,
): Subscription {
  if (hasEnded(before)) throw missing('subscription', before.id, 'id');
  const details = { ...before.cancellation_details, ...asked.cancellation_details };
  const unused = asked.prorate === true ? prorationsBetween(account, before.items, []) : [];
  const prorations = [...before.prorations, ...unused];
  const ending = account.subscriptions.put({
    ...before,
    cancellation_details: { ...details, reason: 'cancellation_requested' },
  });
  if (asked.invoice_now === true && prorations.length > 0) {
    const lines = prorationLines(account, { ...ending, prorations });
    const reason = 'subscription_update';
    const invoice = draftInvoice(account, ending, { reason, lines, keepDraft: false });
    account.subscriptions.put({ ...ending, latest_invoice: invoice.id });
    payOut(account, invoice);
  }
  return end(account, account.subscriptions.get(before.id) ?? ending, 'cancellation_requested');
}
