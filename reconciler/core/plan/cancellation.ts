/**
 * Decides what remains to be done at Stripe for an agent that its customer canceled, and how the
 * record keeps it: the subscription is canceled, then the unused paid time is refunded, each once.
 *
 * | the record has | what remains |
 * |---|---|
 * | nothing | cancel, then refund |
 * | `ended/1` | refund |
 * | `canceled/1` | nothing |
 * | `atStripe`: Stripe refuses permanently | the same step again, once a day |
 *
 * The record's `refunds` keep what is refunded, and limit it a day over all runs.
 */

import type { Agent } from '../agent/agent.ts';
import { heldUntilMs } from '../agent/hold.ts';
import type { Policy } from '../agent/policy.ts';
import { graceEndMs } from '../fleet/ending.ts';
import { withReceipts } from '../fleet/receipts.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import { dayMs, timeMs } from '../text/time.ts';
import { isOwedForGivingUp } from './given-up.ts';

/** Whether something may remain to be done for the record's agent. */
export function mayBeEnding({ phase }: AgentRecord): boolean {
  return phase === 'retiring' || phase === 'retired';
}

/**
 * Only for tombstones `by: customer`; other ends come from Stripe or have no effect on payments.
 */
export function isEnding(
  { spec }: Agent,
  record: AgentRecord,
  { policy, nowMs }: { readonly policy: Policy; readonly nowMs: number },
): boolean {
  const { retired, revision } = spec;
  if (retired?.by !== 'customer' || !isOwedForCanceling(record, revision)) return false;
  if (nowMs < graceEndMs(spec, record, { policy, nowMs })) return false;
  return heldUntilMs(spec, policy, nowMs) === null;
}

export function isOwedForCanceling({ receipts }: AgentRecord, revision: number): boolean {
  return !receipts.includes(canceledPurpose(revision));
}

/** When the unused paid time begins, ms. */
export function endedMs({ spec: { retired } }: Agent): number {
  return retired === undefined ? Number.POSITIVE_INFINITY : timeMs(retired.at);
}

/** Whether Stripe refused permanently less than a day ago. */
export function waitsForPerson({ atStripe }: AgentRecord, nowMs: number): boolean {
  return atStripe !== undefined && nowMs < timeMs(atStripe.tried) + dayMs;
}

function canceledPurpose(revision: number): string {
  return `canceled/${revision}`;
}

function endedPurpose(revision: number): string {
  return `ended/${revision}`;
}

export function isCanceledAtStripe({ receipts }: AgentRecord, revision: number): boolean {
  return receipts.includes(endedPurpose(revision));
}

export function withCanceledAtStripe(record: AgentRecord, revision: number): AgentRecord | null {
  if (isCanceledAtStripe(record, revision)) return null;
  return withReceipts(record, [endedPurpose(revision)]);
}

export function withCanceled(record: AgentRecord, revision: number): AgentRecord {
  const { atStripe: _over, ...rest } = record;
  const receipts = rest.receipts.filter((one) => one !== endedPurpose(revision));
  return withReceipts({ ...rest, receipts }, [canceledPurpose(revision)]);
}

/** Keeps the time of Stripe's first refusal. */
export function withRefusal(record: AgentRecord, message: string, at: string): AgentRecord {
  return {
    ...record,
    atStripe: { since: record.atStripe?.since ?? at, tried: at, message },
  };
}

/** Why a person has to act at Stripe; null if that is not needed. */
export function stripeRefusal(agent: Agent, record: AgentRecord): string | null {
  const { atStripe } = record;
  if (atStripe === undefined) return null;
  const why = agent.spec.retired?.by === 'customer' ? 'its customer canceled it' : null;
  const cause = why ?? (isOwedForGivingUp(agent, record) ? 'it was given up' : null);
  return cause === null ? null : `${cause}, and Stripe refuses what follows: ${atStripe.message}`;
}
