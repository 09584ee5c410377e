/**
 * Decides what a person has to hear of: agents that are paid for and have no running server, ended
 * ones that are still billed, what has been refused for too long, and what keeps the reconciler from
 * working at all. Read from the files, the records and the Forge alone, so that it can be asked at
 * any time, also where Hetzner does not answer.
 */
import { type AgentFile, shouldRun } from '../desired/agent.ts';
import { heldUntilMs } from '../desired/hold.ts';
import type { Policy } from '../desired/policy.ts';
import { breakerMessage } from '../plan/limits.ts';
import { openBreakers } from '../world/attempt.ts';
import type { AgentRecord, RecordFile } from '../world/recorded.ts';
import { compareText } from '../world/world.ts';
import { lackingSince } from './lacking.ts';

export const alarmKinds = [
  'AccessNotReread',
  'BreakerOpen',
  'EndedButBilled',
  'EntitledWithoutServer',
  'HoldBlocksRetirement',
  'InvalidFile',
  'NoSuccessfulTick',
  'RefusedForLong',
  'UnreadableRecord',
] as const;
export type AlarmKind = (typeof alarmKinds)[number];

export type Alarm = {
  readonly kind: AlarmKind;
  /** `page`: now, at night too; `look`: today */
  readonly severity: 'page' | 'look';
  /** tells two alarms of one kind apart; empty where there can be only one */
  readonly scope: string;
  /** names of agents, or paths where a file names none, sorted */
  readonly agents: readonly string[];
  /** of the oldest; null where nothing says since when */
  readonly since: string | null;
  readonly message: string;
};

/** What the Forge says about the runs of the workflow that ticks. */
export type Ticks =
  | {
      readonly kind: 'known';
      /** when the newest one that went well ended; null where none ever did */
      readonly lastSuccess: string | null;
      readonly intervalMinutes: number;
    }
  /** the Forge does not answer, or none is configured: nothing is said about ticks */
  | { readonly kind: 'unknown' };

export type AlarmInput = {
  readonly policy: Policy;
  readonly files: readonly AgentFile[];
  readonly records: readonly RecordFile[];
  readonly ticks: Ticks;
};

export const entitledMinutesMax = 15;
export const endedHoursMax = 20;
export const unreadHoursMax = 3;
export const refusedMinutesMax = 60;
export const ticksMissedMax = 3;

const minuteMs = 60_000;

/** Sorted by kind and scope. Empty where all is well. */
export function alarmsOf(input: AlarmInput, nowMs: number): readonly Alarm[] {
  const records = new Map(
    input.records.flatMap((one) => (one.kind === 'valid' ? [[one.id, one.record] as const] : [])),
  );
  const cases = input.files.flatMap((file) =>
    file.kind === 'valid' ? [{ file, record: records.get(file.id) ?? null }] : [],
  );
  return [
    entitled(cases, nowMs),
    ended(cases, nowMs),
    notReread(cases, nowMs),
    heldRetirements(cases, input.policy, nowMs),
    refused([...records.values()], nowMs),
    invalidFiles(input.files, records),
    unreadable(input.records),
    noTick(input, nowMs),
    ...breakers([...records.values()], input.policy, nowMs),
  ]
    .filter((one) => one !== null)
    .sort((a, b) => compareText(a.kind, b.kind) || compareText(a.scope, b.scope));
}

type Case = { readonly file: AgentFile & { kind: 'valid' }; readonly record: AgentRecord | null };
type Dated = { readonly agent: string; readonly sinceMs: number | null };

function entitled(cases: readonly Case[], nowMs: number): Alarm | null {
  const late = cases.flatMap(({ file, record }): Dated[] => {
    const sinceMs = shouldRun(file.agent) ? lackingSince(file, record) : null;
    const isLate = sinceMs !== null && nowMs - sinceMs >= entitledMinutesMax * minuteMs;
    return isLate ? [{ agent: file.id, sinceMs }] : [];
  });
  return alarm('EntitledWithoutServer', 'page', late, (count, oldestMs) => {
    const most = oldestMs === null ? '' : `, the oldest for ${durationText(nowMs - oldestMs)}`;
    return `${count} paid for, and without a running server for ${entitledMinutesMax} minutes or more${most}`;
  });
}

function ended(cases: readonly Case[], nowMs: number): Alarm | null {
  const late = cases.flatMap(({ file, record }): Dated[] => {
    const { access, retired } = file.agent.spec;
    const ends = [
      ...(access.state === 'ended' ? [Date.parse(access.since)] : []),
      ...(retired === undefined ? [] : [Date.parse(retired.at)]),
    ];
    const sinceMs = Math.min(...ends);
    const billed = record?.server !== undefined && record.gone === undefined;
    const isLate = ends.length > 0 && nowMs - sinceMs >= endedHoursMax * 60 * minuteMs;
    return billed && isLate ? [{ agent: file.id, sinceMs }] : [];
  });
  return alarm('EndedButBilled', 'page', late, (count) => {
    return `${count} ended ${endedHoursMax} hours ago or more, with a server that is still billed`;
  });
}

/** Past `until` Stripe's word is asked for again; where nobody does, the agent runs on unpaid. */
function notReread(cases: readonly Case[], nowMs: number): Alarm | null {
  const late = cases.flatMap(({ file }): Dated[] => {
    const { access, retired } = file.agent.spec;
    const until = access.state === 'granted' && retired === undefined ? access.until : undefined;
    const sinceMs = Date.parse(until ?? '');
    return nowMs - sinceMs >= unreadHoursMax * 60 * minuteMs ? [{ agent: file.id, sinceMs }] : [];
  });
  return alarm('AccessNotReread', 'look', late, (count) => {
    return `${count} past the end of its access for ${unreadHoursMax} hours or more, and Stripe not asked since`;
  });
}

function heldRetirements(cases: readonly Case[], policy: Policy, nowMs: number): Alarm | null {
  const held = cases.flatMap(({ file, record }): Dated[] => {
    const { spec } = file.agent;
    const isHeld = spec.retired !== undefined && heldUntilMs(spec, policy, nowMs) !== null;
    if (!isHeld || record?.gone !== undefined) return [];
    const times = [spec.retired?.at, spec.hold?.since].map((one) => Date.parse(one ?? ''));
    return [{ agent: file.id, sinceMs: Math.max(...times) }];
  });
  return alarm('HoldBlocksRetirement', 'look', held, (count) => {
    return `${count} retired, but kept by a hold`;
  });
}

function refused(records: readonly AgentRecord[], nowMs: number): Alarm | null {
  const late = records.flatMap(({ name, conditions }): Dated[] => {
    const since = conditions.find(({ type }) => type === 'Refused')?.since;
    const sinceMs = since === undefined ? null : Date.parse(since);
    const isLate = sinceMs !== null && nowMs - sinceMs >= refusedMinutesMax * minuteMs;
    return isLate ? [{ agent: name, sinceMs }] : [];
  });
  return alarm('RefusedForLong', 'page', late, (count) => {
    return `${count} with a change that a limit has refused for ${refusedMinutesMax} minutes or more`;
  });
}

function invalidFiles(
  files: readonly AgentFile[],
  records: ReadonlyMap<string, AgentRecord>,
): Alarm | null {
  const invalid = files.flatMap((file): Dated[] => {
    if (file.kind === 'valid') return [];
    const conditions = records.get(file.id ?? '')?.conditions ?? [];
    const since = conditions.find(({ type }) => type === 'Frozen')?.since;
    return [
      { agent: file.id ?? file.path, sinceMs: since === undefined ? null : Date.parse(since) },
    ];
  });
  return alarm('InvalidFile', 'look', invalid, (count) => {
    return `${count} frozen by a file that cannot be read`;
  });
}

function unreadable(records: readonly RecordFile[]): Alarm | null {
  const broken = records.flatMap((file): Dated[] =>
    file.kind === 'valid' ? [] : [{ agent: file.id ?? file.path, sinceMs: null }],
  );
  return alarm('UnreadableRecord', 'page', broken, (count) => {
    return `${count} with a record that cannot be read: nothing is made or destroyed until it can`;
  });
}

function noTick({ ticks, files }: AlarmInput, nowMs: number): Alarm | null {
  if (ticks.kind === 'unknown') return null;
  const { lastSuccess, intervalMinutes } = ticks;
  const waitMs = ticksMissedMax * intervalMinutes * minuteMs;
  // Before anything is asked for nobody waits for a tick.
  if (lastSuccess === null && files.length === 0) return null;
  if (lastSuccess !== null && nowMs - Date.parse(lastSuccess) < waitMs) return null;
  const message =
    lastSuccess === null
      ? 'no tick has ever gone well'
      : `no tick has gone well since ${lastSuccess}: ${ticksMissedMax} in a row are missing`;
  return {
    kind: 'NoSuccessfulTick',
    severity: 'page',
    scope: '',
    agents: [],
    since: lastSuccess,
    message,
  };
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

function alarm(
  kind: AlarmKind,
  severity: Alarm['severity'],
  cases: readonly Dated[],
  say: (count: string, oldestMs: number | null) => string,
): Alarm | null {
  if (cases.length === 0) return null;
  const times = cases.flatMap(({ sinceMs }) => (sinceMs === null ? [] : [sinceMs]));
  const oldestMs = times.length === 0 ? null : Math.min(...times);
  const count = cases.length === 1 ? '1 agent' : `${cases.length} agents`;
  return {
    kind,
    severity,
    scope: '',
    agents: cases.map(({ agent }) => agent).sort(compareText),
    since: oldestMs === null ? null : new Date(oldestMs).toISOString(),
    message: say(count, oldestMs),
  };
}

/** In the two largest units: an alarm is read in a hurry. */
function durationText(ms: number): string {
  const minutes = Math.floor(ms / minuteMs);
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24];
  if (days > 0) return hours === 0 ? `${days} d` : `${days} d ${hours} h`;
  const rest = minutes % 60;
  return hours === 0 ? `${rest} min` : `${hours} h ${rest} min`;
}
