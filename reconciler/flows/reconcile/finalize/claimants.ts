/**
 * Finds the files that speak for agents whose own file is gone, wherever they stand and however they
 * are broken. A valid file speaks for its own agent alone, whoever else is mentioned in it; one that
 * is not valid speaks for everybody that it names, by its path, a name or a subscription.
 */
import { agentIdOf } from '../../../core/agent/agent.ts';
import type { Snapshot } from '../../../ports/desired-state.ts';
import type { SettlePorts } from './settle-ports.ts';

/** The path of the file that speaks for an agent, by the agent's id; those without one are left out. */
export async function claimantsAt(
  ports: SettlePorts,
  snapshot: Snapshot,
  agents: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const claimants = new Map<string, string>();
  if (agents.size === 0) return claimants;
  const claim = (agent: string, path: string) => {
    if (agents.has(agent) && !claimants.has(agent)) claimants.set(agent, path);
  };
  const files = await ports.files.at(snapshot);
  for (const file of files) if (file.kind === 'valid') claim(file.id, file.path);
  const broken = files.filter(({ kind }) => kind === 'invalid');
  const strays = (await snapshot.list('agents/')).filter(({ path }) => path.endsWith('.yml'));
  const unread = [...broken, ...strays];
  const texts = await snapshot.readAll(unread.map(({ oid }) => oid));
  for (const { path, oid } of unread)
    for (const agent of namedIn(`${path} ${texts.get(oid) ?? ''}`)) claim(agent, path);
  return claimants;
}

function namedIn(text: string): readonly string[] {
  const subscriptions = text.match(/\bsub_[A-Za-z0-9_]+/g) ?? [];
  return [...(text.match(/agt-[0-9a-z]{12}/g) ?? []), ...subscriptions.map(agentIdOf)];
}
