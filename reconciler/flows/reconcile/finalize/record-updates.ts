/**
 * Writes changed records in few commits. A lease of an ended run stays on its record, for its
 * nonce, and does not block the update; any other lease does.
 */
import type { AgentId } from '../../../core/agent/agent.ts';
import type { AgentRecord, Lease } from '../../../core/fleet/recorded.ts';
import { isSameRun, runOf } from '../../../core/fleet/run.ts';
import { isLeaseLive } from '../../shared/run-state.ts';
import type { FinalizePorts } from './finalize-ports.ts';

/** null leaves the record as it is. */
type Decide = (record: AgentRecord | null) => AgentRecord | null;
export type RecordUpdate = {
  readonly agent: AgentId;
  /** as read last */
  readonly record: AgentRecord | null;
  readonly decide: Decide;
};

/** Names of the agents whose record changed, sorted. */
export async function updateRecords(
  ports: FinalizePorts,
  updates: readonly RecordUpdate[],
): Promise<readonly string[]> {
  const written: string[] = [];
  const writing: Promise<unknown>[] = [];
  for (const { agent, record, decide } of updates) {
    const lease = record?.lease;
    const over = lease === undefined || (await isLeaseLive(ports, lease)) ? null : lease;
    const decideBeside = (current: AgentRecord | null) => beside(over, current, decide);
    if (decideBeside(record) === null) continue;
    written.push(agent);
    writing.push(ports.journal.update(agent, decideBeside, 'soon'));
  }
  await Promise.all(writing);
  // Only after all are queued: a later update would need another flush.
  if (writing.length > 0) await ports.journal.flush();
  return written.sort();
}

/** Decides without the ended lease and keeps it; any other lease belongs to an active run. */
function beside(over: Lease | null, record: AgentRecord | null, decide: Decide) {
  if (record?.lease === undefined || over === null) return decide(record);
  const { lease, ...rest } = record;
  const isThat = isSameRun(runOf(lease), runOf(over)) && lease.since === over.since;
  if (!isThat) return decide(record);
  const decided = decide(rest);
  return decided === null ? null : { ...decided, lease };
}
