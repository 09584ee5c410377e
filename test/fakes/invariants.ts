/**
 * What must hold in every state of a world in memory, however its processes died. Each violation is
 * a sentence. The past before the last check was checked then: a check costs what is new.
 */
import { labelNames } from '../../reconciler/core/fleet/observed.ts';
import { recordIn } from './at-commit.ts';
import { proofsMissing } from './deletions.ts';
import { foreignDevice, uncitedCreation, uncitedSwitching } from './effects.ts';
import { overwritten } from './file-edits.ts';
import type { FakeCommit } from './git.ts';
import { shownKey } from './hosts.ts';
import { createLedger, enter } from './ledger.ts';
import { mailedTooOften } from './mail.ts';
import { refundedTooOften } from './refunded.ts';
import { createSecretSearch } from './secrets.ts';
import type { FakeWorld } from './world.ts';

export function checkInvariants(world: FakeWorld): void {
  const violations = violationsOf(world);
  if (violations.length > 0) throw new Error(`invariants broken:\n${violations.join('\n')}`);
}

/** All violations of the past, and those of the present. */
export function violationsOf(world: FakeWorld): readonly string[] {
  const { found } = caughtUp(world);
  return [
    ...found,
    ...oneServerEach(world),
    ...invalidRecords(world),
    ...lockedOut(world),
    ...spentKeys(world),
    ...refundedTooOften(world),
    ...mailedTooOften(world),
  ];
}

/**
 * The same, and what holds where the flows do everything: a test that uses a port itself, as a
 * person would the console, cites nothing.
 */
export function strictViolationsOf(world: FakeWorld): readonly string[] {
  const violations = violationsOf(world);
  return [...violations, ...caughtUp(world).uncited, ...astray(world)];
}

/** Where a token is for another project, nothing is created or destroyed there. */
function astray({ otherProject }: FakeWorld): readonly string[] {
  const { creations, deletions } = otherProject;
  return [
    ...creations.map(({ server }) => `server ${server.name} was made in another project`),
    ...deletions.map(({ server }) => `server ${server.name} was deleted in another project`),
  ];
}

/** What was checked of a world's past, and its violations. */
type Memory = {
  readonly found: ReadonlySet<string>;
  readonly uncited: ReadonlySet<string>;
  catchUp(): void;
};

function caughtUp(world: FakeWorld): Memory {
  const memory = memories.get(world) ?? createMemory(world);
  memories.set(world, memory);
  memory.catchUp();
  return memory;
}

const memories = new WeakMap<FakeWorld, Memory>();

function createMemory(world: FakeWorld): Memory {
  const { git, project } = world;
  const found = new Set<string>();
  const uncited = new Set<string>();
  const ledger = createLedger();
  const leaked = createSecretSearch(world);
  const commits = newOf(() => git.made);
  const creations = newOf(() => project.creations);
  const deletions = newOf(() => project.deletions);
  const switchings = newOf(() => project.switchings);
  const devices = newOf(() => world.unkind.removedDevices);
  return {
    found,
    uncited,
    catchUp() {
      for (const server of project.servers.values()) project.noteRan(server);
      const made = commits();
      const said = [
        ...made.flatMap(({ branch, commit }) => (branch === 'status' ? recorded(commit) : [])),
        ...leaked(made.map(({ commit }) => commit)),
        ...deletions().flatMap((one) => proofsMissing(world, one, ledger)),
      ];
      for (const one of said) found.add(one);
      const cited = [
        ...made.flatMap(({ branch, commit }) =>
          branch === 'main' ? overwritten(git, commit) : [],
        ),
        ...creations().flatMap((one) => uncitedCreation(world, one, ledger)),
        ...switchings().flatMap((one) => uncitedSwitching(world, one)),
        ...devices().flatMap((one) => foreignDevice(world, one)),
      ];
      for (const one of cited) uncited.add(one);
    },
  };

  /** A server that ever ran is destroyed only by retire or replace, as far as records show. */
  function recorded({ tree, paths }: FakeCommit): readonly string[] {
    return paths.flatMap((path) => {
      const parsed = recordIn(path, tree.get(path) ?? '');
      if (parsed.kind === 'invalid') return [];
      const { name, destroyed } = parsed.record;
      const wrong = destroyed.filter(
        ({ server, kind }) => kind === 'rollback' && ledger.running.has(server),
      );
      enter(ledger, parsed.record);
      return wrong.map(({ server }) => `server ${server} of ${name} ran and was rolled back`);
    });
  }
}

/** The entries that a list did not have at the last call. */
function newOf<Item>(list: () => readonly Item[]): () => readonly Item[] {
  let seen = 0;
  return () => {
    // A test may empty it.
    seen = Math.min(seen, list().length);
    const news = list().slice(seen);
    seen += news.length;
    return news;
  };
}

/** At most one live server per subscription, of those that the flows created. */
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

/** The host key that a recorded server shows is accepted, however a replacement was interrupted. */
function lockedOut({ git, project, hosts }: FakeWorld): readonly string[] {
  // An earlier record does not name the newer key: a person has to compare them.
  if (git.rewritten.has('status')) return [];
  return [...(git.tip('status')?.tree ?? [])].flatMap(([path, text]) => {
    const parsed = path.startsWith('agents/') ? recordIn(path, text) : null;
    if (parsed?.kind !== 'valid' || parsed.record.hostKey === undefined) return [];
    const { name, server: recorded, hostKey, nextHostKey } = parsed.record;
    const server = project.servers.get(recorded?.id ?? '');
    const shown = server === undefined ? undefined : shownKey(hosts, server);
    if (shown === undefined || shown === hostKey || shown === nextHostKey) return [];
    return [`the host of ${name} shows a host key that its record does not name`];
  });
}

function invalidRecords({ git }: FakeWorld): readonly string[] {
  return [...(git.tip('status')?.tree ?? [])]
    .filter(([path]) => path.startsWith('agents/'))
    .map(([path, text]) => recordIn(path, text))
    .flatMap((parsed) => (parsed.kind === 'invalid' ? [parsed.why] : []));
}

/** An unused key is revoked or expires within the time that the policy sets. */
function spentKeys({ tailnet, time, policy }: FakeWorld): readonly string[] {
  return [...tailnet.keys.values()]
    .filter(({ secret }) => tailnet.secrets.has(secret))
    .filter(({ expiresMs }) => expiresMs > time.now() + policy.tailnet.keySeconds * 1000)
    .map(({ id }) => `auth key ${id} lives longer than the policy allows`);
}

/** What still exists of any agent: nothing, once all are gone. */
export function leftovers(world: FakeWorld): readonly string[] {
  const { project, tailnet, bucket, time } = world;
  project.freeAddresses();
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
