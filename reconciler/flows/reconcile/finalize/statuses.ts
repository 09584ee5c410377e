/**
 * Writes phases and conditions of agents without an active run whose file is the one of the plan:
 * the plan did not see later files.
 */

import type { AgentRecord, RecordFile } from '../../../core/fleet/recorded.ts';
import type { Plan } from '../../../core/plan/plan.ts';
import { mentionsOf } from '../../../core/status/mention.ts';
import { statusInPart } from '../../../core/status/standing.ts';
import { statusAfter } from '../../../core/status/status.ts';
import type { Snapshot } from '../../../ports/desired-state.ts';
import { tipOf } from '../../../ports/tip.ts';
import type { FinalizePorts } from './finalize-ports.ts';
import { type RecordUpdate, updateRecords } from './record-updates.ts';

/** Names of the agents whose record changed, sorted. A converged fleet changes none. */
export async function finalizeStatuses(
  ports: FinalizePorts,
  plan: Plan,
  records: readonly RecordFile[],
): Promise<readonly string[]> {
  const nowMs = await ports.cloud.now();
  const mentions = mentionsOf(plan);
  // Agents that were not observed keep their conditions.
  const named = plan.reading.kind === 'named' ? new Set(plan.reading.agents) : null;
  const isMeant = (id: string) => named === null || named.has(id);
  const statusOf = plan.reading.kind === 'partial' ? statusInPart : statusAfter;
  const main = await tipOf(ports, 'main');
  const files = await ports.files.at(main);
  const isAsPlanned = await unchangedSince(main, plan.basis.main);
  const known = new Map(records.map((file) => [file.id, file] as const));
  const updates: RecordUpdate[] = [];
  for (const file of files) {
    const { id } = file;
    const found = known.get(id);
    // An unreadable record is not overwritten; it is in the plan.
    if (id === null || found?.kind === 'invalid' || !isMeant(id)) continue;
    if (!isAsPlanned(file.path)) continue;
    const mention = mentions.get(id);
    const decide = (record: AgentRecord | null) => statusOf(file, record, mention, nowMs);
    updates.push({ agent: id, record: found?.record ?? null, decide });
  }
  return updateRecords(ports, updates);
}

/** Whether a path is unchanged since that commit; false where the commit cannot be read. */
async function unchangedSince(main: Snapshot, commit: string): Promise<(path: string) => boolean> {
  if (main.commit === commit) return () => true;
  const changes = await main.changesSince(commit, 'agents/');
  if (changes === null) return () => false;
  const changed = new Set(changes.map(({ path }) => path));
  return (path) => !changed.has(path);
}
