/** What is asked for as it stands on the remote now: the stop, and an agent's file. */
import type { Agent } from '../core/desired/agent.ts';
import { parseAgentFile } from '../core/desired/agent-file.ts';
import type { Ports } from '../ports.ts';
import type { AgentChange, Run } from './attempt.ts';

/** A stop that cannot be read counts as stop. */
export async function stopReason({
  ports,
}: {
  readonly ports: Pick<Ports, 'state' | 'log'>;
}): Promise<string | null> {
  try {
    const reason = await ports.state.stop();
    return reason === null ? null : `stopped: ${reason}`;
  } catch (error) {
    ports.log.warn({ error }, 'the stop ref could not be read; it counts as stop');
    return 'the stop ref could not be read';
  }
}

/** The blob of a path at the remote's tip; null where there is none. */
export async function fileOid({ ports }: Pick<Run, 'ports'>, path: string): Promise<string | null> {
  const snapshot = await ports.state.fetch('main');
  return (await snapshot?.read(path))?.oid ?? null;
}

/** The agent as the change's basis has it; null where its file is another one by now. */
export async function agentOnBasis({ ports }: Run, { basis }: AgentChange): Promise<Agent | null> {
  const snapshot = await ports.state.fetch('main');
  const file = (await snapshot?.read(basis.path)) ?? null;
  if (file === null || file.oid !== basis.file) return null;
  const parsed = parseAgentFile({ path: basis.path, oid: file.oid, text: file.text });
  return parsed.kind === 'valid' ? parsed.agent : null;
}
