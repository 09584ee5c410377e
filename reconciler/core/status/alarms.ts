/**
 * Decides what needs a person: agents that are paid for and have no running server or are
 * retired, ended ones that are still billed, what has been refused for too long, and what keeps the
 * reconciler from working at all. Read from the files, the records, the Forge and Stripe's account
 * alone, so that it can be asked at any time, also where Hetzner does not answer.
 */
import type { AgentFile } from '../agent/agent.ts';
import type { Policy } from '../agent/policy.ts';
import { openBreakers } from '../fleet/attempt.ts';
import type { FleetCondition } from '../fleet/fleet-record.ts';
import type { AgentRecord, RecordFile } from '../fleet/recorded.ts';
import { compareText } from '../fleet/world.ts';
import { breakerMessage } from '../plan/breaker-limit.ts';
import { timeMs } from '../text/time.ts';
import {
  ended,
  entitled,
  heldRetirements,
  invalidFiles,
  notReread,
  paidButRetired,
  powerUnknown,
  standingConditions,
  unreadable,
} from './agent-alarms.ts';
import { type Alarm, alarm, minuteMs } from './alarm.ts';

/** What the Forge says about the runs of the workflow that reconciles. */
export type ReconcileRuns =
  | {
      readonly kind: 'known';
      /** when the newest one that succeeded ended; null where none ever did */
      readonly lastSuccess: string | null;
    }
  /** the Forge does not answer, or none is configured: nothing is said about runs */
  | { readonly kind: 'unknown' };

/** Whose the Stripe key is. */
export type StripeAccount =
  | { readonly kind: 'known'; readonly id: string; readonly livemode: boolean }
  /** Stripe takes the key for none of its own, or no more */
  | { readonly kind: 'refused' }
  /** Stripe does not answer, or no key is configured: nothing is said about the account */
  | { readonly kind: 'unknown' };

export type AlarmInput = {
  readonly policy: Policy;
  readonly files: readonly AgentFile[];
  readonly records: readonly RecordFile[];
  /** whether branch `status` exists: without it nothing is known of any agent */
  readonly statusExists: boolean;
  readonly account: StripeAccount;
  readonly runs: ReconcileRuns;
  /** what is wrong with the fleet as a whole */
  readonly conditions: readonly FleetCondition[];
};

export const runsMissedMax = 3;

/** Sorted by kind and scope. Empty where all is well. */
export function alarmsOf(input: AlarmInput, nowMs: number): readonly Alarm[] {
  const records = new Map(
    input.records.flatMap((one) => (one.kind === 'valid' ? [[one.id, one.record] as const] : [])),
  );
  const cases = input.files.flatMap((file) =>
    file.kind === 'valid' ? [{ file, record: records.get(file.id) ?? null }] : [],
  );
  return [
    input.statusExists ? entitled(cases, nowMs) : recordsMissing(input),
    ended(cases, nowMs),
    paidButRetired(cases),
    notReread(cases, nowMs),
    heldRetirements(cases, input.policy, nowMs),
    ...standingConditions([...records.values()], nowMs),
    powerUnknown(cases, nowMs),
    invalidFiles(input.files, records),
    unreadable(input.records),
    noSuccessfulRun(input, nowMs),
    wrongAccount(input),
    ...input.conditions.map(ofFleet),
    ...breakers([...records.values()], input.policy, nowMs),
  ]
    .filter((one) => one !== null)
    .sort((a, b) => compareText(a.kind, b.kind) || compareText(a.scope, b.scope));
}

/** Before anything is asked for there is nothing to record. */
function recordsMissing({ files }: AlarmInput): Alarm | null {
  const agents = files.map(({ id, path }) => ({ agent: id ?? path, sinceMs: null }));
  return alarm('RecordsMissing', 'page', agents, (count) => {
    return `branch status is missing: nothing is known of ${count}, paid for or not`;
  });
}

/** Every event is turned away then, and no file follows its subscription any more. */
function wrongAccount({ account, policy: { stripe } }: AlarmInput): Alarm | null {
  if (account.kind === 'unknown') return null;
  const isPinned = (one: { readonly id: string; readonly livemode: boolean }) =>
    one.id === stripe.account && one.livemode === stripe.livemode;
  if (account.kind === 'known' && isPinned(account)) return null;
  const mode = (live: boolean) => (live ? 'live mode' : 'test mode');
  const whose =
    account.kind === 'refused'
      ? 'Stripe refuses our key'
      : `the Stripe key is for ${account.id} in ${mode(account.livemode)}`;
  const message = `${whose}; policy.yaml pins ${stripe.account} in ${mode(stripe.livemode)}: no subscription is read`;
  const kind = 'WrongStripeAccount' as const;
  return { kind, severity: 'page', scope: '', agents: [], since: null, message };
}

function noSuccessfulRun({ runs, files, policy }: AlarmInput, nowMs: number): Alarm | null {
  if (runs.kind === 'unknown') return null;
  const { lastSuccess } = runs;
  const waitMs = runsMissedMax * policy.observe.everyMinutes * minuteMs;
  // Before anything is asked for nothing waits for a run.
  if (lastSuccess === null && files.length === 0) return null;
  if (lastSuccess !== null && nowMs - timeMs(lastSuccess) < waitMs) return null;
  const message =
    lastSuccess === null
      ? 'no run has ever succeeded'
      : `no run has succeeded since ${lastSuccess}: ${runsMissedMax} in a row are missing`;
  return {
    kind: 'NoSuccessfulRun',
    severity: 'page',
    scope: '',
    agents: [],
    since: lastSuccess,
    message,
  };
}

/** At once: until the clocks agree nothing is made or destroyed. */
function ofFleet({ type, since, message }: FleetCondition): Alarm {
  return { kind: type, severity: 'page', scope: '', agents: [], since, message };
}

function breakers(
  records: readonly AgentRecord[],
  policy: Policy,
  nowMs: number,
): readonly Alarm[] {
  return openBreakers(records, policy, nowMs).map((breaker) => ({
    kind: 'BreakerOpen',
    severity: 'look',
    scope: `${breaker.reason}/${breaker.location ?? 'all'}`,
    agents: [],
    since: new Date(breaker.sinceMs).toISOString(),
    message: `creates wait: ${breakerMessage(breaker)}`,
  }));
}
