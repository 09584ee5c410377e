/**
 * Whether a customer's payment is disputed or called fraudulent, as of now. A charge only says that
 * it was disputed once; its disputes say whether one is open still.
 */
import type Stripe from 'stripe';

/** A page of charges, and not more than this many questions about them. */
const chargesMax = 100;
const disputedMax = 10;
/** A warning comes within weeks of its payment. */
const warnedMax = 3;

const openStatuses: ReadonlySet<Stripe.Dispute.Status> = new Set([
  'needs_response',
  'under_review',
  'warning_needs_response',
  'warning_under_review',
]);

export async function isDisputed(stripe: Stripe, customer: string): Promise<boolean> {
  const { data: charges } = await stripe.charges.list({ customer, limit: chargesMax });
  for (const { id } of charges.filter((one) => one.disputed).slice(0, disputedMax)) {
    const { data: disputes } = await stripe.disputes.list({ charge: id, limit: 10 });
    if (disputes.some(({ status }) => openStatuses.has(status))) return true;
  }
  const paid = charges.filter((one) => one.paid && !one.refunded && !one.disputed);
  for (const { id } of paid.slice(0, warnedMax)) {
    const { data } = await stripe.radar.earlyFraudWarnings.list({ charge: id, limit: 10 });
    if (data.some(({ actionable }) => actionable)) return true;
  }
  return false;
}
