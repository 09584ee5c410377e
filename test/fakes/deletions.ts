/**
 * Proofs of deletions: the content of git and of the resource itself at that moment. Whether a
 * server ever ran is decided by its history, whatever its record contains.
 */
import { parseAgentId, type Retired } from '../../reconciler/core/agent/agent.ts';
import { parseOrphanFile } from '../../reconciler/core/agent/decision-file.ts';
import { labelNames } from '../../reconciler/core/fleet/observed.ts';
import { builderLease, fileAt, recordAt, treeAt } from './at-commit.ts';
import type { Ledger } from './ledger.ts';
import type { Deletion } from './servers.ts';
import type { FakeWorld } from './world.ts';

/** Our labels on the recorded id or nonce, and a commit that asks for it or our own create. */
export function proofsMissing(
  { git, policy, project }: FakeWorld,
  { server, main, status, paying }: Deletion,
  ledger: Ledger,
): readonly string[] {
  const { labels, id } = server;
  const say = (what: string) => [`server ${id} (${server.name}) was deleted ${what}`];
  if (labels[labelNames.fleet] !== policy.fleet) return say('without our fleet label');
  if (orphanDecided({ git }, main, id)) return [];
  if (builderLease(git, status, server) !== null) return [];
  const agent = parseAgentId(labels[labelNames.agent] ?? '');
  if (agent === null) return say('without the name of an agent');
  const record = recordAt(git, status, agent);
  const nonce = labels[labelNames.nonce] ?? 'none';
  const known = record?.server?.id === id && record.server.nonce === nonce;
  const leased = record?.lease?.nonce === nonce;
  // A branch that was rewritten since does not undo what was recorded.
  const wasKnown = git.rewritten.has('status') && ledger.nonces.get(nonce) === agent;
  if (!known && !leased && !wasKnown)
    return say('though neither its id nor its nonce was recorded');
  const isRecorded = record?.everRunning === true || ledger.running.has(id);
  if (!isRecorded && !project.ran.has(id)) return [];
  const ran = isRecorded ? 'after it ran' : 'although it is marked as having run';
  const spec = fileAt(git, main, agent)?.spec;
  const revision = Number(server.made[labelNames.revision] ?? 1);
  const replaced = spec !== undefined && spec.revision > revision;
  if (spec?.retired === undefined && !replaced)
    return say(`${ran}, with no tombstone and no higher revision on main`);
  const isPaid = paying.includes(server.made[labelNames.subscription] ?? '');
  if (isForMoney(spec?.retired) && !replaced && isPaid)
    return say(`${ran}, because of money, and it is paid for`);
  if (record?.lease?.change === 'rollback') return say(`${ran}, by a rollback`);
  return [];
}

/** By a run, and not because a person removed the file. */
function isForMoney(retired: Retired | undefined): boolean {
  return retired !== undefined && ['stripe', 'finalize'].includes(retired.by) && !retired.cites;
}

/** Whether `main` has a decision to destroy this very resource. */
export function orphanDecided(
  { git }: Pick<FakeWorld, 'git'>,
  main: string | null,
  id: string,
): boolean {
  return [...treeAt(git, main)]
    .filter(([path]) => path.startsWith('orphans/') && path.endsWith('.yaml'))
    .some(([path, text]) => {
      const parsed = parseOrphanFile({ path, oid: '', text });
      return parsed.ok && parsed.value.resource.id === id && parsed.value.decision === 'destroy';
    });
}
