/** Refunds a subscription's last invoice, as finalize does. */
import type { Billing, StripePurpose } from '../../reconciler/ports/billing.ts';

/** Ids of its refunds; the same ones each time it is asked for the same purpose. */
export async function refundLast(
  billing: Billing,
  subscription: string,
  purpose: StripePurpose,
  unusedSince?: number,
): Promise<readonly string[]> {
  const invoice = await billing.lastInvoice(subscription);
  if (invoice === null) return [];
  const made = await billing.refundInvoice(invoice, purpose, unusedSince);
  return made.map(({ id }) => id);
}
