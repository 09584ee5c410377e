/** Reads an agent's file from `main` for comparison with a change's basis. */
import type { Agent } from '../../../core/agent/agent.ts';
import { agentFileAt } from '../../../ports/at-snapshot.ts';
import type { Snapshot } from '../../../ports/desired-state.ts';
import type { AgentChange } from './attempt.ts';

/** The blob of a path; null where there is none. */
export async function oidIn(main: Snapshot | null, path: string): Promise<string | null> {
  return (await main?.read(path))?.oid ?? null;
}

/** The agent, if its file is still the one of the change's basis; otherwise null. */
export async function agentOnBasis(
  main: Snapshot | null,
  { basis }: AgentChange,
): Promise<Agent | null> {
  const file = await agentFileAt(main, basis.path);
  return file?.kind === 'valid' && file.oid === basis.file ? file.agent : null;
}
