/** When an access comes to an end, by the agent's file and the policy. */
import { timeMs } from '../text/time.ts';
import type { Access, AccessIssue, AgentFile } from './agent.ts';
import type { Policy } from './policy.ts';

const dayMs = 86_400_000;

/**
 * When the end that a file announces comes, ms: Stripe is asked again then, and its answer counts.
 * null without one. An access that has ended is over; a suspended one may have an end ahead.
 */
export function accessEndMs(file: AgentFile): number | null {
  if (file.kind !== 'valid') return null;
  const { state, until } = file.agent.spec.access;
  return state === 'ended' || until === undefined ? null : timeMs(until);
}

export type OwedIssue = Extract<AccessIssue, 'PaymentPastDue' | 'PaymentUnpaid'>;

/** When the grace of a payment ends that has been owed since then, ms. */
export function paymentGraceEndMs(
  owedSinceMs: number,
  issue: OwedIssue,
  { unpaidGraceDays, pastDueGraceDays }: Policy['entitlement'],
): number {
  return owedSinceMs + (issue === 'PaymentUnpaid' ? unpaidGraceDays : pastDueGraceDays) * dayMs;
}

/** When access has been suspended for as long as the policy allows, ms; null where it is not suspended. */
export function suspensionEndMs(
  { state, since }: Access,
  { retire }: Pick<Policy, 'retire'>,
): number | null {
  return state === 'suspended' ? timeMs(since) + retire.suspendedDays * dayMs : null;
}
