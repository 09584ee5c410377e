/**
 * What must hold in every state of a world in memory, however its processes died. Each violation is
 * a sentence; none is what a test wants to see. What happened before the last look was judged then:
 * a look costs what is new.
 */
import { labelNames } from '../../reconciler/core/world/observed.ts';
import { proofsMissing } from './deletions.ts';
import type { FakeCommit } from './git.ts';
import { recordIn } from './records.ts';
import { createSecretSearch } from './secrets.ts';
import type { FakeWorld } from './world.ts';

export function checkInvariants(world: FakeWorld): void {
  const violations = violationsOf(world);
  if (violations.length > 0) throw new Error(`invariants broken:\n${violations.join('\n')}`);
}

/** What was ever found of what happened, and what is wrong now. */
export function violationsOf(world: FakeWorld): readonly string[] {
  const memory = memories.get(world) ?? createMemory(world);
  memories.set(world, memory);
  memory.catchUp();
  return [...memory.found, ...oneServerEach(world), ...invalidRecords(world), ...spentKeys(world)];
}

/** What was seen of a world's past, and what was wrong with it. */
type Memory = { readonly found: ReadonlySet<string>; catchUp(): void };

const memories = new WeakMap<FakeWorld, Memory>();

function createMemory(world: FakeWorld): Memory {
  const found = new Set<string>();
  const rolledBack = createRollbackSearch();
  const leaked = createSecretSearch(world);
  let commits = 0;
  let deletions = 0;
  return {
    found,
    catchUp() {
      const said: string[] = [];
      const { made } = world.git;
      for (const { branch, commit } of made.slice(commits))
        if (branch === 'status') said.push(...rolledBack(commit));
      said.push(...leaked(made.slice(commits).map(({ commit }) => commit)));
      commits = made.length;
      for (const deletion of world.project.deletions.slice(deletions))
        said.push(...proofsMissing(world, deletion));
      deletions = world.project.deletions.length;
      for (const one of said) found.add(one);
    },
  };
}

/** At most one live server per subscription, of those that the flows made. */
function oneServerEach({ project }: FakeWorld): readonly string[] {
  const servers = new Map<string, string[]>();
  for (const server of project.servers.values()) {
    const subscription = server.labels[labelNames.subscription];
    if (server.planted || subscription === undefined) continue;
    servers.set(subscription, [...(servers.get(subscription) ?? []), server.id]);
  }
  return [...servers]
    .filter(([, ids]) => ids.length > 1)
    .map(([subscription, ids]) => `${subscription} has servers ${ids.join(' and ')}`);
}

/** A server that was ever running dies only by retire or replace. */
function createRollbackSearch(): (commit: FakeCommit) => readonly string[] {
  const ran = new Set<string>();
  return ({ tree, paths }) =>
    paths.flatMap((path) => {
      const parsed = recordIn(path, tree.get(path) ?? '');
      if (parsed.kind === 'invalid') return [];
      const { record } = parsed;
      const wrong = record.destroyed.filter(
        (one) => ran.has(one.server) && one.kind === 'rollback',
      );
      if (record.everRunning && record.server !== undefined) ran.add(record.server.id);
      return wrong.map((one) => `server ${one.server} of ${record.name} ran and was rolled back`);
    });
}

function invalidRecords({ git }: FakeWorld): readonly string[] {
  return [...(git.tip('status')?.tree ?? [])]
    .filter(([path]) => path.startsWith('agents/'))
    .map(([path, text]) => recordIn(path, text))
    .flatMap((parsed) => (parsed.kind === 'invalid' ? [parsed.why] : []));
}

/** An unused key is revoked or ends by itself within the time that the policy gives it. */
function spentKeys({ tailnet, time, policy }: FakeWorld): readonly string[] {
  return [...tailnet.keys.values()]
    .filter(({ secret }) => tailnet.secrets.has(secret))
    .filter(({ expiresMs }) => expiresMs > time.now() + policy.tailnet.keySeconds * 1000)
    .map(({ id }) => `auth key ${id} lives longer than the policy allows`);
}

/** What is still there of anybody: nothing, once all have gone. */
export function leftovers(world: FakeWorld): readonly string[] {
  const { project, tailnet, bucket, time } = world;
  const agentStates = [...bucket.states.keys()].filter((key) => key.includes('/agents/'));
  return [
    ...[...project.servers.values()].map(({ id, name }) => `server ${id} ${name}`),
    ...[...project.primaryIps.keys()].map((id) => `address ${id}`),
    ...[...tailnet.devices.values()].map(({ nodeId, name }) => `device ${nodeId} ${name}`),
    ...[...tailnet.keys.values()]
      .filter(({ expiresMs }) => expiresMs > time.now())
      .map(({ id }) => `auth key ${id}`),
    ...agentStates.map((key) => `state ${key}`),
    ...[...bucket.locks.keys()].map((key) => `lock ${key}`),
  ];
}
