/** Computes when an agent's access ends, from its file and the policy. */
import { dayMs, timeMs } from '../text/time.ts';
import type { Access, AccessIssue, AgentFile } from './agent.ts';
import type { Policy } from './policy.ts';

/**
 * The end that a file announces, ms; null without one, or if access has ended already. Stripe is
 * read again at that time, and its answer counts.
 */
export function accessEndMs(file: AgentFile): number | null {
  if (file.kind !== 'valid') return null;
  const { state, until } = file.agent.spec.access;
  return state === 'ended' || until === undefined ? null : timeMs(until);
}

export type AccessEnd = { readonly subscription: string; readonly atMs: number };

/** The announced ends of access, the earliest first. */
export function accessEnds(files: readonly AgentFile[]): readonly AccessEnd[] {
  const ends = files.flatMap((file): readonly AccessEnd[] => {
    const atMs = accessEndMs(file);
    if (file.kind !== 'valid' || atMs === null) return [];
    return [{ subscription: file.agent.spec.subscription, atMs }];
  });
  return ends.sort((a, b) => a.atMs - b.atMs || (a.subscription < b.subscription ? -1 : 1));
}

export type OwedIssue = Extract<AccessIssue, 'PaymentPastDue' | 'PaymentUnpaid'>;

/** When the grace of a payment that has been due since `owedSinceMs` ends, ms. */
export function paymentGraceEndMs(
  owedSinceMs: number,
  issue: OwedIssue,
  { unpaidGraceDays, pastDueGraceDays }: Policy['entitlement'],
): number {
  return owedSinceMs + (issue === 'PaymentUnpaid' ? unpaidGraceDays : pastDueGraceDays) * dayMs;
}

/** When a suspension reaches the policy's maximum, ms; null if access is not suspended. */
export function suspensionEndMs(
  { state, since }: Access,
  { retire }: Pick<Policy, 'retire'>,
): number | null {
  return state === 'suspended' ? timeMs(since) + retire.suspendedDays * dayMs : null;
}
