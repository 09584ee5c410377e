/**
 * Which of Stripe's events lead to a reading, and whom they are about. What an event says is never
 * trusted: it only names what to fetch. An event of another account or mode is a mistake in the
 * settings, which people have to see, and never a reason to end anything.
 */
import type { Policy } from '../../core/agent/policy.ts';
import type { VerifiedEvent } from '../../core/billing/billing.ts';
import { Failure } from '../../core/failure.ts';
import type { Billing } from '../../ports/billing.ts';
import { mode } from '../shared/stripe-account.ts';

export type Ignored = {
  readonly kind: 'ignored';
  readonly reason: 'EventUnused' | 'NothingNamed' | 'OtherAccount' | 'ThinEvent';
  readonly message: string;
};

/** After these a subscription may be another one than before. */
const usedTypes: ReadonlySet<string> = new Set([
  'charge.dispute.closed',
  'charge.dispute.created',
  'charge.dispute.updated',
  'charge.refunded',
  'checkout.session.completed',
  'customer.deleted',
  'customer.subscription.created',
  'customer.subscription.deleted',
  'customer.subscription.paused',
  'customer.subscription.pending_update_applied',
  'customer.subscription.pending_update_expired',
  'customer.subscription.resumed',
  'customer.subscription.trial_will_end',
  'customer.subscription.updated',
  'invoice.paid',
  'invoice.payment_failed',
  'radar.early_fraud_warning.created',
  'radar.early_fraud_warning.updated',
]);

/** Why the event is not followed; null where it is. */
export function ignoredOf(event: VerifiedEvent): Ignored | null {
  const { type, subscriptionIds, customer, charge } = event;
  const ignored = (reason: Ignored['reason'], message: string) =>
    ({ kind: 'ignored', reason, message }) as const;
  if (/^v\d+\./.test(type))
    return ignored(
      'ThinEvent',
      'a thin event shows no object; the endpoint has to send snapshot events',
    );
  if (!usedTypes.has(type)) return ignored('EventUnused', 'events of this type change no agent');
  if (subscriptionIds.length === 0 && customer === null && charge === null)
    return ignored('NothingNamed', 'it names neither a subscription nor a customer nor a charge');
  return null;
}

/** The subscriptions that the event names itself; null where Stripe has to be asked. */
export function subscriptionsIn({ subscriptionIds, charge }: VerifiedEvent) {
  return charge === null && subscriptionIds.length > 0 ? subscriptionIds : null;
}

/** A charge names its customer, and a customer all subscriptions that they ever had. */
export async function lookUpSubscriptions(
  billing: Pick<Billing, 'customerOfCharge' | 'subscriptionIdsOf'>,
  { customer, charge }: VerifiedEvent,
): Promise<readonly string[]> {
  const whose = charge === null ? customer : await billing.customerOfCharge(charge);
  return whose === null ? [] : billing.subscriptionIdsOf(whose);
}

/** Why the event is not for the account and mode that the policy pins; null where it is. */
export function foreignOf(
  event: VerifiedEvent,
  { account, livemode }: Policy['stripe'],
): Failure | null {
  if (event.livemode !== livemode)
    return new Failure('MisconfiguredAccount', `${event.id} is of Stripe's ${mode(event)} mode`);
  if (event.account !== null && event.account !== account)
    return new Failure('MisconfiguredAccount', `${event.id} is of account ${event.account}`);
  return null;
}
