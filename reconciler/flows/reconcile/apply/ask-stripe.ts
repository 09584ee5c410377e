/**
 * Before a retirement that the money caused, Stripe is asked whether the cause still lasts: an event
 * that was lost, or that is on its way, must not cost a customer who has paid an agent. Who set the
 * tombstone does not matter, but a person's and a customer's are no question of money.
 */

import { followsMoney, tombstoneHolds } from '../../../core/agent/tombstone.ts';
import { entitlementOf } from '../../../core/billing/entitlement.ts';
import { Failure } from '../../../core/failure.ts';
import { withDispute } from '../../shared/read-dispute.ts';
import type { Attempt } from './attempt.ts';

/** Throws `Superseded` where the tombstone has lost its cause; the next reading lifts it. */
export async function askStripeAgain({ agent, run }: Attempt): Promise<void> {
  const { subscription: id, access: before, retired } = agent.spec;
  if (retired === undefined || !followsMoney(retired)) return;
  const { billing, cloud } = run.ports;
  const found = await billing.subscription(id);
  // Absence ends no agent: it is the wrong account, or the wrong key.
  if (found === null)
    throw new Failure('OwnershipUnproven', 'Stripe does not know the subscription: wrong account?');
  const known = before.issues?.includes('PaymentDisputed') === true;
  const subscription = await withDispute(billing, found, known);
  const { entitlement } = run.policy;
  const nowMs = await cloud.now();
  const access = entitlementOf({ subscription, before, entitlement, nowMs, oddities: [] });
  if (tombstoneHolds(retired, access.state)) return;
  const { status } = subscription;
  throw new Failure('Superseded', `the subscription is ${status} again, access ${access.state}`);
}
