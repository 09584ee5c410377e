/** What was done for an agent once and never again, as its record remembers it. */
import type { AgentRecord } from './recorded.ts';

const receiptsKept = 50;

/** The newest last; one that is there already stays where it is. */
export function withReceipts(record: AgentRecord, receipts: readonly string[]): AgentRecord {
  const added = receipts.filter((receipt) => !record.told.includes(receipt));
  return { ...record, told: [...record.told, ...added].slice(-receiptsKept) };
}

/** All attempts of a revision were used up: its customer hears of it once. */
export function gaveUpReceipt(revision: number): string {
  return `gave-up/${revision}`;
}

export function isGivenUp({ told }: Pick<AgentRecord, 'told'>, revision: number): boolean {
  return told.includes(gaveUpReceipt(revision));
}

/** A later server is tried as the first one was. */
export function withoutGivenUp(record: AgentRecord): AgentRecord {
  return { ...record, told: record.told.filter((receipt) => !receipt.startsWith('gave-up/')) };
}
