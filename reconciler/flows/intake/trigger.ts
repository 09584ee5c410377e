/** What makes intake read Stripe: an event, or the service itself, which wants to know again. */
import type { VerifiedEvent } from '../../core/billing/billing.ts';
import type { Subject } from './subject.ts';

export type Trigger =
  | { readonly kind: 'event'; readonly event: VerifiedEvent }
  | { readonly kind: 'reread'; readonly subscription: string };

export function subjectsOf(trigger: Trigger): readonly Subject[] {
  if (trigger.kind === 'reread') return [{ kind: 'subscription', id: trigger.subscription }];
  const { subscriptionIds, customer, charge } = trigger.event;
  if (charge !== null) return [{ kind: 'charge', id: charge }];
  if (subscriptionIds.length > 0) {
    return subscriptionIds.map((id) => ({ kind: 'subscription', id }));
  }
  return customer === null ? [] : [{ kind: 'customer', id: customer }];
}

/** The ids that a commit cites. */
export function citedBy(trigger: Trigger): readonly string[] {
  return trigger.kind === 'event' ? [trigger.event.id] : [];
}
