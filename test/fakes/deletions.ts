/** Proofs of what was deleted: what git and the resource itself said at that moment. */
import { agentPath, parseAgentId } from '../../reconciler/core/desired/agent.ts';
import { parseAgentFile } from '../../reconciler/core/desired/agent-file.ts';
import { parseOrphanFile } from '../../reconciler/core/desired/decision-file.ts';
import { labelNames } from '../../reconciler/core/world/observed.ts';
import type { AgentRecord } from '../../reconciler/core/world/recorded.ts';
import { recordIn } from './records.ts';
import type { Deletion } from './servers.ts';
import type { FakeWorld } from './world.ts';

/** Our labels on the id or nonce that was recorded, and a commit that says so or our own create. */
export function proofsMissing(
  world: FakeWorld,
  { server, main, status }: Deletion,
): readonly string[] {
  const { labels, id } = server;
  const say = (what: string) => [`server ${id} (${server.name}) was deleted ${what}`];
  if (labels[labelNames.fleet] !== world.policy.fleet) return say('without our fleet label');
  if (orphanDecided(world, main, id)) return [];
  const agent = parseAgentId(labels[labelNames.agent] ?? '');
  if (agent === null) return say('without the name of an agent');
  const record = recordAt(world, status, agent);
  const nonce = labels[labelNames.nonce] ?? 'none';
  const known = record?.server?.id === id && record.server.nonce === nonce;
  const claimed = record?.claim?.nonce === nonce;
  if (!known && !claimed) return say('though neither its id nor its nonce was recorded');
  const file = fileAt(world, main, agent);
  const retired = file?.spec.retired !== undefined;
  const replaced =
    file !== null && record?.chosen !== undefined && file.spec.revision > record.chosen.revision;
  if (record?.everRunning === true && !retired && !replaced)
    return say('after it ran, with no tombstone and no higher revision on main');
  return [];
}

function orphanDecided(world: FakeWorld, main: string | null, id: string): boolean {
  const tree = world.git.commits.get(main ?? '')?.tree ?? new Map<string, string>();
  return [...tree]
    .filter(([path]) => path.startsWith('orphans/') && path.endsWith('.yaml'))
    .some(([path, text]) => {
      const parsed = parseOrphanFile({ path, oid: '', text });
      return parsed.ok && parsed.value.resource.id === id && parsed.value.decision === 'destroy';
    });
}

function recordAt(world: FakeWorld, commit: string | null, agent: string): AgentRecord | null {
  const id = parseAgentId(agent);
  const path = id === null ? '' : agentPath(id);
  const text = world.git.commits.get(commit ?? '')?.tree.get(path);
  if (text === undefined) return null;
  const parsed = recordIn(path, text);
  return parsed.kind === 'valid' ? parsed.record : null;
}

function fileAt(world: FakeWorld, commit: string | null, agent: string) {
  const id = parseAgentId(agent);
  const path = id === null ? '' : agentPath(id);
  const text = world.git.commits.get(commit ?? '')?.tree.get(path);
  if (text === undefined) return null;
  const parsed = parseAgentFile({ path, oid: '', text });
  return parsed.kind === 'valid' ? parsed.agent : null;
}
