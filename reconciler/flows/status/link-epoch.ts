/** The epoch that an agent's status links must carry: `spec.linkEpoch` of its file. */
import { parseDocument } from 'yaml';
import { type AgentFile, type AgentId, agentPath } from '../../core/agent/agent.ts';
import type { DesiredState } from '../../ports/desired-state.ts';

/**
 * 0 where the file has none; null where it is not known. Links of a removed file keep its last
 * epoch: a revoked link stays revoked.
 *
 * @param file the agent's file at `main`, a commit; null where it has none
 */
export async function linkEpochOf(
  state: Pick<DesiredState, 'lastRemoval' | 'textAt'>,
  id: AgentId,
  { main, file }: { readonly main: string; readonly file: AgentFile | null },
): Promise<number | null> {
  if (file?.kind === 'valid') return file.agent.spec.linkEpoch ?? 0;
  const path = agentPath(id);
  if (file !== null) return epochIn(await state.textAt(main, path));
  const removal = await state.lastRemoval(path);
  return removal === null ? 0 : epochIn(await state.textAt(removal.parent, path));
}

const rememberedMax = 2000;

/** The same, and git is asked once for an agent without a valid file at a commit. */
export function createLinkEpochs(state: Parameters<typeof linkEpochOf>[0]) {
  const known = new Map<AgentId, number | null>();
  let commit = '';
  return {
    async of(id: AgentId, at: Parameters<typeof linkEpochOf>[2]): Promise<number | null> {
      if (at.file?.kind === 'valid') return linkEpochOf(state, id, at);
      if (at.main !== commit) known.clear();
      commit = at.main;
      const before = known.get(id);
      if (before !== undefined) return before;
      const epoch = await linkEpochOf(state, id, at);
      if (at.main === commit && known.size < rememberedMax) known.set(id, epoch);
      return epoch;
    },
  };
}

/** The epoch in a file that may be invalid otherwise; null where it cannot be read. */
function epochIn(text: string | null): number | null {
  if (text === null) return null;
  const document = parseDocument(text);
  if (document.errors.length > 0) return null;
  const epoch: unknown = document.getIn(['spec', 'linkEpoch']);
  if (epoch === undefined) return 0;
  return typeof epoch === 'number' && Number.isSafeInteger(epoch) ? epoch : null;
}
