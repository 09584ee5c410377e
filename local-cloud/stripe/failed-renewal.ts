/**
 * Makes a renewal fail now, so that a subscription is past due before the end of its period.
 * Stripe's usual retries follow.
 */
import { Failure } from '../../reconciler/core/failure.ts';
import type { Account } from './account.ts';
import type { Subscription } from './records.ts';
import { attach } from './routes-customers.ts';
import { lookAtSubscription } from './subscription-look.ts';
import { change } from './subscription-status.ts';
import { payOut } from './subscription-update.ts';

/** The test card that can be attached, and is declined whenever it has to pay. */
const decliningCard = 'pm_card_chargeCustomerFail';

export function failRenewal(account: Account, one: Subscription): Subscription {
  const customer = account.customers.get(one.customer);
  const obstacle = obstacleOf(one);
  if (customer === undefined || obstacle !== null)
    throw new Failure('InvalidInput', `${one.id} ${obstacle ?? 'has no customer any more'}`);
  const method = attach(account, decliningCard, customer);
  const now = account.now();
  const trial = one.status === 'trialing' ? { trial_end: now, trial_end_announced: true } : {};
  const declining = change(account, one, { default_payment_method: method.id });
  account.subscriptions.put({
    ...declining,
    ...trial,
    billing_cycle_anchor: now,
    items: one.items.map((item) => ({ ...item, current_period_end: now })),
  });
  lookAtSubscription(account, one.id);
  const renewed = account.subscriptions.get(one.id) ?? one;
  const draft = account.invoices.get(renewed.latest_invoice ?? '');
  // A draft would stay open for another hour.
  if (draft?.status === 'draft') payOut(account, draft);
  return account.subscriptions.get(one.id) ?? renewed;
}

/** Why no payment of it can fail now. */
function obstacleOf(one: Subscription): string | null {
  if (one.status !== 'active' && one.status !== 'trialing')
    return `is ${one.status}: only an active one or a trial comes to a renewal`;
  if (one.pause_collection !== null) return 'has its collection paused: nothing would be charged';
  if (one.collection_method !== 'charge_automatically')
    return 'is paid by invoices that are sent: there is no card to decline';
  return null;
}
