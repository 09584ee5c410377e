/** What was done for an agent once and never again, as its record remembers it. */
import type { AgentRecord } from './recorded.ts';

const receiptsKept = 50;

/** The newest last; one that is there already stays where it is. */
export function withReceipts(record: AgentRecord, receipts: readonly string[]): AgentRecord {
  const added = receipts.filter((receipt) => !record.receipts.includes(receipt));
  return { ...record, receipts: [...record.receipts, ...added].slice(-receiptsKept) };
}

/** All attempts of a revision were used up: its customer is notified once. */
export function gaveUpReceipt(revision: number): string {
  return `gave-up/${revision}`;
}

export function isGivenUp({ receipts }: Pick<AgentRecord, 'receipts'>, revision: number): boolean {
  return receipts.includes(gaveUpReceipt(revision));
}

/** A later server is tried as the first one was. */
export function withoutGivenUp(record: AgentRecord): AgentRecord {
  return {
    ...record,
    receipts: record.receipts.filter((receipt) => !receipt.startsWith('gave-up/')),
  };
}
