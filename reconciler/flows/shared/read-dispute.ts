/**
 * Reads whether a dispute has ended, only where the file has one: for every customer it would take
 * too many requests, and new disputes arrive as events.
 */
import type { BilledSubscription } from '../../core/billing/billing.ts';
import type { Billing } from '../../ports/billing.ts';

/** @param known whether the file has the issue `PaymentDisputed` */
export async function withDispute(
  billing: Pick<Billing, 'isDisputed'>,
  subscription: BilledSubscription,
  known: boolean,
): Promise<BilledSubscription> {
  if (!known) return subscription;
  return { ...subscription, disputed: await billing.isDisputed(subscription.customer) };
}
