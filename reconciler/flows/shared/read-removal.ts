/**
 * Checks whether finalize removed an agent's file after nothing was left of it: branch `status` had
 * `gone` for that content. The trailer proves nothing, as the title of a pull request can contain
 * one; but finalize always writes it, so without it nothing is read.
 */
import { agentIdOfPath } from '../../core/agent/agent.ts';
import { parseRecordFile } from '../../core/fleet/record-file.ts';
import { saysGone } from '../../core/fleet/recorded.ts';
import type { DesiredState } from '../../ports/desired-state.ts';

/** How many versions of a record are read: `gone` is among the last ones. */
const changesMax = 200;

export async function isOwnRemoval(
  state: Pick<DesiredState, 'fetch' | 'log' | 'textAt'>,
  removed: {
    readonly path: string;
    /** `Aura-Cause` of the commit that removed it */
    readonly cause: string | null;
    /** the file before the removal; null where it is not in history */
    readonly text: string | null;
  },
): Promise<boolean> {
  const { path, cause, text } = removed;
  if (cause !== 'finalized' || text === null || agentIdOfPath(path) === null) return false;
  if ((await state.fetch('status')) === null) return false;
  for (const { commit } of await state.log('status', changesMax, path)) {
    const record = await state.textAt(commit, path);
    if (record !== null && saysGone(parseRecordFile({ path, text: record }), text)) return true;
  }
  return false;
}
