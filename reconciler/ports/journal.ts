/** The records of branch `status`. Every method throws `Failure`. */
import type { AgentId } from '../core/agent/agent.ts';
import type { AgentRecord, RecordFile } from '../core/fleet/recorded.ts';
import type { Snapshot } from './desired-state.ts';

/**
 * The records of branch `status`, one writer a process. `update` decides on the newest record and
 * decides again where a push was lost; `now` returns after the push, `soon` may wait for company.
 */
export type Journal = {
  /** The newest; at that snapshot of the branch, or without it, where one is given. */
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
   * The same at once, for what depends on other agents too: `records` are all that can be read at the
   * commit that is built on. Where another run was faster, it is decided again on what that one wrote.
   */
  updateAmong(
    agent: AgentId,
    decide: (current: AgentRecord | null, records: readonly AgentRecord[]) => AgentRecord | null,
  ): Promise<AgentRecord | null>;
  /** Takes a record away that says that it is over, with the next push; false where it does not. */
  forget(agent: AgentId, isOver: (record: AgentRecord) => boolean): Promise<boolean>;
  flush(): Promise<void>;
};
