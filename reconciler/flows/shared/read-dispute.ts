/**
 * Whether a dispute is over is asked where the file says that there is one: for every customer it
 * would be too many questions, and Stripe's event tells of a new one.
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
