/**
 * Removes records of agents gone for 30 days; the history of branch `status` keeps them. A record
 * stays while its agent has a file, or a listing contains anything of it.
 */
import type { AgentId } from '../../../core/agent/agent.ts';
import type { AgentRecord, RecordFile } from '../../../core/fleet/recorded.ts';
import { failedRefunds } from '../../../core/fleet/refunds.ts';
import { agentNamedBy } from '../../../core/orphans/report.ts';
import type { Plan } from '../../../core/plan/plan.ts';
import { timeMs } from '../../../core/text/time.ts';
import { tipOf } from '../../../ports/tip.ts';
import type { FinalizePorts } from './finalize-ports.ts';
import { namingFilesAt } from './naming-files.ts';

const keptMs = 30 * 86_400_000;

/** Agents whose record was removed, sorted. */
export async function finalizeForgotten(
  ports: FinalizePorts,
  plan: Plan,
  records: readonly RecordFile[],
): Promise<readonly string[]> {
  if (plan.reading.kind !== 'complete') return [];
  const nowMs = await ports.cloud.now();
  const isOver = (record: AgentRecord) => isLongGone(record, nowMs);
  const old = records.flatMap((one) =>
    one.kind === 'valid' && isOver(one.record) ? [one.id] : [],
  );
  if (old.length === 0) return [];
  const namingFiles = await namingFilesAt(ports, await tipOf(ports, 'main'), new Set(old));
  const seen = seenIn(plan);
  const forgotten: string[] = [];
  for (const id of old.filter((one) => !namingFiles.has(one) && !seen.has(one)))
    if (await ports.journal.forget(id, isOver)) forgotten.push(id);
  if (forgotten.length > 0) await ports.journal.flush();
  return forgotten.sort();
}

/** A refund that a bank returned is owed until a person has given the money back. */
function isLongGone(record: AgentRecord, nowMs: number): boolean {
  const { gone, lease } = record;
  if (gone === undefined || lease !== undefined || failedRefunds(record).length > 0) return false;
  return nowMs - timeMs(gone) >= keptMs;
}

/** Agents named by an orphan, a waiting server or a lock. */
function seenIn({ orphans, waiting, locks, basis }: Plan): ReadonlySet<string> {
  return new Set([
    ...orphans.flatMap((orphan): readonly AgentId[] => {
      const agent = agentNamedBy(orphan, basis.fleet);
      return agent === null ? [] : [agent];
    }),
    ...waiting.map(({ agent }) => agent),
    ...locks.map(({ agent }) => agent),
  ]);
}
