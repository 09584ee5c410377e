/**
 * Writes phases and conditions of the agents whose record no run works on, and whose file is the one
 * that the plan was made on: of a later one no plan has seen anything yet.
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
  // Of whom was not looked at nothing is known: what is said of them stands.
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
    // A record that cannot be read is not written over: the plan says so, and the others go on.
    if (id === null || found?.kind === 'invalid' || !isMeant(id)) continue;
    if (!isAsPlanned(file.path)) continue;
    const mention = mentions.get(id);
    const decide = (record: AgentRecord | null) => statusOf(file, record, mention, nowMs);
    updates.push({ agent: id, record: found?.record ?? null, decide });
  }
  return updateRecords(ports, updates);
}

/** Which paths hold what they held at that commit; none where it cannot be read here. */
async function unchangedSince(main: Snapshot, commit: string): Promise<(path: string) => boolean> {
  if (main.commit === commit) return () => true;
  const changes = await main.changesSince(commit, 'agents/');
  if (changes === null) return () => false;
  const changed = new Set(changes.map(({ path }) => path));
  return (path) => !changed.has(path);
}
