/**
 * Which revisions of an agent were used already. A revision is used once: attempts, give-ups and
 * receipts are counted by it, and a server that was made under it is taken for what is asked for.
 */
import type { AgentRecord } from './recorded.ts';

/** The highest that the record tells of; 0 where nothing was done yet. */
export function highestUsed(record: AgentRecord | null): number {
  if (record === null) return 0;
  const { chosen, attempts, receipts } = record;
  return Math.max(
    chosen?.revision ?? 0,
    ...attempts.map(({ revision }) => revision),
    ...receipts.map(revisionIn),
  );
}

/** Above the file's own and every one that was ever used. */
export function nextRevision(inFile: number, record: AgentRecord | null): number {
  return Math.max(inFile, highestUsed(record)) + 1;
}

/** Of `gave-up/2`, `canceled/2` and `refunded/2/2026-11-22`: 2. */
function revisionIn(purpose: string): number {
  const revision = Number(purpose.split('/')[1]);
  return Number.isSafeInteger(revision) ? revision : 0;
}
