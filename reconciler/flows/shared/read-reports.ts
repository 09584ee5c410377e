/**
 * Reads whether what banks reported of a customer's payments is over, only where the file has such
 * an issue: for every customer it would take too many requests, and new reports arrive as events.
 */
import type { BilledSubscription } from '../../core/billing/billing.ts';
import type { Billing } from '../../ports/billing.ts';

/** @param known whether the file has the issue of a report (core/agent/payment-reports) */
export async function withReports(
  billing: Pick<Billing, 'reportsOn'>,
  subscription: BilledSubscription,
  known: boolean,
): Promise<BilledSubscription> {
  if (!known) return subscription;
  return { ...subscription, reported: await billing.reportsOn(subscription.customer) };
}
