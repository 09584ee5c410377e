/** Every effect cites a commit: the lease before it, and the desired state on `main`. */
import {
  type Agent,
  agentPath,
  parseAgentId,
  shouldRun,
} from '../../reconciler/core/agent/agent.ts';
import { labelNames } from '../../reconciler/core/fleet/observed.ts';
import { agentIn, builderLease, recordAt } from './at-commit.ts';
import { orphanDecided } from './deletions.ts';
import type { Ledger } from './ledger.ts';
import type { Creation, Switching } from './servers.ts';
import type { RemovedDevice } from './unkind.ts';
import type { FakeWorld } from './world.ts';

/** The request may be withdrawn while Terraform works. */
const noticeMs = 20 * 60_000;

/** A server is created under a lease with its nonce, and where a file asks for a running one. */
export function uncitedCreation(
  { git }: FakeWorld,
  { server, main, status, atMs }: Creation,
  ledger: Ledger,
): readonly string[] {
  const agent = server.made[labelNames.agent] ?? '';
  const say = (what: string) => [`server ${server.id} (${server.name}) was made ${what}`];
  if (builderLease(git, status, server) !== null) return [];
  if (ledger.nonces.get(server.made[labelNames.nonce] ?? '') !== agent)
    return say('without a lease that names it');
  const asked = lately(git, { main, atMs, agent }).some((one) => shouldRun(one));
  return asked ? [] : say('although no file asked for it');
}

/**
 * The agent's file at the tip and at a recent earlier tip, where it was valid. A rewind that one of
 * two simultaneous attempts has read is unknown to the other during its call.
 */
function lately(
  git: FakeWorld['git'],
  { main, atMs, agent }: { main: string | null; atMs: number; agent: string },
): readonly Agent[] {
  const id = parseAgentId(agent);
  if (id === null) return [];
  const path = agentPath(id);
  const found: Agent[] = [];
  const tips = git.made.filter(
    ({ branch, commit }) => branch === 'main' && Date.parse(commit.at) >= atMs - noticeMs,
  );
  const left = git.left.filter((one) => one.branch === 'main' && one.atMs >= atMs - noticeMs);
  for (const tree of [
    git.commits.get(main ?? '')?.tree,
    ...tips.map(({ commit }) => commit.tree),
    ...left.map(({ id: tip }) => git.commits.get(tip)?.tree),
  ]) {
    const text = tree?.get(path);
    const file = text === undefined ? null : agentIn(path, text);
    if (file !== null) found.push(file);
  }
  return found;
}

/** The device of a live server is removed only under its own agent's lease. */
export function foreignDevice(
  { git, project }: FakeWorld,
  { device, main, status }: RemovedDevice,
): readonly string[] {
  const server = project.servers.get(device.machine ?? '');
  const agent = server?.made[labelNames.agent];
  if (server === undefined || agent === undefined || git.rewritten.has('status')) return [];
  const lease = recordAt(git, status, agent)?.lease;
  if (lease !== undefined || orphanDecided({ git }, main, device.nodeId)) return [];
  return [
    `device ${device.nodeId} of ${agent} was taken away, and nothing was done for that agent`,
  ];
}

const offBy = new Set(['power', 'resize', 'retire', 'replace', 'rollback']);
const onBy = new Set(['power', 'resize', 'create', 'resume', 'adopt']);

/** A server is switched under a lease whose change may do that: no repair stops anything. */
export function uncitedSwitching(
  { git }: FakeWorld,
  { server, status, to, via }: Switching,
): readonly string[] {
  if (builderLease(git, status, server) !== null) return [];
  const agent = server.made[labelNames.agent] ?? server.labels[labelNames.agent] ?? '';
  const change = recordAt(git, status, agent)?.lease?.change;
  const allowed = to === 'off' ? offBy : onBy;
  if (change !== undefined && allowed.has(change)) return [];
  // The content of its lease is gone with the rewritten commits.
  if (git.rewritten.has('status')) return [];
  const by = change === undefined ? 'without a lease' : `by a ${change}`;
  return [`server ${server.id} (${server.name}) was switched ${to} ${by} through its ${via}`];
}
