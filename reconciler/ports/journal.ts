/** Reads and writes the records of branch `status`. Every method throws `Failure`. */
import type { AgentId } from '../core/agent/agent.ts';
import type { AgentRecord, RecordFile } from '../core/fleet/recorded.ts';
import type { Snapshot } from './desired-state.ts';

/**
 * One writer per process. `update` decides on the newest record, and again after a lost push; `now`
 * returns after the push, `soon` may wait for other updates.
 */
export type Journal = {
  /** The newest records, or those of the given snapshot (null: no branch). */
  read(at?: Snapshot | null): Promise<{
    readonly commit: string | null;
    readonly records: readonly RecordFile[];
  }>;
  update(
    agent: AgentId,
    decide: (current: AgentRecord | null) => AgentRecord | null,
    urgency: 'now' | 'soon',
  ): Promise<AgentRecord | null>;
  /**
   * `update` with `now`, decided on other agents' records too: `records` are all readable ones of
   * the commit that the push is based on. After a lost push it is decided again.
   */
  updateAmong(
    agent: AgentId,
    decide: (current: AgentRecord | null, records: readonly AgentRecord[]) => AgentRecord | null,
  ): Promise<AgentRecord | null>;
  /** Removes a record for which `isOver` holds, with the next push; false where it does not. */
  forget(agent: AgentId, isOver: (record: AgentRecord) => boolean): Promise<boolean>;
  flush(): Promise<void>;
};
