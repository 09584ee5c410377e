/** All former content of branch `status`, whatever its tip contains now. */
import type { AgentRecord } from '../../reconciler/core/fleet/recorded.ts';

export type Ledger = {
  /** by a server's nonce: the agent whose lease or record ever had it */
  readonly nonces: Map<string, string>;
  /** ids of servers that were ever running in a record */
  readonly running: Set<string>;
};

export function createLedger(): Ledger {
  return { nonces: new Map(), running: new Set() };
}

/** Adds a record as one commit has it. */
export function enter(ledger: Ledger, { name, lease, server, everRunning }: AgentRecord): void {
  if (lease !== undefined) ledger.nonces.set(lease.nonce, name);
  if (server === undefined) return;
  ledger.nonces.set(server.nonce, name);
  if (everRunning) ledger.running.add(server.id);
}
