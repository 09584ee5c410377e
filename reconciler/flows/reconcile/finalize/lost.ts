/**
 * Says on the records of agents whose file is nowhere in history that it is so, for as long as it is:
 * such an agent has no file that could speak for it, and what is not said there nobody would see.
 */

import type { AgentRecord, RecordFile } from '../../../core/fleet/recorded.ts';
import { withFileLost, withoutFileLost } from '../../../core/status/file-lost.ts';
import type { RemovedFiles } from './removed.ts';
import type { SettlePorts } from './settle-ports.ts';
import { beside, deadClaim } from './statuses.ts';

/** Names of the agents whose record changed, sorted. */
export async function settleLost(
  ports: SettlePorts,
  { judged, lost }: Pick<RemovedFiles, 'judged' | 'lost'>,
  records: readonly RecordFile[],
): Promise<readonly string[]> {
  if (judged.length === 0) return [];
  const nowMs = await ports.cloud.now();
  const known = new Map<string | null, RecordFile>(records.map((file) => [file.id, file]));
  const isLost = new Set(lost);
  const written: string[] = [];
  const updates: Promise<unknown>[] = [];
  for (const agent of judged) {
    const file = known.get(agent);
    if (file?.kind !== 'valid') continue;
    const over = await deadClaim(ports, file.record.claim);
    const decide = (current: AgentRecord | null) =>
      beside(over, current, (seen) => {
        if (seen === null || seen.claim !== undefined) return null;
        return isLost.has(agent) ? withFileLost(seen, nowMs) : withoutFileLost(seen);
      });
    if (decide(file.record) === null) continue;
    written.push(agent);
    updates.push(ports.journal.update(file.id, decide, 'soon'));
  }
  await Promise.all(updates);
  if (updates.length > 0) await ports.journal.flush();
  return written.sort();
}
