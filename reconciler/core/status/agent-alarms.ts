/** Alarms about agents: what is wrong with each, counted in one. */
import { type AgentFile, shouldRun } from '../agent/agent.ts';
import { heldUntilMs } from '../agent/hold.ts';
import type { Policy } from '../agent/policy.ts';
import { paidButRetiredSince } from '../agent/tombstone.ts';
import type { AgentRecord, RecordFile } from '../fleet/recorded.ts';
import { deepCheckCondition } from '../plan/deep-check.ts';
import { timeMs } from '../text/time.ts';
import { type Alarm, alarm, type Dated, durationText, minuteMs } from './alarm.ts';
import { lostSince } from './file-lost.ts';
import { lackingSince } from './lacking.ts';

const entitledMinutesMax = 15;
const endedHoursMax = 20;
const unreadHoursMax = 3;
const refusedMinutesMax = 60;
const spareMinutesMax = 60;

export type Case = {
  readonly file: AgentFile & { kind: 'valid' };
  readonly record: AgentRecord | null;
};

export function entitled(cases: readonly Case[], nowMs: number): Alarm | null {
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

export function ended(cases: readonly Case[], nowMs: number): Alarm | null {
  const late = cases.flatMap(({ file, record }): Dated[] => {
    const { access, retired } = file.agent.spec;
    const ends = [
      ...(access.state === 'ended' ? [timeMs(access.since)] : []),
      ...(retired === undefined ? [] : [timeMs(retired.at)]),
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

/** At once: the grace is an hour, and what it destroys does not come back. */
export function paidButRetired(cases: readonly Case[]): Alarm | null {
  const paid = cases.flatMap(({ file }): Dated[] => {
    const sinceMs = paidButRetiredSince(file.agent.spec);
    return sinceMs === null ? [] : [{ agent: file.id, sinceMs }];
  });
  return alarm('PaidButRetired', 'page', paid, (count) => {
    return `${count} paid for, and retired all the same`;
  });
}

/** Past `until` Stripe's word is asked for again; where nobody does, the agent runs on unpaid. */
export function notReread(cases: readonly Case[], nowMs: number): Alarm | null {
  const late = cases.flatMap(({ file }): Dated[] => {
    const { access, retired } = file.agent.spec;
    const until = access.state === 'granted' && retired === undefined ? access.until : undefined;
    if (until === undefined) return [];
    const sinceMs = timeMs(until);
    return nowMs - sinceMs >= unreadHoursMax * 60 * minuteMs ? [{ agent: file.id, sinceMs }] : [];
  });
  return alarm('AccessNotReread', 'look', late, (count) => {
    return `${count} past the end of its access for ${unreadHoursMax} hours or more, and Stripe not asked since`;
  });
}

export function heldRetirements(
  cases: readonly Case[],
  policy: Policy,
  nowMs: number,
): Alarm | null {
  const held = cases.flatMap(({ file, record }): Dated[] => {
    const { spec } = file.agent;
    const { retired, hold } = spec;
    if (retired === undefined || hold === undefined || record?.gone !== undefined) return [];
    if (heldUntilMs(spec, policy, nowMs) === null) return [];
    return [{ agent: file.id, sinceMs: Math.max(timeMs(retired.at), timeMs(hold.since)) }];
  });
  return alarm('HoldBlocksRetirement', 'look', held, (count) => {
    return `${count} retired, but kept by a hold`;
  });
}

export function refused(records: readonly AgentRecord[], nowMs: number): Alarm | null {
  const late = records.flatMap(({ name, conditions }): Dated[] => {
    const since = conditions.find(({ type }) => type === 'Refused')?.since;
    const sinceMs = since === undefined ? null : timeMs(since);
    const isLate = sinceMs !== null && nowMs - sinceMs >= refusedMinutesMax * minuteMs;
    return isLate ? [{ agent: name, sinceMs }] : [];
  });
  return alarm('RefusedForLong', 'page', late, (count) => {
    return `${count} with a change that a limit has refused for ${refusedMinutesMax} minutes or more`;
  });
}

/** It runs and is billed, and the reconciler cannot decide by itself whose it is. */
export function spareServers(records: readonly AgentRecord[], nowMs: number): Alarm | null {
  const spare = records.flatMap(({ name, conditions }): Dated[] => {
    const since = conditions.find(({ reason }) => reason === 'SpareServer')?.since;
    const sinceMs = since === undefined ? null : timeMs(since);
    const isLate = sinceMs !== null && nowMs - sinceMs >= spareMinutesMax * minuteMs;
    return isLate ? [{ agent: name, sinceMs }] : [];
  });
  return alarm('SpareServer', 'page', spare, (count) => {
    return `${count} with a server that carries its label and cannot be told to be its own, for ${spareMinutesMax} minutes or more`;
  });
}

/** What its customer canceled is not ended at Stripe, or not refunded, and no other try will change that. */
export function stripeRefusals(records: readonly AgentRecord[]): Alarm | null {
  const stuck = records.flatMap(({ name, conditions }): Dated[] => {
    const since = conditions.find(({ reason }) => reason === 'StripeRefuses')?.since;
    return since === undefined ? [] : [{ agent: name, sinceMs: timeMs(since) }];
  });
  return alarm('StripeRefuses', 'look', stuck, (count) => {
    return `${count} canceled by their customers, which Stripe refuses to cancel or to refund`;
  });
}

/** Our own reading is wrong, or something was changed that it does not look at. */
export function disagreeing(records: readonly AgentRecord[]): Alarm | null {
  const doubted = records.flatMap(({ name, conditions, gone }): Dated[] => {
    const since = conditions.find(({ type }) => type === deepCheckCondition)?.since;
    return since === undefined || gone ? [] : [{ agent: name, sinceMs: timeMs(since) }];
  });
  return alarm('DeepCheckDisagrees', 'look', doubted, (count) => {
    return `${count} of which Terraform finds something else than the listing says`;
  });
}

export function invalidFiles(
  files: readonly AgentFile[],
  records: ReadonlyMap<string, AgentRecord>,
): Alarm | null {
  const invalid = files.flatMap((file): Dated[] => {
    if (file.kind === 'valid') return [];
    const conditions = records.get(file.id ?? file.names ?? '')?.conditions ?? [];
    const since = conditions.find(({ type }) => type === 'Frozen')?.since;
    return [
      {
        agent: file.id ?? file.names ?? file.path,
        sinceMs: since === undefined ? null : timeMs(since),
      },
    ];
  });
  return alarm('InvalidFile', 'look', invalid, (count) => {
    return `${count} frozen by a file that cannot be read`;
  });
}

/** Nobody but a person can bring it back, and until then nothing that it asks for is done. */
export function filesLost(records: readonly AgentRecord[]): Alarm | null {
  const lost = records.flatMap((record): Dated[] => {
    const since = record.gone === undefined ? lostSince(record) : null;
    return since === null ? [] : [{ agent: record.name, sinceMs: timeMs(since) }];
  });
  return alarm('FileLost', 'page', lost, (count) => {
    return `${count} whose file is gone from main and nowhere in its history`;
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
