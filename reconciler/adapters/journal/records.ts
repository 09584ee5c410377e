/** Records of branch `status` as they stand at a commit. */
import { type AgentId, agentPath } from '../../core/agent/agent.ts';
import { parseRecordFile, recordIn } from '../../core/fleet/record-file.ts';
import type { AgentRecord, RecordFile } from '../../core/fleet/recorded.ts';
import type { Snapshot } from '../../ports/desired-state.ts';
import { createShelf } from '../parse-cache/shelf.ts';

export async function recordOf(
  snapshot: Snapshot | null,
  agent: AgentId,
): Promise<AgentRecord | null> {
  return recordIn(agent, (await snapshot?.read(agentPath(agent)))?.text ?? null);
}

/** Records are parsed once for each content: most do not change between two readings. */
export function createReader(
  kept: { readonly folder: string | null; readonly version: string } = nowhere,
): (snapshot: Snapshot) => Promise<readonly RecordFile[]> {
  const shelf = createShelf({ ...kept, name: 'records', prefix: 'agents/', make: parseRecordFile });
  return (snapshot) => shelf.at(snapshot);
}

const nowhere = { folder: null, version: '' };
