/**
 * Decides which alarms are raised: agents that are paid for and have no running server or are
 * retired, ended agents that are still billed, long refusals, and causes that stop the reconciler.
 * They depend only on files, records, the Forge and Stripe, so that they work while Hetzner is
 * down.
 */
import type { AgentFile } from '../agent/agent.ts';
import { firstProblemText } from '../agent/document.ts';
import type { IncidentsFile } from '../agent/incidents.ts';
import type { Policy } from '../agent/policy.ts';
import type { SilencesFile } from '../agent/silences.ts';
import type { ActionsMinutes } from '../fleet/actions-minutes.ts';
import { openBreakers } from '../fleet/attempt.ts';
import type { FleetCondition, FleetRecord } from '../fleet/fleet-record.ts';
import { type AgentRecord, type RecordFile, readableRecords, recordId } from '../fleet/recorded.ts';
import { newestCa } from '../fleet/user-ca.ts';
import { compareText } from '../fleet/world.ts';
import { breakerMessage } from '../plan/breaker-limit.ts';
import { dayMs, isoOf, timeMs } from '../text/time.ts';
import { abuseReported, isolatedForLong } from './abuse-alarms.ts';
import { accessIssues, endedNotRetired } from './access-alarms.ts';
import {
  ended,
  entitled,
  heldRetirements,
  invalidFiles,
  isolatedRetirements,
  notReread,
  paidButRetired,
  powerUnknown,
  refundsFailed,
  unreadable,
} from './agent-alarms.ts';
import { type Alarm, alarm, minuteMs } from './alarm.ts';
import { standingConditions } from './condition-alarms.ts';
import { crashLoops } from './crash-loops.ts';
import { type CredentialEnd, credentialsExpire } from './credential-alarms.ts';
import { mailFailing } from './mail-alarm.ts';
import { type Provisions, provisionsFail } from './provision-alarms.ts';
import { minutesForecast, quotaForecasts } from './quota-forecast.ts';

/** The Forge's runs of the workflow that reconciles. */
export type ReconcileRuns =
  | {
      readonly kind: 'known';
      /** when the newest successful run ended; null if none ever succeeded */
      readonly lastSuccess: string | null;
    }
  /** the Forge does not answer, or none is configured */
  | { readonly kind: 'unknown' };

/** The account of the Stripe key. */
export type StripeAccount =
  | { readonly kind: 'known'; readonly id: string; readonly livemode: boolean }
  /** Stripe rejects the key */
  | { readonly kind: 'refused' }
  /** Stripe does not answer, or no key is configured */
  | { readonly kind: 'unknown' };

export type AlarmInput = {
  readonly policy: Policy;
  readonly files: readonly AgentFile[];
  readonly records: readonly RecordFile[];
  /** whether branch `status` exists */
  readonly statusExists: boolean;
  readonly account: StripeAccount;
  readonly runs: ReconcileRuns;
  /** false where `fleet.yaml` cannot be read; then what it says is not known */
  readonly fleetIsReadable: boolean;
  /** conditions of the fleet as a whole */
  readonly conditions: readonly FleetCondition[];
  /** the last creates by region */
  readonly provisions: Provisions;
  /** what the quotas count beside the recorded agents, as `fleet.yaml` has it */
  readonly others: NonNullable<FleetRecord['others']>;
  /** as `fleet.yaml` has them; null where they are not counted */
  readonly actionsMinutes: ActionsMinutes | null;
  /** credentials that end, as far as their services tell */
  readonly credentials: readonly CredentialEnd[];
  readonly silences: SilencesFile;
  readonly incidents: IncidentsFile;
};

/** Between two scheduled runs of the template's workflow; the service dispatches others. */
export const scheduleMinutes = 60;
export const runsMissedMax = 3;
/** How long a CA is the newest one, and how long before that an alarm is raised. */
const caDaysMax = 90;
const caNoticeDays = 7;

/** Sorted by kind and scope. */
export function alarmsOf(input: AlarmInput, nowMs: number): readonly Alarm[] {
  const readable = readableRecords(input.records);
  const records = new Map(readable.map((record) => [recordId(record), record]));
  const cases = input.files.flatMap((file) =>
    file.kind === 'valid' ? [{ file, record: records.get(file.id) ?? null }] : [],
  );
  return [
    input.statusExists ? entitled(cases, nowMs) : recordsMissing(input),
    ended(cases, nowMs),
    paidButRetired(cases),
    notReread(cases, nowMs),
    heldRetirements(cases, input.policy, nowMs),
    isolatedRetirements(cases),
    ...standingConditions(readable, nowMs),
    refundsFailed(readable),
    mailFailing(readable, nowMs),
    powerUnknown(cases, nowMs),
    invalidFiles(input.files, records),
    unreadable(input.records),
    noSuccessfulRun(input, nowMs),
    wrongAccount(input),
    sshCaOld(input, nowMs),
    invalidIncidents(input),
    invalidSilences(input),
    endedNotRetired(cases, input.policy, nowMs),
    crashLoops(cases),
    ...accessIssues(cases),
    ...abuseReported(cases),
    isolatedForLong(cases, nowMs),
    ...provisionsFail(input.provisions, nowMs),
    ...quotaForecasts(readable, input, nowMs),
    minutesForecast(input, nowMs),
    ...credentialsExpire(input.credentials, nowMs),
    ...input.conditions.map(ofFleet),
    ...breakers(readable, input.policy, nowMs),
  ]
    .filter((one) => one !== null)
    .sort((a, b) => compareText(a.kind, b.kind) || compareText(a.scope, b.scope));
}

/** Raised only if there are files: before, there is nothing to record. */
function recordsMissing({ files }: AlarmInput): Alarm | null {
  const agents = files.map(({ id, path }) => ({ agent: id ?? path, sinceMs: null }));
  return alarm('RecordsMissing', 'page', agents, (count) => {
    return `branch status is missing: nothing is known of ${count}, paid for or not`;
  });
}

/** With a wrong account every event is refused and files no longer follow their subscriptions. */
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

function noSuccessfulRun({ runs, files }: AlarmInput, nowMs: number): Alarm | null {
  if (runs.kind === 'unknown') return null;
  const { lastSuccess } = runs;
  const waitMs = runsMissedMax * scheduleMinutes * minuteMs;
  // Without files no run is needed.
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

/** Raised a week before, because a new CA has to reach every host before it is used. */
function sshCaOld({ policy }: AlarmInput, nowMs: number): Alarm | null {
  const newest = newestCa(policy);
  if (newest === null) return null;
  const untilMs = timeMs(newest.since) + caDaysMax * dayMs;
  if (nowMs < untilMs - caNoticeDays * dayMs) return null;
  const message = `the newest SSH CA is in force since ${newest.since}: replace it by ${isoOf(untilMs)}`;
  const kind = 'SshCaOld' as const;
  return { kind, severity: 'look', scope: '', agents: [], since: newest.since, message };
}

function invalidIncidents({ incidents }: AlarmInput): Alarm | null {
  if (incidents.kind === 'valid') return null;
  const message = `no published incident is shown: ${firstProblemText(incidents.problems)}`;
  const kind = 'InvalidIncidents' as const;
  return { kind, severity: 'look', scope: '', agents: [], since: null, message };
}

function invalidSilences({ silences }: AlarmInput): Alarm | null {
  if (silences.kind === 'valid') return null;
  const message = `no alarm is silenced: ${firstProblemText(silences.problems)}`;
  const kind = 'InvalidSilences' as const;
  return { kind, severity: 'look', scope: '', agents: [], since: null, message };
}

/** Until the clocks agree no server is created or destroyed; the others were found by a daily check. */
function ofFleet({ type, since, message, agents = [] }: FleetCondition): Alarm {
  const severity = type === 'ClocksDisagree' ? 'page' : 'look';
  return { kind: type, severity, scope: '', agents, since, message };
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
