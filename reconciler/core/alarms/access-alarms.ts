/** Alarms about what Stripe says of a subscription: an end without a tombstone, and oddities. */
import type { AgentId } from '../agent/agent.ts';
import { heldUntilMs } from '../agent/hold.ts';
import type { Policy } from '../agent/policy.ts';
import { timeMs } from '../text/time.ts';
import { type Alarm, alarm, type Dated } from './alarm.ts';
import type { Case } from './case.ts';

/** Such an agent is switched off and never retired: a person has removed its tombstone. */
export function endedNotRetired(
  cases: readonly Case[],
  policy: Policy,
  nowMs: number,
): Alarm | null {
  const left = cases.flatMap(({ file, record }): Dated[] => {
    const { access, retired, isolated } = file.agent.spec;
    if (isolated !== undefined) return [];
    if (access.state !== 'ended' || retired !== undefined || record?.gone !== undefined) return [];
    if (heldUntilMs(file.agent.spec, policy, nowMs) !== null) return [];
    return [{ agent: file.id, sinceMs: timeMs(access.since) }];
  });
  return alarm('EndedNotRetired', 'look', left, (count) => {
    return `${count} whose access has ended, and without a tombstone or a hold: nothing removes the server`;
  });
}

/** A person has to correct these; the policy takes care of payments that are late or paused. */
const odd: ReadonlySet<string> = new Set([
  'CustomerDiffers',
  'PlanAmbiguous',
  'PlanUnknown',
  'QuantityUnsupported',
  'RegionDiffers',
  'RegionUnknown',
]);

/** One for each kind of issue. */
export function accessIssues(cases: readonly Case[]): readonly Alarm[] {
  const found = new Map<string, AgentId[]>();
  for (const { file } of cases)
    for (const issue of file.agent.spec.access.issues ?? [])
      if (odd.has(issue)) found.set(issue, [...(found.get(issue) ?? []), file.id]);
  return [...found].flatMap(([issue, agents]) => {
    const dated = agents.map((agent) => ({ agent, sinceMs: null }));
    const one = alarm('AccessIssue', 'look', dated, (count) => {
      return `${count} with a subscription that is odd (${issue}): its file keeps what it said before`;
    });
    return one === null ? [] : [{ ...one, scope: issue }];
  });
}
