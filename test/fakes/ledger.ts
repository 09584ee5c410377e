/** What branch `status` ever said, whatever its tip says now. */
import type { AgentRecord } from '../../reconciler/core/fleet/recorded.ts';

export type Ledger = {
  /** by a server's nonce: the agent whose lease or record it ever stood in */
  readonly nonces: Map<string, string>;
  /** ids of servers that a record ever called running */
  readonly running: Set<string>;
};

export function createLedger(): Ledger {
  return { nonces: new Map(), running: new Set() };
}

/** Takes in a record as one commit has it. */
export function enter(ledger: Ledger, { name, lease, server, everRunning }: AgentRecord): void {
  if (lease !== undefined) ledger.nonces.set(lease.nonce, name);
  if (server === undefined) return;
  ledger.nonces.set(server.nonce, name);
  if (everRunning) ledger.running.add(server.id);
}
