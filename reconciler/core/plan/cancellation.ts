/**
 * Decides what is left to do at Stripe for an agent that its customer has canceled, and how the record
 * remembers it: the subscription is canceled, then what is left of the paid time is given back, each
 * once.
 *
 * | the record tells | what is left |
 * |---|---|
 * | nothing | cancel, then refund |
 * | `ended/1` | refund |
 * | `refunding/1/2026-11-22` | the same: it has a place among that day's refunds |
 * | `refunded/1/2026-11-22`, `canceled/1` | nothing |
 * | `atStripe`: Stripe refuses for good | the same as before, once a day, while a person looks at it |
 *
 * A day has so many refunds for all runs together: a place is taken by a commit that is decided on all
 * records, before the money moves.
 */

import type { Agent } from '../agent/agent.ts';
import { heldUntilMs } from '../agent/hold.ts';
import type { Policy } from '../agent/policy.ts';
import { isKindThat } from '../fleet/change-kinds.ts';
import { graceEndMs } from '../fleet/ending.ts';
import { withReceipts } from '../fleet/receipts.ts';
import type { AgentRecord, Attempt } from '../fleet/recorded.ts';
import { timeMs } from '../text/time.ts';

const dayMs = 24 * 3_600_000;

/** Whether the record may be of an agent with whom something is left to do. */
export function mayBeEnding({ phase }: AgentRecord): boolean {
  return phase === 'retiring' || phase === 'retired';
}

/** Only people's tombstones `by: customer`; every other end is Stripe's own, or no matter of money. */
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

/** Since when its paid time is unused, ms. */
export function endedMs({ spec: { retired } }: Agent): number {
  return retired === undefined ? Number.POSITIVE_INFINITY : timeMs(retired.at);
}

/** Whether Stripe has refused it for good, less than a day ago. */
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

/** With a place among the day's refunds; null where all are taken. */
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

/** The place is free again: no money has moved. */
export function withoutPlace(record: AgentRecord, { revision, day }: RefundPlace): AgentRecord {
  const own = `refunding/${revision}/${day}`;
  return { ...record, receipts: record.receipts.filter((receipt) => receipt !== own) };
}

/** @param refunded on which day; null where nothing was given back */
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

/** It keeps the time since when Stripe refuses. */
export function withRefusal(record: AgentRecord, message: string, at: string): AgentRecord {
  return {
    ...record,
    atStripe: { since: record.atStripe?.since ?? at, tried: at, message },
  };
}

/** Why a person has to end at Stripe what its customer canceled; null where that is not needed. */
export function stripeRefusal({ spec }: Agent, { atStripe }: AgentRecord): string | null {
  if (atStripe === undefined || spec.retired?.by !== 'customer') return null;
  return `its customer canceled it, and Stripe refuses what follows: ${atStripe.message}`;
}

/** Who never had an agent that ran gets back all that was paid. */
export function ranEver({ everRunning, attempts, destroyed }: AgentRecord): boolean {
  return (
    everRunning ||
    attempts.some(({ change, outcome }) => outcome === 'succeeded' && showsThatItRan(change)) ||
    destroyed.some(({ kind }) => kind === 'replace')
  );
}

/** What takes a server back, or gives an agent up, succeeds with agents that never ran. */
function showsThatItRan(change: Attempt['change']): boolean {
  return isKindThat(change, 'countsAsAttempt') || isKindThat(change, 'disturbs');
}

export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
