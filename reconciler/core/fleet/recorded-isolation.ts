/** Since when a record's server is isolated, and the evidence that was made of it. */
import type { AgentRecord } from './recorded.ts';

/** The time of the first record stays: a repair of the label or the tag does not begin it anew. */
export function withIsolation(record: AgentRecord, isIsolated: boolean, at: string): AgentRecord {
  if (record.server === undefined) return record;
  const { isolation = { since: at, snapshot: null }, ...server } = record.server;
  return { ...record, server: isIsolated ? { ...server, isolation } : server };
}

export function isolationText(server: AgentRecord['server']): string | undefined {
  if (server?.isolation === undefined) return undefined;
  const { since, snapshot } = server.isolation;
  return `since ${since}, ${snapshot === null ? 'without a snapshot' : `snapshot ${snapshot}`}`;
}
