/** Alarms about agents, one for each kind of problem with the number of its agents. */
import { accessEndMs } from '../agent/access-times.ts';
import type { AgentFile } from '../agent/agent.ts';
import { heldUntilMs } from '../agent/hold.ts';
import type { Policy } from '../agent/policy.ts';
import { paidButRetiredSince } from '../agent/tombstone.ts';
import type { AgentRecord, Condition, RecordFile } from '../fleet/recorded.ts';
import { failedRefunds } from '../fleet/refunds.ts';
import { lackingSince } from '../status/lacking.ts';
import { timeMs } from '../text/time.ts';
import { type Alarm, alarm, type Dated, durationText } from './alarm.ts';
import { type Case, isToRun } from './case.ts';
import { lasting, lateMs } from './condition-alarms.ts';

const entitledMinutesMax = 15;
const endedHoursMax = 20;
const unreadHoursMax = 3;
const powerUnknownMinutesMax = 60;

/** Agents that should be off, or are isolated: `EntitledWithoutServer` is raised for the others. */
export function powerUnknown(cases: readonly Case[], nowMs: number): Alarm | null {
  const others = cases.flatMap(({ file, record }) =>
    record === null || isToRun(file) ? [] : [record],
  );
  const isPowerUnknown = ({ reason }: Condition) => reason === 'PowerUnknown';
  const late = lasting(others, isPowerUnknown, lateMs(nowMs, powerUnknownMinutesMax));
  return alarm('ServerPowerUnknown', 'look', late, (count) => {
    return `${count} to be off or isolated, with a server that has been neither on nor off for ${powerUnknownMinutesMax} minutes or more`;
  });
}

export function entitled(cases: readonly Case[], nowMs: number): Alarm | null {
  const late = dated(cases, lateMs(nowMs, entitledMinutesMax), ({ file, record }) =>
    isToRun(file) ? lackingSince(file, record) : null,
  );
  return alarm('EntitledWithoutServer', 'page', late, (count, oldestMs) => {
    const most = oldestMs === null ? '' : `, the oldest for ${durationText(nowMs - oldestMs)}`;
    return `${count} paid for, and without a running server for ${entitledMinutesMax} minutes or more${most}`;
  });
}

/** Of an isolated agent nothing is deleted: `IsolationBlocksRetirement` is raised instead. */
export function ended(cases: readonly Case[], nowMs: number): Alarm | null {
  const late = dated(cases, lateMs(nowMs, endedHoursMax * 60), (one) =>
    one.file.agent.spec.isolated === undefined ? endedSince(one) : null,
  );
  return alarm('EndedButBilled', 'page', late, (count) => {
    return `${count} ended ${endedHoursMax} hours ago or more, with a server that is still billed`;
  });
}

/** Evidence is kept for as long as a person wants it, and its server is billed for as long. */
export function isolatedRetirements(cases: readonly Case[]): Alarm | null {
  const kept = dated(cases, Number.POSITIVE_INFINITY, (one) => {
    const { isolated } = one.file.agent.spec;
    const endMs = isolated === undefined ? null : endedSince(one);
    return isolated === undefined || endMs === null
      ? null
      : Math.max(endMs, timeMs(isolated.since));
  });
  return alarm('IsolationBlocksRetirement', 'look', kept, (count) => {
    return `${count} ended or retired, but kept by its isolation, with a server that is billed`;
  });
}

/** ms; null where no server of it is left, or where it has not ended. */
function endedSince({ file, record }: Case): number | null {
  const { access, retired } = file.agent.spec;
  if (record?.server === undefined || record.gone !== undefined) return null;
  const ends = [
    ...(access.state === 'ended' ? [timeMs(access.since)] : []),
    ...(retired === undefined ? [] : [timeMs(retired.at)]),
  ];
  return ends.length === 0 ? null : Math.min(...ends);
}

/** Raised at once, because the grace may be only an hour. */
export function paidButRetired(cases: readonly Case[]): Alarm | null {
  const paid = dated(cases, Number.POSITIVE_INFINITY, ({ file }) =>
    paidButRetiredSince(file.agent.spec),
  );
  return alarm('PaidButRetired', 'page', paid, (count) => {
    return `${count} paid for, and retired`;
  });
}

/**
 * The service should have read Stripe again at the end of access; until then the agent runs unpaid.
 */
export function notReread(cases: readonly Case[], nowMs: number): Alarm | null {
  const late = dated(cases, lateMs(nowMs, unreadHoursMax * 60), ({ file }) => {
    const { access, retired } = file.agent.spec;
    return access.state === 'granted' && retired === undefined ? accessEndMs(file) : null;
  });
  return alarm('AccessNotReread', 'look', late, (count) => {
    return `${count} past the end of its access for ${unreadHoursMax} hours or more, and not read from Stripe since`;
  });
}

export function heldRetirements(
  cases: readonly Case[],
  policy: Policy,
  nowMs: number,
): Alarm | null {
  const held = dated(cases, Number.POSITIVE_INFINITY, ({ file, record }) => {
    const { spec } = file.agent;
    const { retired, hold } = spec;
    if (retired === undefined || hold === undefined || record?.gone !== undefined) return null;
    if (heldUntilMs(spec, policy, nowMs) === null) return null;
    return Math.max(timeMs(retired.at), timeMs(hold.since));
  });
  return alarm('HoldBlocksRetirement', 'look', held, (count) => {
    return `${count} retired, but kept by a hold`;
  });
}

/** Of agents that are gone too: the money is owed for as long as it was not given back. */
export function refundsFailed(records: readonly AgentRecord[]): Alarm | null {
  const failed = records.flatMap((record): Dated[] => {
    const [first] = failedRefunds(record);
    return first === undefined ? [] : [{ agent: record.name, sinceMs: timeMs(first.asked) }];
  });
  return alarm('RefundFailed', 'look', failed, (count) => {
    return `${count} with a refund that its bank returned`;
  });
}

/** Agents with a problem since `latestMs` or earlier. */
function dated(
  cases: readonly Case[],
  latestMs: number,
  sinceOf: (one: Case) => number | null,
): readonly Dated[] {
  return cases.flatMap((one): Dated[] => {
    const sinceMs = sinceOf(one);
    return sinceMs !== null && sinceMs <= latestMs ? [{ agent: one.file.id, sinceMs }] : [];
  });
}

export function invalidFiles(
  files: readonly AgentFile[],
  records: ReadonlyMap<string, AgentRecord>,
): Alarm | null {
  const invalid = files.flatMap((file): Dated[] => {
    if (file.kind === 'valid') return [];
    const agent = file.id ?? file.names ?? file.path;
    const since = records.get(agent)?.conditions.find(({ type }) => type === 'Frozen')?.since;
    return [{ agent, sinceMs: since === undefined ? null : timeMs(since) }];
  });
  return alarm('InvalidFile', 'look', invalid, (count) => {
    return `${count} frozen by a file that cannot be read`;
  });
}

export function unreadable(records: readonly RecordFile[]): Alarm | null {
  const broken = records.flatMap((file): Dated[] =>
    file.kind === 'valid' ? [] : [{ agent: file.id ?? file.path, sinceMs: null }],
  );
  return alarm('UnreadableRecord', 'page', broken, (count) => {
    return `${count} with a record that cannot be read: nothing is made or destroyed until it can`;
  });
}
