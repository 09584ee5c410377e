/** Refunds, which may fail later, and what a bank does: disputes and early fraud warnings. */
import type { Account } from './account.ts';
import { missing, refusedAmount, StripeError } from './errors.ts';
import type { Charge, Dispute, FraudWarning, Refund } from './money-records.ts';
import type { Metadata } from './records.ts';

/** https://docs.stripe.com/api/disputes/object#dispute_object-reason, those of cards */
export const disputeReasons = [
  'credit_not_processed',
  'duplicate',
  'fraudulent',
  'general',
  'product_not_received',
  'product_unacceptable',
  'subscription_canceled',
  'unrecognized',
] as const;
export type DisputeReason = (typeof disputeReasons)[number];

/** https://docs.stripe.com/api/early_fraud_warnings/object */
export const fraudTypes = [
  'card_never_received',
  'fraudulent_card_application',
  'made_with_counterfeit_card',
  'made_with_lost_card',
  'made_with_stolen_card',
  'misc',
  'unauthorized_use_of_card',
] as const;
export type FraudType = (typeof fraudTypes)[number];

export function createRefund(
  account: Account,
  charge: Charge,
  asked: {
    readonly amount?: number;
    readonly reason: string | null;
    readonly metadata: Metadata;
  },
): Refund {
  if (charge.failure !== null)
    throw new StripeError(400, `Charge ${charge.id} was not paid.`, { param: 'charge' });
  if (charge.disputed)
    throw new StripeError(
      400,
      `Charge ${charge.id} has been charged back; cannot issue a refund.`,
      {
        code: 'charge_disputed',
      },
    );
  const left = charge.amount - charge.amount_refunded;
  if (left === 0)
    throw new StripeError(400, `Charge ${charge.id} has already been refunded.`, {
      code: 'charge_already_refunded',
    });
  const amount = asked.amount ?? left;
  const bank = account.paymentMethods.get(charge.payment_method)?.refunds ?? 'succeeds';
  if (amount < 1 || amount > left) throw refusedAmount(amount, left, charge.currency);
  const refund = account.refunds.put({
    id: account.newId('re'),
    object: 'refund',
    created: account.now(),
    amount,
    charge: charge.id,
    payment_intent: charge.payment_intent,
    currency: charge.currency,
    reason: asked.reason,
    status: bank === 'pends' ? 'pending' : 'succeeded',
    failure_reason: null,
    metadata: asked.metadata,
  });
  giveBack(account, charge, amount);
  account.emit('refund.created', refund);
  if (bank !== 'succeeds') account.timers.lookAt(refund.id, account.now() + bankSeconds);
  return refund;
}

/** Stripe's documentation says "some time later". */
const bankSeconds = 3600;

/** What the bank says later of a refund of a test card. */
export function lookAtRefund(account: Account, refund: Refund): void {
  if (refund.status === 'pending') finishRefund(account, refund);
  else if (refund.status === 'succeeded')
    failRefund(account, refund.id, 'expired_or_canceled_card');
}

function finishRefund(account: Account, before: Refund): void {
  const after = account.refunds.put({ ...before, status: 'succeeded' });
  account.emit('refund.updated', after, before);
}

function giveBack(account: Account, charge: Charge, amount: number): void {
  const amount_refunded = charge.amount_refunded + amount;
  const after = account.charges.put({ ...charge, amount_refunded });
  account.emit(amount > 0 ? 'charge.refunded' : 'charge.updated', after, charge);
  updateWarnings(account, after);
}

/** The bank returns a refund, and the account has the money again. */
export function failRefund(account: Account, id: string, reason: string): Refund {
  const before = account.refunds.get(id);
  if (before === undefined) throw missing('refund', id, 'id');
  const charge = account.charges.get(before.charge);
  const after = account.refunds.put({ ...before, status: 'failed', failure_reason: reason });
  account.timers.lookAt(id, null);
  if (charge !== undefined && (before.status === 'succeeded' || before.status === 'pending'))
    giveBack(account, charge, -before.amount);
  account.emit('refund.failed', after);
  account.emit('refund.updated', after, before);
  return after;
}

export function openDispute(account: Account, charge: Charge, reason: string): Dispute {
  const disputed = account.charges.put({ ...charge, disputed: true });
  const dispute = account.disputes.put({
    id: account.newId('du'),
    object: 'dispute',
    created: account.now(),
    amount: disputed.amount - disputed.amount_refunded,
    charge: charge.id,
    payment_intent: charge.payment_intent,
    currency: charge.currency,
    reason,
    status: 'needs_response',
    evidence: {},
    submission_count: 0,
    metadata: {},
  });
  account.emit('charge.dispute.created', dispute);
  updateWarnings(account, disputed);
  return dispute;
}

export function closeDispute(account: Account, id: string, status: 'won' | 'lost'): Dispute {
  const before = account.disputes.get(id);
  if (before === undefined) throw missing('dispute', id, 'id');
  const after = account.disputes.put({ ...before, status });
  account.emit('charge.dispute.closed', after, before);
  return after;
}

/** The issuer of a card reports a payment; the money stays until a dispute or a refund. */
export function warnOfFraud(account: Account, charge: Charge, fraud_type: FraudType): FraudWarning {
  const warning = account.fraudWarnings.put({
    id: account.newId('issfr'),
    object: 'radar.early_fraud_warning',
    created: account.now(),
    charge: charge.id,
    payment_intent: charge.payment_intent,
    fraud_type,
    actionable: isActionable(charge),
  });
  account.emit('radar.early_fraud_warning.created', warning);
  return warning;
}

function updateWarnings(account: Account, charge: Charge): void {
  const actionable = isActionable(charge);
  const by = { field: 'charge', value: charge.id } as const;
  for (const before of [...account.fraudWarnings.walk({ by, order: 'newestFirst' })]) {
    if (before.actionable === actionable) continue;
    const after = account.fraudWarnings.put({ ...before, actionable });
    account.emit('radar.early_fraud_warning.updated', after, before);
  }
}

function isActionable({ disputed, amount, amount_refunded }: Charge): boolean {
  return !disputed && amount_refunded < amount;
}
