/**
 * Decides what a record says after a run that could not see everything: what was said before stands,
 * where the plan has nothing to say of an agent or merely waits for a whole reading. Otherwise each
 * outage would wipe out every refusal, and the time since when it has been one. What is certainly
 * known counts anyway: that there is a file, and that it is another one than before.
 */
import type { AgentFile } from '../agent/agent.ts';
import type { AgentRecord, Condition } from '../fleet/recorded.ts';
import { byTypeAndReason, withoutFileLost } from './file-lost.ts';
import type { Mention } from './mention.ts';
import { sameStatus, statusAfter } from './status.ts';

/** The record as it should read now; null where it reads so already. */
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
  const said = new Set(next.conditions.map(keyOf));
  const standing = (found ?? record).conditions.filter((one) => !said.has(keyOf(one)));
  const conditions = [...next.conditions, ...standing].sort(byTypeAndReason);
  const merged = { ...next, conditions };
  return sameStatus(record, merged) ? null : merged;
}

function merelyWaits({ idle, deferred, refused, deepCheck, change }: Mention): boolean {
  if (change !== null || deferred !== null || refused !== null || deepCheck !== null) return false;
  return idle.every(({ reason }) => reason === 'PartialReading');
}

function keyOf({ type, status, reason }: Condition): string {
  return `${type}/${status}/${reason}`;
}
