/**
 * Writes the records that are decided otherwise than they stand, in few commits. The lease of a run
 * that is over stays on its record, for its nonce, and does not hold up the decision; any other lease
 * does.
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
  /** as it was read last */
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
  // Not at once with them: an update that is not queued yet would wait for another flush.
  if (writing.length > 0) await ports.journal.flush();
  return written.sort();
}

/** Decided as if the lease were not there; another lease than that belongs to a run at work. */
function beside(over: Lease | null, record: AgentRecord | null, decide: Decide) {
  if (record?.lease === undefined || over === null) return decide(record);
  const { lease, ...rest } = record;
  const isThat = isSameRun(runOf(lease), runOf(over)) && lease.since === over.since;
  if (!isThat) return decide(record);
  const decided = decide(rest);
  return decided === null ? null : { ...decided, lease };
}
