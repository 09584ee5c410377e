/**
 * Builds the sentence that explains to a customer what happens next. The first case that applies
 * counts: gone, frozen, isolated, retired, no access, switched off, given up, leased, waiting,
 * running. It does not say that a mail or an alarm was sent: only a receipt proves that.
 */
import { paymentGraceEndMs, suspensionEndMs } from '../agent/access-times.ts';
import type { AccessIssue, Agent, AgentFile, AgentSpec, Retired } from '../agent/agent.ts';
import { heldUntilMs } from '../agent/hold.ts';
import type { Policy } from '../agent/policy.ts';
import { paidButRetiredSince, tombstoneHolds } from '../agent/tombstone.ts';
import { attemptState } from '../fleet/attempt.ts';
import { graceEndMs } from '../fleet/ending.ts';
import { deferredCondition, isDeferred, refusedCondition } from '../fleet/limit-conditions.ts';
import type { AgentRecord, Phase } from '../fleet/recorded.ts';
import { timeMs } from '../text/time.ts';
import { downNext, workNext } from './agent-work.ts';
import { becauseOf } from './failed-try.ts';
import type { Place } from './place-in-queue.ts';
import { refundSentence } from './refund-sentence.ts';

export type NextInput = {
  /** the file on `main`; null if there is none */
  readonly file: AgentFile | null;
  readonly record: AgentRecord | null;
  /** the agent's place in the queue; null if it does not wait */
  readonly place: Place | null;
  /** null if it cannot be read: then no times are promised */
  readonly policy: Policy | null;
  readonly nowMs: number;
};

export function nextOf(input: NextInput, phase: Phase): string {
  const { file, record } = input;
  if (phase === 'retired') return goneNext(file);
  if (file === null) return 'Our team is looking at your agent. There is nothing you need to do.';
  if (file.kind === 'invalid' || phase === 'frozen') {
    return (
      'The settings of your agent cannot be read, and until they are repaired nothing about it ' +
      'changes. Our team repairs them.'
    );
  }
  const { spec } = file.agent;
  if (spec.isolated !== undefined) return isolatedText;
  if (spec.retired !== undefined) return endOf(input, spec, spec.retired);
  if (spec.access.state === 'ended') {
    return 'Your subscription has ended. Our team decides what becomes of your agent.';
  }
  if (spec.access.state === 'suspended') return suspendedNext(input, spec);
  if (spec.power === 'stopped') return stoppedNext(record);
  if (phase === 'failed') {
    return `Your agent could not be set up. Our team takes it from here. ${refundSentence(record)}`.trim();
  }
  return record?.lease !== undefined
    ? workNext(record.lease)
    : (waitingNext(input, file.agent, phase) ?? restingNext(input, spec, phase));
}

const isolatedText =
  'Your agent is cut off from the network while our team looks into a report about it, or about ' +
  'a payment for it. Nothing of it is deleted meanwhile.';

/** For an agent of which nothing is left; its file may still exist. */
function goneNext(file: AgentFile | null): string {
  const deleted = 'Your agent has been deleted. Nothing of it is left.';
  const spec = file?.kind === 'valid' ? file.agent.spec : null;
  if (spec?.retired === undefined) return deleted;
  const { access, retired } = spec;
  const holds = tombstoneHolds(retired, access.state);
  if (!holds && access.state === 'granted') return anewText;
  if (!holds || (retired.by === 'finalize' && access.state === 'suspended'))
    return goneUnpaid(spec);
  return paidButRetiredSince(spec) === null ? deleted : `${deleted} ${teamKnowsText}`;
}

const anewText =
  'Your subscription is active again. A new server is created for your agent automatically; what ' +
  'was on the old one is gone.';
const teamKnowsText = 'Your subscription is active anyway; our team looks into it.';

function goneUnpaid({ access }: AgentSpec): string {
  const { why, until } = whySuspended(access);
  return (
    `Your agent has been deleted because ${why}. Nothing of it is left. A new one is created ` +
    `automatically once ${until}.`
  );
}

/** For an agent whose grace is over: it is deleted, unless a limit defers or refuses that. */
function overdueText(record: AgentRecord | null): string {
  if (hasCondition(record, refusedCondition))
    return 'is going to be deleted, with its data, once our team has confirmed it.';
  return hasCondition(record, deferredCondition)
    ? 'is going to be deleted, with its data, within a day.'
    : 'is being deleted now, with its data.';
}

/** For a retired agent: why, when it is deleted, and what would prevent that. */
function endOf(input: NextInput, spec: AgentSpec, retired: Retired): string {
  const { access } = spec;
  if (!tombstoneHolds(retired, access.state)) {
    return access.state === 'granted'
      ? 'Your subscription is active again, and your agent is kept. It continues automatically.'
      : suspendedNext(input, spec);
  }
  const first = {
    stripe: 'Your subscription has ended. Your agent',
    customer: 'As you asked, your agent',
    person: 'Your agent',
    finalize: 'Your agent',
  }[retired.by];
  const known = paidButRetiredSince(spec) === null ? '' : ` ${teamKnowsText}`;
  if (heldUntilMs(spec, input.policy, input.nowMs) !== null)
    return `${first} is going to be deleted; our team keeps it for the moment.${known}`;
  const endMs =
    input.policy === null
      ? null
      : graceEndMs({ retired }, input.record, { policy: input.policy, nowMs: input.nowMs });
  if (endMs !== null && input.nowMs >= endMs)
    return `${first} ${overdueText(input.record)}${known}`;
  const when = endMs === null ? 'within 24 hours' : `at ${timeText(endMs)}`;
  const promised = `${first} is going to be deleted, with its data, ${when}`;
  if (retired.by !== 'finalize' || access.state !== 'suspended') return `${promised}.${known}`;
  const { why, until } = whySuspended(access);
  return `${promised}, because ${why}. It is kept if ${until} before then.`;
}

type Why = { readonly why: string; readonly until: string };

/** Why access is suspended, and what ends that. */
function whySuspended({ issues = [] }: AgentSpec['access']): Why {
  const has = (...some: readonly AccessIssue[]) => some.some((issue) => issues.includes(issue));
  if (has('PaymentDisputed'))
    return { why: 'a payment of yours is disputed', until: 'that is resolved' };
  if (has('FraudWarning'))
    return { why: 'your bank has questioned a payment of yours', until: 'that is resolved' };
  if (has('CollectionPaused', 'SubscriptionPaused'))
    return { why: 'your subscription is paused', until: 'it is resumed' };
  if (has('TrialUnpaid'))
    return { why: 'it waits for your first payment', until: 'that has arrived' };
  if (has('PaymentPastDue', 'PaymentUnpaid', 'PaymentIncomplete'))
    return { why: 'the last payment failed', until: 'it is paid' };
  return { why: 'your subscription is not active', until: 'it is active again' };
}

function suspendedNext({ record, policy }: NextInput, spec: AgentSpec): string {
  const { access } = spec;
  if (record?.gone !== undefined) return goneUnpaid(spec);
  if (access.issues?.includes('PaymentIncomplete') && record?.server === undefined) {
    return 'Your agent starts automatically once your first payment has arrived.';
  }
  const { why, until } = whySuspended(access);
  const off =
    record?.server !== undefined && record.server.power !== 'off'
      ? 'Your agent is being switched off'
      : 'Your agent is switched off';
  const first = `${off} because ${why}. It starts automatically once ${until}`;
  const endMs = policy === null ? null : suspensionEndMs(access, policy);
  if (endMs === null || record?.server === undefined) return `${first}.`;
  return `${first}; otherwise it is going to be deleted after ${dayText(endMs)}.`;
}

function stoppedNext(record: AgentRecord | null): string {
  if (record?.server === undefined) {
    return 'Your agent is switched off. Its server is made when you start it.';
  }
  return record.server.power === 'off'
    ? 'Your agent is switched off. It keeps its data and its address until you start it again.'
    : 'Your agent is being switched off. It keeps its data and its address.';
}

/** What an agent waits for while no run works on it; null if nothing. */
function waitingNext(input: NextInput, agent: Agent, phase: Phase): string | null {
  const { record, policy, nowMs } = input;
  if (heldUntilMs(agent.spec, policy, nowMs) !== null)
    return 'Our team is working on your agent by hand.';
  const down = downNext(record);
  if (down !== null) return down;
  if (phase === 'running') return null;
  if (hasCondition(record, 'Paused')) {
    return 'All work is paused for the moment. Your agent keeps its place and goes on afterwards.';
  }
  const tries =
    policy === null
      ? null
      : attemptState(record, agent.spec.revision, { policy, nowMs, run: null });
  if (tries?.kind === 'waiting') {
    const tried = tries.used === 1 ? 'The first try' : 'The last try';
    return `${tried} did not work${becauseOf(record)}. The next one starts at ${timeText(tries.dueMs)}.`;
  }
  const deferred = record?.conditions.find(isDeferred);
  if (deferred?.reason === 'Breaker') {
    return 'One of our providers has a problem at the moment. We keep trying by ourselves.';
  }
  const { place } = input;
  if (place !== null) {
    return `Your agent is waiting for its turn: place ${place.place} of ${place.waiting}.`;
  }
  return deferred === undefined ? null : 'Your agent is waiting for its turn.';
}

function restingNext({ record, policy }: NextInput, { access }: AgentSpec, phase: Phase): string {
  if (phase === 'queued' && record?.gone !== undefined) {
    return 'A new server is made for your agent within a few minutes. What was on the old one is gone.';
  }
  if (phase === 'queued') return 'Your agent is next: its server is made within a few minutes.';
  if (phase === 'creating' || phase === 'configuring' || phase === 'joining') {
    return 'The setup of your agent goes on within a few minutes.';
  }
  if (phase !== 'running') return 'Your agent is started within a few minutes.';
  const { until: announced, owedSince, issues } = access;
  if (announced === undefined) return 'Your agent is running. There is nothing you need to do.';
  const untilMs = timeMs(announced);
  const until = timeText(untilMs);
  const owed = (['PaymentUnpaid', 'PaymentPastDue'] as const).find((one) => issues?.includes(one));
  const graceMs =
    policy === null || owed === undefined || owedSince === undefined
      ? untilMs
      : paymentGraceEndMs(timeMs(owedSince), owed, policy.entitlement);
  // A payment does not postpone an announced end before the end of the grace.
  return owed === undefined || untilMs < graceMs
    ? `Your subscription ends at ${until}. Your agent runs until then.`
    : `Your last payment failed. Your agent keeps running until ${until}; please pay by then.`;
}

function hasCondition(record: AgentRecord | null, type: string): boolean {
  return record?.conditions.some((one) => one.type === type) === true;
}

/** e.g. `2026-11-22 13:00 UTC` */
function timeText(ms: number): string {
  const iso = new Date(ms).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

function dayText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
