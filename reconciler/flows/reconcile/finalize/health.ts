/**
 * Writes `Unhealthy` to records of agents whose heartbeats were missing or bad for an hour, as the
 * replicas of the service report, and removes it from those that are healthy again.
 */

import type { AgentRecord, RecordFile } from '../../../core/fleet/recorded.ts';
import { findingsOf } from '../../../core/heartbeats/long-unhealthy.ts';
import { withHealth } from '../../../core/status/unhealthy.ts';
import { tipOf } from '../../../ports/tip.ts';
import { readReports } from '../../shared/heartbeat-objects.ts';
import { readPolicy } from '../../shared/read-catalog.ts';
import type { FinalizePorts } from './finalize-ports.ts';
import { type RecordUpdate, updateRecords } from './record-updates.ts';

/** Names of the agents whose record changed, sorted. */
export async function finalizeHealth(
  ports: FinalizePorts,
  records: readonly RecordFile[],
): Promise<readonly string[]> {
  const main = await tipOf(ports, 'main');
  const policy = await readPolicy(main);
  if (policy === null) return [];
  // The service's clock, and ours: heartbeats are signed by wall time.
  const nowMs = ports.clock.now();
  const sends = policy.heartbeats !== undefined;
  const all = { nowMs, wants: () => true };
  const reports = sends ? await readReports(ports.archive, policy.fleet, all) : [];
  const files = new Map((await ports.files.at(main)).map((file) => [file.path, file] as const));
  // Without heartbeats no file counts: what was noted before is removed.
  const fleet = { files: sends ? files : new Map(), records };
  const known = new Map(records.map((file) => [file.id, file] as const));
  const updates: RecordUpdate[] = [];
  for (const [agent, finding] of findingsOf(reports, fleet, nowMs)) {
    const found = known.get(agent);
    if (found?.kind !== 'valid') continue;
    const decide = (record: AgentRecord | null) =>
      record === null || record.gone !== undefined ? null : withHealth(record, finding);
    updates.push({ agent, record: found.record, decide });
  }
  return updateRecords(ports, updates);
}
