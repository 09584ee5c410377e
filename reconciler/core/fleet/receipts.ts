/** Receipts in a record: purposes that were carried out for an agent and must not be repeated. */
import type { AgentRecord } from './recorded.ts';

const receiptsKept = 50;

/** Adds receipts, the newest last; an existing one keeps its place. */
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

/** What the policy promises for a given up revision was carried out at Stripe. */
export function compensatedReceipt(revision: number): string {
  return `compensated/${revision}`;
}

const pausedPrefix = 'paused/';

/** Collection of the subscription was paused because the revision was given up. */
export function pausedReceipt(revision: number): string {
  return `${pausedPrefix}${revision}`;
}

export function isPausedByUs({ receipts }: Pick<AgentRecord, 'receipts'>): boolean {
  return receipts.some((receipt) => receipt.startsWith(pausedPrefix));
}

export function withoutPaused(record: AgentRecord): AgentRecord {
  return withoutPrefixes(record, [pausedPrefix]);
}

/** Removes the give-up receipts, so that a later server has all attempts again. */
export function withoutGivenUp(record: AgentRecord): AgentRecord {
  return withoutPrefixes(record, ['gave-up/', 'compensated/']);
}

function withoutPrefixes(record: AgentRecord, prefixes: readonly string[]): AgentRecord {
  const isKept = (receipt: string) => !prefixes.some((prefix) => receipt.startsWith(prefix));
  return { ...record, receipts: record.receipts.filter(isKept) };
}
