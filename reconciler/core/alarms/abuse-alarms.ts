/** Alarms about reports of banks, and about isolations that are not ended. */
import { isReported, issueOfReport, paymentReports } from '../agent/payment-reports.ts';
import { counted } from '../text/counted.ts';
import { dayMs, timeMs } from '../text/time.ts';
import { type Alarm, alarm, type Dated } from './alarm.ts';
import type { Case } from './case.ts';

/** Its server is billed, and its evidence is kept, for as long as it lasts. */
const isolatedDaysMax = 7;

const textOf = {
  dispute: 'whose customer has a disputed payment',
  fraudWarning: 'whose customer has a payment that is reported as fraud',
} as const;

/** One for each kind of report, whatever `policy.abuse` makes of it. */
export function abuseReported(cases: readonly Case[]): readonly (Alarm | null)[] {
  const here = cases.filter(({ record }) => record?.gone === undefined);
  return paymentReports.map((report) => {
    const issue = issueOfReport[report];
    const of = here.filter(({ file }) => file.agent.spec.access.issues?.includes(issue) === true);
    const isolated = of.filter(({ file }) => file.agent.spec.isolated !== undefined).length;
    const dated = of.map(({ file }): Dated => ({ agent: file.id, sinceMs: null }));
    const found = alarm('AbuseReported', 'look', dated, (count) => {
      return `${count} ${textOf[report]}, ${isolated === 0 ? 'none' : isolated} of them isolated`;
    });
    return found === null ? null : { ...found, scope: issue };
  });
}

/**
 * While a report is open `AbuseReported` is raised, and for an agent that has ended, with a server,
 * `IsolationBlocksRetirement`. The end of a report releases no agent.
 */
export function isolatedForLong(cases: readonly Case[], nowMs: number): Alarm | null {
  const left = cases.flatMap(({ file, record }): Dated[] => {
    const { isolated, access, retired } = file.agent.spec;
    if (isolated === undefined || isReported(access)) return [];
    const isEnded = retired !== undefined || access.state === 'ended';
    if (isEnded && record?.server !== undefined) return [];
    const sinceMs = timeMs(isolated.since);
    return nowMs - sinceMs < isolatedDaysMax * dayMs ? [] : [{ agent: file.id, sinceMs }];
  });
  return alarm('IsolatedForLong', 'look', left, (count) => {
    return `${count} isolated for ${counted(isolatedDaysMax, 'day')} or more, and no payment of its customer is disputed or reported as fraud`;
  });
}
