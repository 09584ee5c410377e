/** Writes phases and conditions of the agents whose record nobody is working on. */
import type { Plan } from '../core/plan/plan.ts';
import { statusInPart } from '../core/report/standing.ts';
import { mentionsOf, statusAfter } from '../core/report/status.ts';
import { type AgentRecord, claimIsLive, type RecordFile } from '../core/world/recorded.ts';
import { isSameRun, runOf } from '../core/world/run.ts';
import { tipOf } from './proposal.ts';
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
  const files = await ports.files.at(await tipOf(ports, 'main'));
  const known = new Map(records.map((file) => [file.id, file] as const));
  const written: string[] = [];
  const updates: Promise<unknown>[] = [];
  for (const file of files) {
    const id = file.id;
    const record = known.get(id);
    // Nobody writes over a record that cannot be read: the plan says so, and the others go on.
    if (id === null || record?.kind === 'invalid' || !isMeant(id)) continue;
    const mention = mentions.get(id);
    const over = await deadClaim(ports, record?.record.claim, nowMs);
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

type Claim = NonNullable<AgentRecord['claim']>;

/** A claim that a run left behind which is over: it stays, for its nonce, and is in nobody's way. */
export async function deadClaim(
  { forge }: SettlePorts,
  claim: Claim | undefined,
  nowMs: number,
): Promise<Claim | null> {
  if (claim === undefined) return null;
  return claimIsLive(claim, nowMs, await forge.runState(runOf(claim))) ? null : claim;
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
