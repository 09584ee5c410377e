/**
 * Decides what remains to be done at Stripe for an agent that its customer canceled, and how the
 * record keeps it: the subscription is canceled, then the unused paid time is refunded, each once.
 *
 * | the record has | what remains |
 * |---|---|
 * | nothing | cancel, then refund |
 * | `ended/1` | refund |
 * | `refunding/1/2026-11-22` | refund: it has a place among that day's refunds |
 * | `refunded/1/2026-11-22`, `canceled/1` | nothing |
 * | `atStripe`: Stripe refuses permanently | the same step again, once a day |
 *
 * The refunds a day are limited across all runs: a run commits its place before it refunds.
 */

import type { Agent } from '../agent/agent.ts';
import { heldUntilMs } from '../agent/hold.ts';
import type { Policy } from '../agent/policy.ts';
import { isKindThat } from '../fleet/change-kinds.ts';
import { graceEndMs } from '../fleet/ending.ts';
import { withReceipts } from '../fleet/receipts.ts';
import type { AgentRecord, Attempt } from '../fleet/recorded.ts';
import { dayMs, timeMs } from '../text/time.ts';

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
  if (retired?.by !== 'customer' || record.receipts.includes(canceledPurpose(revision)))
    return false;
  if (nowMs < graceEndMs(spec, record, { policy, nowMs })) return false;
  return heldUntilMs(spec, policy, nowMs) === null;
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

type RefundPlace = {
  readonly revision: number;
  /** e.g. `2026-11-22` */
  readonly day: string;
};

export function hasPlace({ receipts }: AgentRecord, { revision, day }: RefundPlace): boolean {
  return receipts.includes(`refunding/${revision}/${day}`);
}

/** The record with a place among the day's refunds; null if all places are taken. */
export function withPlace(
  record: AgentRecord,
  records: readonly AgentRecord[],
  { place, perDayMax }: { readonly place: RefundPlace; readonly perDayMax: number },
): AgentRecord | null {
  if (hasPlace(record, place)) return record;
  const isOnDay = (receipt: string) =>
    /^refund(?:ing|ed)\//.test(receipt) && receipt.endsWith(place.day);
  const taken = records.reduce((sum, { receipts }) => sum + receipts.filter(isOnDay).length, 0);
  if (taken >= perDayMax) return null;
  return withReceipts(record, [`refunding/${place.revision}/${place.day}`]);
}

/** The record without its place: nothing was refunded. */
export function withoutPlace(record: AgentRecord, { revision, day }: RefundPlace): AgentRecord {
  const own = `refunding/${revision}/${day}`;
  return { ...record, receipts: record.receipts.filter((receipt) => receipt !== own) };
}

/** @param refunded on which day; null if nothing was refunded */
export function withCanceled(
  record: AgentRecord,
  revision: number,
  refunded: string | null,
): AgentRecord {
  const { atStripe: _over, ...rest } = record;
  const done = [
    endedPurpose(revision),
    ...(refunded === null ? [] : [`refunding/${revision}/${refunded}`]),
  ];
  const receipts = rest.receipts.filter((one) => !done.includes(one));
  const news = [
    canceledPurpose(revision),
    ...(refunded === null ? [] : [`refunded/${revision}/${refunded}`]),
  ];
  return withReceipts({ ...rest, receipts }, news);
}

/** Keeps the time of Stripe's first refusal. */
export function withRefusal(record: AgentRecord, message: string, at: string): AgentRecord {
  return {
    ...record,
    atStripe: { since: record.atStripe?.since ?? at, tried: at, message },
  };
}

/** Why a person has to finish the cancellation at Stripe; null if that is not needed. */
export function stripeRefusal({ spec }: Agent, { atStripe }: AgentRecord): string | null {
  if (atStripe === undefined || spec.retired?.by !== 'customer') return null;
  return `its customer canceled it, and Stripe refuses what follows: ${atStripe.message}`;
}

/** Whether the agent ever ran; if it did not, the customer gets a full refund. */
export function ranEver({ everRunning, attempts, destroyed }: AgentRecord): boolean {
  return (
    everRunning ||
    attempts.some(({ change, outcome }) => outcome === 'succeeded' && showsThatItRan(change)) ||
    destroyed.some(({ kind }) => kind === 'replace')
  );
}

/** A rollback or a giveUp also succeeds for an agent that never ran. */
function showsThatItRan(change: Attempt['change']): boolean {
  return isKindThat(change, 'countsAsAttempt') || isKindThat(change, 'disturbs');
}

export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
