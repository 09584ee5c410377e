/**
 * Finds the files that stand where no run reads them: renamed, or moved into another folder. Their
 * agents have no file then, and nothing is done about them until a person has moved it back.
 */
import { type AgentFile, type AgentId, agentPath } from '../agent/agent.ts';

type Misplaced = AgentFile & { readonly kind: 'invalid' };

/** By the agent whose file it is; agents that have one of their own are left out. */
export function misplacedFiles(files: readonly AgentFile[]): ReadonlyMap<AgentId, Misplaced> {
  const filed = new Set(files.map(({ id }) => id));
  const misplaced = new Map<AgentId, Misplaced>();
  for (const file of files) {
    if (file.kind === 'valid' || file.names === undefined || filed.has(file.names)) continue;
    if (file.path !== agentPath(file.names)) misplaced.set(file.names, file);
  }
  return misplaced;
}

export function misplacedText(agent: AgentId, { path }: Misplaced): string {
  return `its file is at ${path}, where it is not read: it belongs at ${agentPath(agent)}`;
}
