/** The grace after a failed payment, as a file says it: since when a payment is owed, and its issues. */
import { timeMs } from '../text/time.ts';
import type { Access } from './agent.ts';
import type { Policy } from './policy.ts';

const dayMs = 86_400_000;

/** When it ends, ms; null where no payment is owed. */
export function paymentGraceEndMs(
  { owedSince, issues = [] }: Access,
  { unpaidGraceDays, pastDueGraceDays }: Policy['entitlement'],
): number | null {
  if (owedSince === undefined) return null;
  const days = issues.includes('PaymentUnpaid') ? unpaidGraceDays : pastDueGraceDays;
  return timeMs(owedSince) + days * dayMs;
}
