/**
 * Computes the access that a subscription entitles its agent to: granted, suspended or ended, since
 * when, until when, and issues for a person.
 *
 * | status | access |
 * |---|---|
 * | active | granted |
 * | trialing | as the policy says |
 * | past_due, unpaid | granted while the policy's grace lasts, then suspended |
 * | incomplete, paused | suspended |
 * | canceled, incomplete_expired | ended |
 *
 * A grace counts from the time since which a payment is due. The file keeps that time as
 * `owedSince` until the payment, so that the same subscription, policy and time give the same
 * access whatever was read in between: a pause, a dispute, an announced end or another policy.
 *
 * A paused collection suspends only if it waives the payment (`void`) and
 * `entitlement.pausedCollection` is `suspended`; a disputed payment and a
 * fraud warning only if `entitlement.disputed` is. Reading these reports costs extra calls: they are
 * read if an event names a charge, and by resync if the file has such an issue already; otherwise
 * the file's issue stays. An ended subscription keeps these issues alone: evidence may be needed.
 */
import { type OwedIssue, paymentGraceEndMs } from '../agent/access-times.ts';
import type { Access, AccessIssue } from '../agent/agent.ts';
import { issueOfReport, type PaymentReport, paymentReports } from '../agent/payment-reports.ts';
import type { Policy } from '../agent/policy.ts';
import { impossible } from '../failure.ts';
import { isoOf, timeMs, wholeSeconds } from '../text/time.ts';
import type { BilledSubscription } from './billing.ts';

export type EntitlementInput = {
  readonly subscription: BilledSubscription;
  /** the file's access; null if there is no file */
  readonly before: Access | null;
  readonly entitlement: Policy['entitlement'];
  readonly nowMs: number;
  /** further issues of the subscription; ignored once it has ended */
  readonly oddities: readonly AccessIssue[];
};

export function entitlementOf(input: EntitlementInput): Access {
  const reports = paymentReports.map((report) => byReport(input, report));
  const verdicts = [byStatus(input), byCollection(input), ...reports];
  const state = worstOf(verdicts);
  const since = sinceOf(input, state);
  if (state === 'ended') return { state, since, ...withIssues(reports, []) };
  const owedMs = owedSinceMs(input);
  const graces = state === 'granted' ? verdicts.map((verdict) => verdict.untilMs) : [];
  const ends = [...graces, announcedEndMs(input.subscription)].filter((end) => end !== null);
  return {
    state,
    since,
    ...(ends.length === 0 ? {} : { until: isoOf(Math.min(...ends)) }),
    ...(owedMs === null ? {} : { owedSince: isoOf(owedMs) }),
    ...withIssues(verdicts, input.oddities),
  };
}

function withIssues(
  verdicts: readonly Verdict[],
  oddities: readonly AccessIssue[],
): Pick<Access, 'issues'> {
  const issues = new Set([...verdicts.flatMap(({ issue }) => issue ?? []), ...oddities]);
  return issues.size === 0 ? {} : { issues: [...issues].sort() };
}

type Verdict = {
  readonly state: Access['state'];
  readonly untilMs: number | null;
  readonly issue: AccessIssue | null;
};

function byStatus(input: EntitlementInput): Verdict {
  const { status } = input.subscription;
  switch (status) {
    case 'active':
      return { state: 'granted', untilMs: null, issue: null };
    case 'trialing':
      return input.entitlement.trialing === 'granted'
        ? { state: 'granted', untilMs: null, issue: null }
        : { state: 'suspended', untilMs: null, issue: 'TrialUnpaid' };
    case 'past_due':
      return grace(input, 'PaymentPastDue');
    case 'unpaid':
      return grace(input, 'PaymentUnpaid');
    case 'incomplete':
      return { state: 'suspended', untilMs: null, issue: 'PaymentIncomplete' };
    case 'paused':
      return { state: 'suspended', untilMs: null, issue: 'SubscriptionPaused' };
    case 'canceled':
    case 'incomplete_expired':
      return { state: 'ended', untilMs: null, issue: null };
    default:
      return impossible(status);
  }
}

function grace(input: EntitlementInput, issue: OwedIssue): Verdict {
  const owedMs = owedSinceMs(input) ?? input.nowMs;
  const untilMs = paymentGraceEndMs(owedMs, issue, input.entitlement);
  if (untilMs <= input.nowMs) return { state: 'suspended', untilMs: null, issue };
  return { state: 'granted', untilMs, issue };
}

/**
 * Since when a payment is due; null if none is: the invoice's due time, or without one the first
 * reading that finds the payment missing. Once it is in the file, only a status without debt
 * removes it: a newer invoice does not restart the grace.
 */
function owedSinceMs({ before, nowMs, subscription }: EntitlementInput): number | null {
  const known = before?.owedSince === undefined ? null : timeMs(before.owedSince);
  const { status, owedSince } = subscription;
  switch (status) {
    case 'past_due':
    case 'unpaid':
      return known ?? wholeSeconds(Math.min(nowMs, (owedSince ?? Number.POSITIVE_INFINITY) * 1000));
    case 'incomplete':
    case 'paused':
      return known;
    case 'active':
    case 'trialing':
    case 'canceled':
    case 'incomplete_expired':
      return null;
    default:
      return impossible(status);
  }
}

function byCollection({ subscription, entitlement }: EntitlementInput): Verdict {
  const paused = subscription.pausedCollection;
  if (paused === null) return { state: 'granted', untilMs: null, issue: null };
  const state = paused === 'void' ? entitlement.pausedCollection : 'granted';
  return { state, untilMs: null, issue: 'CollectionPaused' };
}

function byReport(
  { subscription, before, entitlement }: EntitlementInput,
  report: PaymentReport,
): Verdict {
  const issue = issueOfReport[report];
  const isOpen =
    subscription.reported?.includes(report) ?? before?.issues?.includes(issue) ?? false;
  if (!isOpen) return { state: 'granted', untilMs: null, issue: null };
  return { state: entitlement.disputed, untilMs: null, issue };
}

function worstOf(verdicts: readonly Verdict[]): Access['state'] {
  const states = verdicts.map((verdict) => verdict.state);
  return (['ended', 'suspended'] as const).find((state) => states.includes(state)) ?? 'granted';
}

/** Stripe's time if the object has one, else now; kept while the state lasts. */
function sinceOf({ before, subscription, nowMs }: EntitlementInput, state: Access['state']) {
  const stripes = stripesTime(subscription, state, before);
  const kept = before?.state === state ? before.since : isoOf(nowMs);
  if (stripes === null || timeMs(kept) === stripes * 1000) return kept;
  return isoOf(stripes * 1000);
}

/** The object has the times of its beginning and end, but not of suspensions. */
function stripesTime(
  { created, startDate, endedAt, canceledAt }: BilledSubscription,
  state: Access['state'],
  before: Access | null,
): number | null {
  if (state === 'ended') return endedAt ?? canceledAt;
  // A backdated start concerns only the invoice: access cannot begin before the subscription
  // existed.
  return state === 'granted' && before === null ? Math.max(created, startDate) : null;
}

function announcedEndMs(subscription: BilledSubscription): number | null {
  const { cancelAt, cancelAtPeriodEnd, currentPeriodEnd } = subscription;
  const ends = [cancelAt, cancelAtPeriodEnd ? currentPeriodEnd : null].filter(
    (end) => end !== null,
  );
  return ends.length === 0 ? null : Math.min(...ends) * 1000;
}
