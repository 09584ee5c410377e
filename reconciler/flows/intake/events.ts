/**
 * Decides which of Stripe's events lead to a reading, and of which subscriptions. An event's
 * content is not trusted: it only names what to fetch. An event of another account or mode is a
 * configuration error, and never ends an agent.
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

/** Events after which a subscription may differ. */
export const usedTypes: ReadonlySet<string> = new Set([
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

/** Why the event is ignored; null where it is not. */
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

/** The subscriptions that the event names; null where they have to be looked up. */
export function subscriptionsIn({ subscriptionIds, charge }: VerifiedEvent) {
  return charge === null && subscriptionIds.length > 0 ? subscriptionIds : null;
}

/** Looks up the customer of a charge, and all subscriptions that the customer ever had. */
export async function lookUpSubscriptions(
  billing: Pick<Billing, 'customerOfCharge' | 'subscriptionIdsOf'>,
  { customer, charge }: VerifiedEvent,
): Promise<readonly string[]> {
  const whose = charge === null ? customer : await billing.customerOfCharge(charge);
  return whose === null ? [] : billing.subscriptionIdsOf(whose);
}

/** Why the event is of another account or mode than the policy's; null where it is not. */
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
