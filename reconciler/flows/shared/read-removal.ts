/**
 * Whether finalize itself removed an agent's file, once nothing was left of it: branch `status` said so
 * of that very content before. A commit's trailer alone proves nothing, for the title of a pull request
 * can carry one; but finalize writes it, so that without it nothing has to be read.
 */
import { agentIdOfPath } from '../../core/agent/agent.ts';
import { parseRecordFile } from '../../core/fleet/record-file.ts';
import { saysGone } from '../../core/fleet/recorded.ts';
import type { DesiredState } from '../../ports/desired-state.ts';

/** So many changes of one record are read: the word is one of its last, or its last before it went. */
const changesMax = 200;

export async function isOwnRemoval(
  state: Pick<DesiredState, 'fetch' | 'log' | 'textAt'>,
  removed: {
    readonly path: string;
    /** `Aura-Cause` of the commit that removed it */
    readonly cause: string | null;
    /** the file as it stood before; null where history does not hold it */
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
