/**
 * The condition FileLost of an agent whose file is neither on `main` nor in its history, as after a
 * force push: only a person can restore the file, and until then the agent is not changed.
 */
import type { AgentRecord, Condition } from '../fleet/recorded.ts';

const type = 'Attention';
const reason = 'FileLost';
const message =
  'its file is gone from main, and history holds none to bring back: nothing is done to it until ' +
  'a person does';

/** When the condition began; null without it. */
export function lostSince({ conditions }: Pick<AgentRecord, 'conditions'>): string | null {
  return conditions.find(isAboutLoss)?.since ?? null;
}

/** Adds the condition; null if the record has it already or is `gone`. */
export function withFileLost(record: AgentRecord, nowMs: number): AgentRecord | null {
  if (record.gone !== undefined || lostSince(record) !== null) return null;
  const since = new Date(nowMs).toISOString();
  const lost: Condition = { type, status: 'True', reason, message, since };
  return { ...record, conditions: [...record.conditions, lost].sort(byTypeAndReason) };
}

/** Removes the condition; null if the record does not have it. */
export function withoutFileLost(record: AgentRecord): AgentRecord | null {
  if (lostSince(record) === null) return null;
  return { ...record, conditions: record.conditions.filter((one) => !isAboutLoss(one)) };
}

function isAboutLoss(condition: Condition): boolean {
  return condition.type === type && condition.reason === reason;
}

type Named = Pick<Condition, 'type' | 'reason'>;

export function byTypeAndReason(a: Named, b: Named): number {
  return `${a.type}/${a.reason}` < `${b.type}/${b.reason}` ? -1 : 1;
}
