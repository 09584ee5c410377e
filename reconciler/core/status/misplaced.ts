/**
 * Finds agent files at a wrong path: renamed, or moved into another folder. Their agents count as
 * having no file, and are not changed until a person moves the file back.
 */
import { type AgentFile, type AgentId, agentPath } from '../agent/agent.ts';

type Misplaced = AgentFile & { readonly kind: 'invalid' };

/** By the agent of the file; agents that also have a file at the right path are left out. */
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
