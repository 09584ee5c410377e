/**
 * Writes `FileLost` to records of agents whose file is not in history, and removes it once a file
 * exists.
 */

import type { AgentRecord, RecordFile } from '../../../core/fleet/recorded.ts';
import { withFileLost, withoutFileLost } from '../../../core/status/file-lost.ts';
import type { FinalizePorts } from './finalize-ports.ts';
import { type RecordUpdate, updateRecords } from './record-updates.ts';
import type { RemovedFiles } from './removed.ts';

/** Names of the agents whose record changed, sorted. */
export async function finalizeLost(
  ports: FinalizePorts,
  { judged, lost }: Pick<RemovedFiles, 'judged' | 'lost'>,
  records: readonly RecordFile[],
): Promise<readonly string[]> {
  if (judged.length === 0) return [];
  const nowMs = await ports.cloud.now();
  const known = new Map<string | null, RecordFile>(records.map((file) => [file.id, file]));
  const isLost = new Set(lost);
  const updates = judged.flatMap((agent): readonly RecordUpdate[] => {
    const file = known.get(agent);
    if (file?.kind !== 'valid') return [];
    const decide = (record: AgentRecord | null) => {
      if (record === null || record.lease !== undefined) return null;
      return isLost.has(agent) ? withFileLost(record, nowMs) : withoutFileLost(record);
    };
    return [{ agent: file.id, record: file.record, decide }];
  });
  return updateRecords(ports, updates);
}
