/**
 * Decides what a record says of an agent whose file is gone from `main` and nowhere in its history,
 * as after a force push: only a person can bring it back, and until then nothing is done to it.
 */
import type { AgentRecord, Condition } from '../fleet/recorded.ts';

const type = 'Attention';
const reason = 'FileLost';
const message =
  'its file is gone from main, and history holds none to bring back: nothing is done to it until ' +
  'a person does';

/** Since when a record has said so; null where it does not. */
export function lostSince({ conditions }: Pick<AgentRecord, 'conditions'>): string | null {
  return conditions.find(isAboutLoss)?.since ?? null;
}

/** Null where the record says so already, or there is nothing left to lose. */
export function withFileLost(record: AgentRecord, nowMs: number): AgentRecord | null {
  if (record.gone !== undefined || lostSince(record) !== null) return null;
  const since = new Date(nowMs).toISOString();
  const lost: Condition = { type, status: 'True', reason, message, since };
  return { ...record, conditions: [...record.conditions, lost].sort(byTypeAndReason) };
}

/** Null where the record does not say so. */
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
