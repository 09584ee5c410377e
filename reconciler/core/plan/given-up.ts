/**
 * Decides what remains to be done at Stripe for an agent that was given up. Each step is done once
 * for a revision, by finalize:
 *
 * | `policy.refund.then` | steps |
 * |---|---|
 * | `keep` | refund |
 * | `pause` | pause collection, refund |
 * | `cancel` | refund, cancel the subscription |
 *
 * A pause comes first, so that nothing is charged while a refund waits for its day; a cancellation
 * comes last, because it ends the agent. Both keep access until then: a retry needs no new payment.
 *
 * | the record has | what remains |
 * |---|---|
 * | `gave-up/1` | all steps |
 * | `paused/1` | the others; collection is resumed once the agent runs |
 * | `compensated/1` | nothing |
 * | `atStripe`: Stripe refuses permanently | the same step again, once a day |
 */
import type { Agent } from '../agent/agent.ts';
import { heldUntilMs } from '../agent/hold.ts';
import type { Policy } from '../agent/policy.ts';
import { impossible } from '../failure.ts';
import { countedFailures } from '../fleet/attempt.ts';
import {
  compensatedReceipt,
  isGivenUp,
  isPausedByUs,
  pausedReceipt,
  withReceipts,
} from '../fleet/receipts.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import type { Change } from '../fleet/situation.ts';
import { timeMs } from '../text/time.ts';
import { ranEver } from './ran-ever.ts';

/** Whether something may remain to be done for the record's agent, whatever its file asks for. */
export function mayBeOwed({ receipts }: AgentRecord): boolean {
  return receipts.some((receipt) => {
    const [word, revision] = receipt.split('/');
    return word === 'gave-up' && !receipts.includes(compensatedReceipt(Number(revision)));
  });
}

/** A customer's own cancellation refunds by itself. */
export function isOwedForGivingUp({ spec }: Agent, record: AgentRecord): boolean {
  const { revision, retired } = spec;
  if (retired?.by === 'customer' || !isGivenUp(record, revision)) return false;
  return !record.receipts.includes(compensatedReceipt(revision));
}

/** Nothing is done under a hold. */
export function isCompensationDue(
  agent: Agent,
  record: AgentRecord,
  { policy, nowMs }: { readonly policy: Policy; readonly nowMs: number },
): boolean {
  return isOwedForGivingUp(agent, record) && heldUntilMs(agent.spec, policy, nowMs) === null;
}

/**
 * When the unused paid time began, UNIX seconds: with the first attempt that failed. Undefined
 * where the agent never ran: all of it is refunded.
 */
export function unusedSinceOf(record: AgentRecord, revision: number): number | undefined {
  if (!ranEver(record)) return undefined;
  const [first] = countedFailures(record, revision);
  return first === undefined ? undefined : Math.floor(timeMs(first.started) / 1000);
}

export function withCompensated(record: AgentRecord, revision: number): AgentRecord {
  const { atStripe: _over, ...rest } = record;
  return withReceipts(rest, [compensatedReceipt(revision)]);
}

export function withPaused(record: AgentRecord, revision: number): AgentRecord {
  return withReceipts(record, [pausedReceipt(revision)]);
}

/** Whether the agent runs again and the collection that its failure paused is to be resumed. */
export function isToResume(record: AgentRecord): boolean {
  const { phase, server, chosen, lease } = record;
  if (!isPausedByUs(record) || lease !== undefined) return false;
  if (phase !== 'running' || server === undefined || chosen === undefined) return false;
  return !isGivenUp(record, chosen.revision);
}

/** What finalize does at Stripe after a give-up, for a report. */
export function stepsAtStripe({
  refund,
  subscription,
}: Change & { kind: 'giveUp' }): readonly string[] {
  const refunds = refund === 'none' ? [] : ['its last invoice is refunded'];
  switch (subscription) {
    case 'keep':
      return refunds;
    case 'pause':
      return [...refunds, 'collection is paused'];
    case 'cancel':
      return [...refunds, 'its subscription is canceled'];
    default:
      return impossible(subscription);
  }
}
