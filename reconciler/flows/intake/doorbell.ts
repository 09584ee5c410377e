/**
 * Which events ring, and whom they are about. What an event says is never believed: it only tells
 * which subscriptions to fetch. An event of another account or mode is a mistake in the settings,
 * which people have to see, and never a reason to end anything.
 */

import type { Policy } from '../../core/agent/policy.ts';
import type { VerifiedEvent } from '../../core/billing/billing.ts';
import { Failure } from '../../core/failure.ts';
import type { Billing } from '../../ports/billing.ts';

export type Ignored = {
  readonly kind: 'ignored';
  readonly reason: 'EventUnused' | 'NobodyNamed' | 'OtherAccount' | 'ThinEvent';
  readonly message: string;
};
type Doorbell = Ignored | { readonly kind: 'rings' };

/** After these a subscription may be another one than before. */
const ringing: ReadonlySet<string> = new Set([
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

export function doorbellOf(event: VerifiedEvent): Doorbell {
  if (/^v\d+\./.test(event.type)) {
    const message = 'a thin event shows no object; the endpoint has to send snapshot events';
    return { kind: 'ignored', reason: 'ThinEvent', message };
  }
  if (!ringing.has(event.type)) {
    const message = 'events of this type change no agent';
    return { kind: 'ignored', reason: 'EventUnused', message };
  }
  const { subscriptionIds, customer, charge } = event;
  if (subscriptionIds.length === 0 && customer === null && charge === null) {
    const message = 'it names neither a subscription nor a customer nor a charge';
    return { kind: 'ignored', reason: 'NobodyNamed', message };
  }
  return { kind: 'rings' };
}

type Pinned = Policy['stripe'];

export function checkEvent(event: VerifiedEvent, { account, livemode }: Pinned): void {
  if (event.livemode !== livemode)
    throw new Failure('MisconfiguredAccount', `${event.id} is of Stripe's ${mode(event)} mode`);
  if (event.account !== null && event.account !== account)
    throw new Failure('MisconfiguredAccount', `${event.id} is of account ${event.account}`);
}

/** Asks once whose key ours is; what fails is asked again by the next event. */
export function createAccountCheck(
  billing: Pick<Billing, 'account'>,
): (pinned: Pinned) => Promise<void> {
  let known: Awaited<ReturnType<Billing['account']>> | null = null;
  return async ({ account, livemode }) => {
    known ??= await billing.account();
    if (known.id === account && known.livemode === livemode) return;
    throw new Failure(
      'MisconfiguredAccount',
      `our Stripe key is of account ${known.id} in ${mode(known)} mode, policy.yaml says ${account} in ${mode({ livemode })} mode`,
    );
  };
}

function mode({ livemode }: { readonly livemode: boolean }): string {
  return livemode ? 'live' : 'test';
}
