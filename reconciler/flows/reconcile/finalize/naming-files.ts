/**
 * Finds files that name agents whose own file is gone, at any path. A valid file names its own
 * agent only; an invalid one names every agent in it, by path, name or subscription.
 */
import { agentIdOf } from '../../../core/agent/agent.ts';
import type { Snapshot } from '../../../ports/desired-state.ts';
import type { FinalizePorts } from './finalize-ports.ts';

/** Paths of naming files by agent id; agents without one are left out. */
export async function namingFilesAt(
  ports: FinalizePorts,
  snapshot: Snapshot,
  agents: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string>> {
  const namingFiles = new Map<string, string>();
  if (agents.size === 0) return namingFiles;
  const addFor = (agent: string, path: string) => {
    if (agents.has(agent) && !namingFiles.has(agent)) namingFiles.set(agent, path);
  };
  const files = await ports.files.at(snapshot);
  for (const file of files) if (file.kind === 'valid') addFor(file.id, file.path);
  const broken = files.filter(({ kind }) => kind === 'invalid');
  const strays = (await snapshot.list('agents/')).filter(({ path }) => path.endsWith('.yml'));
  const unread = [...broken, ...strays];
  const texts = await snapshot.readAll(unread.map(({ oid }) => oid));
  for (const { path, oid } of unread)
    for (const agent of namedIn(`${path} ${texts.get(oid) ?? ''}`)) addFor(agent, path);
  return namingFiles;
}

function namedIn(text: string): readonly string[] {
  const subscriptions = text.match(/\bsub_[A-Za-z0-9_]+/g) ?? [];
  return [...(text.match(/agt-[0-9a-z]{12}/g) ?? []), ...subscriptions.map(agentIdOf)];
}
