/**
 * Before a retirement caused by the subscription's state, Stripe is asked whether the cause still
 * holds: a lost or late event must not cost a paying customer an agent. Tombstones by a person or a
 * customer are not checked.
 */

import { isReported } from '../../../core/agent/payment-reports.ts';
import { followsMoney, tombstoneHolds } from '../../../core/agent/tombstone.ts';
import { entitlementOf } from '../../../core/billing/entitlement.ts';
import { Failure } from '../../../core/failure.ts';
import { withReports } from '../../shared/read-reports.ts';
import type { Attempt } from './attempt.ts';

/** Throws `Superseded` where the cause no longer holds; the next reading removes the tombstone. */
export async function askStripeAgain({ agent, run }: Attempt): Promise<void> {
  const { subscription: id, access: before, retired } = agent.spec;
  if (retired === undefined || !followsMoney(retired)) return;
  const { billing, cloud } = run.ports;
  const found = await billing.subscription(id);
  // A missing subscription retires no agent: account or key are wrong.
  if (found === null)
    throw new Failure('OwnershipUnproven', 'Stripe has no such subscription: check the account');
  const subscription = await withReports(billing, found, isReported(before));
  const { entitlement } = run.policy;
  const nowMs = await cloud.now();
  const access = entitlementOf({ subscription, before, entitlement, nowMs, oddities: [] });
  if (tombstoneHolds(retired, access.state)) return;
  const { status } = subscription;
  throw new Failure('Superseded', `the subscription is ${status} again, access ${access.state}`);
}
