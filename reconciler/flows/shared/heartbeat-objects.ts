/**
 * What replicas of the service keep about heartbeats in the bucket: a report of each replica, which
 * the others and runs read, and the uptime of a day.
 */
import { parseReport } from '../../core/heartbeats/replica-report.ts';
import type { ReplicaReport } from '../../core/heartbeats/watching.ts';
import { dayMs, timeMs } from '../../core/text/time.ts';
import type { Archive, ArchivedObject } from '../../ports/archive.ts';

/** One older than this is of a process that ended long ago; what it knew is in the others'. */
export const reportKeptMs = dayMs;
/** Of the newest reports: a service in a crash loop makes one at each start. */
const reportsMax = 20;

export const reportsPrefix = (fleet: string) => `${fleet}/heartbeats/replicas/`;
export const daysPrefix = (fleet: string) => `${fleet}/heartbeats/days/`;
export const ending = '.json.gz';

/** @param wants which of the listed reports are read */
export async function readReports(
  archive: Pick<Archive, 'list' | 'get'>,
  fleet: string,
  { nowMs, wants }: { readonly nowMs: number; readonly wants: (report: ArchivedObject) => boolean },
): Promise<readonly ReplicaReport[]> {
  const newest = (await archive.list(reportsPrefix(fleet)))
    .filter(({ modified }) => nowMs - timeMs(modified) < reportKeptMs)
    .sort((a, b) => timeMs(b.modified) - timeMs(a.modified))
    .slice(0, reportsMax);
  const reports: ReplicaReport[] = [];
  for (const { key } of newest.filter(wants)) {
    const content = await archive.get(key);
    const report = content === null ? null : parseReport(content.toString());
    if (report !== null) reports.push(report);
  }
  return reports;
}
