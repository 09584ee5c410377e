/**
 * The refunds in a record. An entry is written before its refund is asked for: it fixes the
 * invoice, so that a later attempt cannot refund another one, and takes one of the refunds that a
 * day allows over all runs.
 *
 * | state | what is known | counts for its day |
 * |---|---|---|
 * | `asked` | nothing yet: the next run looks at Stripe | yes |
 * | `refused` | Stripe made none, and does not for now | no |
 * | `none` | nothing was left to refund | yes: the place served something else |
 * | `pending`, `succeeded` | Stripe made it; a bank may return it for weeks | yes |
 * | `failed` | a bank returned it: a person has to give the money back | yes |
 * | `handled` | a person gave it back after that | yes |
 */
import { dayMs, timeMs } from '../text/time.ts';
import type { AgentRecord } from './recorded.ts';

export type RecordedRefund = NonNullable<AgentRecord['refunds']>[number];

/** A refund that Stripe has made. Its bank may return it weeks later: then it has failed. */
export type MadeRefund = {
  readonly id: string;
  /** in the smallest unit of the currency */
  readonly amount: number;
  readonly currency: string;
  readonly state: 'pending' | 'succeeded' | 'failed';
  /** why it failed; null if it did not, or Stripe gives no reason */
  readonly reason: string | null;
};

/** What a refund is for. */
export type RefundCause = Pick<RecordedRefund, 'cause' | 'revision'>;

const refundsKept = 10;
/** A bank returns a refund within this time. */
const followedMs = 30 * dayMs;

/** The entry for a cause; null where there is none. */
export function refundFor(
  { refunds = [] }: Pick<AgentRecord, 'refunds'>,
  cause: RefundCause,
): RecordedRefund | null {
  return refunds.findLast((one) => isFor(one, cause)) ?? null;
}

/** Whether the outcome is not known, or Stripe refused it. */
export function isOpenRefund({ state }: RecordedRefund): boolean {
  return state === 'asked' || state === 'refused';
}

type Asked = {
  readonly refund: RefundCause & Pick<RecordedRefund, 'invoice' | 'unusedSince'>;
  readonly nowMs: number;
  readonly perDayMax: number;
};

/**
 * The record with an entry for the cause, which takes a place of today; null if all are taken. A
 * cause has one entry: an open one keeps its invoice, and a closed one stays as it is.
 */
export function withRefundAsked(
  record: AgentRecord,
  records: readonly AgentRecord[],
  { refund, nowMs, perDayMax }: Asked,
): AgentRecord | null {
  const known = refundFor(record, refund);
  if (known !== null && (!isOpenRefund(known) || takesPlace(known, nowMs))) return record;
  if (placesTaken(records, nowMs) >= perDayMax) return null;
  const asked = new Date(nowMs).toISOString();
  return withEntry(record, { ...(known ?? refund), asked, state: 'asked' });
}

/** Whether the entry counts among the refunds of that time's day. */
export function takesPlace({ asked, state }: RecordedRefund, nowMs: number): boolean {
  return state !== 'refused' && dayOf(timeMs(asked)) === dayOf(nowMs);
}

export function placesTaken(records: readonly AgentRecord[], nowMs: number): number {
  return records.reduce(
    (sum, { refunds = [] }) => sum + refunds.filter((one) => takesPlace(one, nowMs)).length,
    0,
  );
}

/** What Stripe made of the open entry. Without any the entry goes, unless its place was used. */
export function withRefundMade(
  record: AgentRecord,
  cause: RefundCause,
  { made, usesPlace }: { readonly made: readonly MadeRefund[]; readonly usesPlace: boolean },
): AgentRecord {
  const known = refundFor(record, cause);
  if (known === null || !isOpenRefund(known)) return record;
  if (made.length > 0) return withEntry(record, shownAs(known, made));
  return usesPlace ? withEntry(record, { ...known, state: 'none' }) : withoutEntry(record, cause);
}

/** Stripe refuses it permanently: the entry keeps its invoice, and frees its place. */
export function withRefundRefused(record: AgentRecord, cause: RefundCause): AgentRecord {
  const known = refundFor(record, cause);
  if (known === null || !isOpenRefund(known)) return record;
  return withEntry(record, { ...known, state: 'refused' });
}

/** The refunds of the record that a bank may still return. */
export function followedRefunds(
  { refunds = [] }: AgentRecord,
  nowMs: number,
): readonly RecordedRefund[] {
  return refunds.filter(
    ({ state, asked }) =>
      (state === 'pending' || state === 'succeeded') && nowMs - timeMs(asked) < followedMs,
  );
}

/** Whether the customer got money back because the agent was given up. */
export function isRefunded({ refunds = [] }: AgentRecord): boolean {
  return refunds.some(
    ({ cause, state }) => cause === 'gaveUp' && (state === 'succeeded' || state === 'handled'),
  );
}

export function failedRefunds({ refunds = [] }: AgentRecord): readonly RecordedRefund[] {
  return refunds.filter(({ state }) => state === 'failed');
}

export function failedRefundText({ ids = [], reason }: RecordedRefund): string {
  const why = reason === undefined ? '' : ` (${reason})`;
  return `its bank returned the refund ${ids.join(', ')}${why}: its customer has not got the money back`;
}

/** The entry as Stripe shows its refunds now; itself where one of them is not shown. */
export function refundAsShown(
  entry: RecordedRefund,
  shown: ReadonlyMap<string, MadeRefund>,
): RecordedRefund {
  const made = (entry.ids ?? []).flatMap((id) => shown.get(id) ?? []);
  return made.length === entry.ids?.length && made.length > 0 ? shownAs(entry, made) : entry;
}

/** The record with the entry in place of the same one of before. */
export function withRefundChanged(
  record: AgentRecord,
  before: RecordedRefund,
  after: RecordedRefund,
): AgentRecord {
  const same = (one: RecordedRefund) => isFor(one, before) && one.state === before.state;
  return { ...record, refunds: (record.refunds ?? []).map((one) => (same(one) ? after : one)) };
}

function shownAs(entry: RecordedRefund, made: readonly MadeRefund[]): RecordedRefund {
  const { reason: _before, ...rest } = entry;
  const bad = made.find(({ state }) => state === 'failed');
  const state = bad?.state ?? made.find((one) => one.state === 'pending')?.state ?? 'succeeded';
  const reason = bad?.reason?.slice(0, 200);
  return {
    ...rest,
    state,
    ids: made.map(({ id }) => id),
    amount: made.reduce((sum, { amount }) => sum + amount, 0),
    ...(made[0] === undefined ? {} : { currency: made[0].currency }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** In place of the one of before for the same cause. */
function withEntry(record: AgentRecord, entry: RecordedRefund): AgentRecord {
  const others = (record.refunds ?? []).filter((one) => !isFor(one, entry));
  return { ...record, refunds: [...others, entry].slice(-refundsKept) };
}

function withoutEntry(record: AgentRecord, cause: RefundCause): AgentRecord {
  const { refunds = [], ...rest } = record;
  const left = refunds.filter((one) => !isFor(one, cause));
  return left.length === 0 ? rest : { ...rest, refunds: left };
}

function isFor(one: RefundCause, { cause, revision }: RefundCause): boolean {
  return one.cause === cause && one.revision === revision;
}

/** e.g. `2026-11-22` */
function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
