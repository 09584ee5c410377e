/**
 * Checks whether a payment of a customer is disputed or reported as fraudulent now. A charge only
 * shows that it was disputed once; its disputes show whether one is still open.
 */
import type Stripe from 'stripe';

/** Charges that are checked for warnings, which come within weeks of a payment. */
const warnedMax = 3;

const openStatuses: ReadonlySet<Stripe.Dispute.Status> = new Set([
  'needs_response',
  'under_review',
  'warning_needs_response',
  'warning_under_review',
]);

export async function isDisputed(stripe: Stripe, customer: string): Promise<boolean> {
  const recent: string[] = [];
  for await (const charge of stripe.charges.list({ customer, limit: 100 })) {
    if (charge.disputed && (await hasOpenDispute(stripe, charge.id))) return true;
    const isPlain = charge.paid && !charge.refunded && !charge.disputed;
    if (isPlain && recent.length < warnedMax) recent.push(charge.id);
  }
  for (const charge of recent)
    for await (const { actionable } of stripe.radar.earlyFraudWarnings.list({ charge }))
      if (actionable) return true;
  return false;
}

async function hasOpenDispute(stripe: Stripe, charge: string): Promise<boolean> {
  for await (const { status } of stripe.disputes.list({ charge }))
    if (openStatuses.has(status)) return true;
  return false;
}
