/**
 * Reads what banks report of a customer's payments now. A charge only shows that it was disputed
 * once; its disputes show whether one is still open. A warning is followed by a dispute or a refund,
 * after which it is not actionable.
 */
import type Stripe from 'stripe';
import type { PaymentReport } from '../../core/agent/payment-reports.ts';

/** Charges that are checked for warnings, which come within weeks of a payment. */
const warnedMax = 3;

const openStatuses: ReadonlySet<Stripe.Dispute.Status> = new Set([
  'needs_response',
  'under_review',
  'warning_needs_response',
  'warning_under_review',
]);

export async function reportsOn(
  stripe: Stripe,
  customer: string,
): Promise<readonly PaymentReport[]> {
  const recent: string[] = [];
  let disputed = false;
  for await (const charge of stripe.charges.list({ customer, limit: 100 })) {
    if (charge.disputed) disputed ||= await hasOpenDispute(stripe, charge.id);
    const isPlain = charge.paid && !charge.refunded && !charge.disputed;
    if (isPlain && recent.length < warnedMax) recent.push(charge.id);
  }
  const warned = await hasOpenWarning(stripe, recent);
  return [...(disputed ? ['dispute' as const] : []), ...(warned ? ['fraudWarning' as const] : [])];
}

async function hasOpenDispute(stripe: Stripe, charge: string): Promise<boolean> {
  for await (const { status } of stripe.disputes.list({ charge }))
    if (openStatuses.has(status)) return true;
  return false;
}

async function hasOpenWarning(stripe: Stripe, charges: readonly string[]): Promise<boolean> {
  for (const charge of charges)
    for await (const { actionable } of stripe.radar.earlyFraudWarnings.list({ charge }))
      if (actionable) return true;
  return false;
}
