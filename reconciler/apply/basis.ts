/** What is asked for as it stands on the remote now: the stop, a pause, and an agent's file. */
import type { Agent } from '../core/desired/agent.ts';
import { parseAgentFile } from '../core/desired/agent-file.ts';
import type { Ports, Snapshot } from '../ports.ts';
import { readPolicy } from '../read-catalog.ts';
import { readStop } from '../read-stop.ts';
import type { AgentChange } from './attempt.ts';

type Reads = { readonly ports: Pick<Ports, 'state' | 'log'> };

/** The remote at one moment: why nothing may be done, null where it may, and the tip of `main`. */
export type Remote = { readonly stop: string | null; readonly main: Snapshot | null };

/** A plan that was made before a stop or a pause is held up by it all the same. */
export async function lookAtRemote(reads: Reads): Promise<Remote> {
  const stop = await readStop(reads.ports, (reason) => `stopped: ${reason}`);
  if (stop !== null) return { stop, main: null };
  const main = await reads.ports.state.fetch('main');
  return { stop: main === null ? null : await pauseOf(main), main };
}

export async function stopReason(reads: Reads): Promise<string | null> {
  return (await lookAtRemote(reads)).stop;
}

/** A policy that cannot be read may say it. */
async function pauseOf(main: Snapshot): Promise<string | null> {
  const policy = await readPolicy(main);
  if (policy?.ok !== true) return 'the policy could not be read';
  const { pause } = policy.value;
  return pause === undefined ? null : `paused: ${pause.reason}`;
}

/** The blob of a path at the remote's tip; null where there is none. */
export async function fileOid({ ports }: Reads, path: string): Promise<string | null> {
  return oidIn(await ports.state.fetch('main'), path);
}

export async function oidIn(main: Snapshot | null, path: string): Promise<string | null> {
  return (await main?.read(path))?.oid ?? null;
}

/** The agent as the change's basis has it; null where its file is another one by now. */
export async function agentOnBasis(
  main: Snapshot | null,
  { basis }: AgentChange,
): Promise<Agent | null> {
  const file = (await main?.read(basis.path)) ?? null;
  if (file === null || file.oid !== basis.file) return null;
  const parsed = parseAgentFile({ path: basis.path, oid: file.oid, text: file.text });
  return parsed.kind === 'valid' ? parsed.agent : null;
}
