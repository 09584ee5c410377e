/**
 * Writes phases and conditions of the agents whose record nobody is working on, and whose file is the one
 * that the plan was made on: of a later one no plan has seen anything yet.
 */

import type { AgentRecord, Claim, RecordFile } from '../../../core/fleet/recorded.ts';
import { isSameRun, runOf } from '../../../core/fleet/run.ts';
import type { Plan } from '../../../core/plan/plan.ts';
import { mentionsOf } from '../../../core/status/mention.ts';
import { statusInPart } from '../../../core/status/standing.ts';
import { statusAfter } from '../../../core/status/status.ts';
import type { Snapshot } from '../../../ports/desired-state.ts';
import { tipOf } from '../../../ports/tip.ts';
import { isLeaseLive } from '../../shared/run-state.ts';
import type { SettlePorts } from './settle-ports.ts';

/** Names of the agents whose record changed, sorted. A converged fleet changes none. */
export async function settleStatuses(
  ports: SettlePorts,
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
  const written: string[] = [];
  const updates: Promise<unknown>[] = [];
  for (const file of files) {
    const id = file.id;
    const record = known.get(id);
    // Nobody writes over a record that cannot be read: the plan says so, and the others go on.
    if (id === null || record?.kind === 'invalid' || !isMeant(id)) continue;
    if (!isAsPlanned(file.path)) continue;
    const mention = mentions.get(id);
    const over = await deadClaim(ports, record?.record.claim);
    const decide = (current: AgentRecord | null) =>
      beside(over, current, (seen) => statusOf(file, seen, mention, nowMs));
    if (decide(record?.record ?? null) === null) continue;
    written.push(id);
    updates.push(ports.journal.update(id, decide, 'soon'));
  }
  await Promise.all(updates);
  // Not at once with them: what has not been said yet would wait for somebody else's flush.
  if (updates.length > 0) await ports.journal.flush();
  return written.sort();
}

/** Which paths hold what they held at that commit; none where it cannot be read here. */
async function unchangedSince(main: Snapshot, commit: string): Promise<(path: string) => boolean> {
  if (main.commit === commit) return () => true;
  const changes = await main.changesSince(commit, 'agents/');
  if (changes === null) return () => false;
  const changed = new Set(changes.map(({ path }) => path));
  return (path) => !changed.has(path);
}

/** A claim that a run left behind which is over: it stays, for its nonce, and is in nobody's way. */
export async function deadClaim(
  ports: SettlePorts,
  claim: Claim | undefined,
): Promise<Claim | null> {
  return claim === undefined || (await isLeaseLive(ports, claim)) ? null : claim;
}

/** Decided as if the dead claim were not there; another claim than that is somebody's at work. */
export function beside(
  dead: Claim | null,
  record: AgentRecord | null,
  decide: (record: AgentRecord | null) => AgentRecord | null,
): AgentRecord | null {
  if (record === null) return decide(record);
  const { claim, ...rest } = record;
  if (claim === undefined || dead === null) return decide(record);
  const isThat = isSameRun(runOf(claim), runOf(dead)) && claim.since === dead.since;
  if (!isThat) return decide(record);
  const decided = decide(rest);
  return decided === null ? null : { ...decided, claim };
}
