/**
 * Which revisions of an agent were used already. A revision must be used only once: attempts,
 * give-ups, receipts and the server are identified by it.
 */
import type { AgentRecord } from './recorded.ts';

/** The highest revision in the record; 0 if there is none. */
export function highestUsed(record: AgentRecord | null): number {
  if (record === null) return 0;
  const { chosen, attempts, receipts } = record;
  return Math.max(
    chosen?.revision ?? 0,
    ...attempts.map(({ revision }) => revision),
    ...receipts.map(revisionIn),
  );
}

/** One more than the file's revision and every used one. */
export function nextRevision(inFile: number, record: AgentRecord | null): number {
  return Math.max(inFile, highestUsed(record)) + 1;
}

/** Of `gave-up/2`, `canceled/2` and `refunded/2/2026-11-22`: 2. */
function revisionIn(purpose: string): number {
  const revision = Number(purpose.split('/')[1]);
  return Number.isSafeInteger(revision) ? revision : 0;
}
