/**
 * Updates a record after a partial reading. If the plan has no entry for the agent, or only waits
 * for a complete reading, earlier conditions stay: otherwise each outage would remove every refusal
 * and its time. Facts from git still count: that the file exists, and that it has changed.
 */
import type { AgentFile } from '../agent/agent.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import { byTypeAndReason, withoutFileLost } from './file-lost.ts';
import type { Mention } from './mention.ts';
import { conditionKey, sameStatus, statusAfter } from './status.ts';

/** The updated record; null if nothing changes. */
export function statusInPart(
  file: AgentFile,
  record: AgentRecord | null,
  mention: Mention | undefined,
  nowMs: number,
): AgentRecord | null {
  if (record === null || record.observedOid !== file.oid || record.lease !== undefined)
    return statusAfter(file, record, mention, nowMs);
  const found = withoutFileLost(record);
  if (mention === undefined) return found;
  const next = statusAfter(file, record, mention, nowMs);
  if (next === null || !merelyWaits(mention)) return next;
  const said = new Set(next.conditions.map(conditionKey));
  const standing = (found ?? record).conditions.filter((one) => !said.has(conditionKey(one)));
  const conditions = [...next.conditions, ...standing].sort(byTypeAndReason);
  const merged = { ...next, conditions };
  return sameStatus(record, merged) ? null : merged;
}

function merelyWaits({ idle, deferred, refused, deepCheck, change }: Mention): boolean {
  if (change !== null || deferred !== null || refused !== null || deepCheck !== null) return false;
  return idle.every(({ reason }) => reason === 'PartialReading');
}
