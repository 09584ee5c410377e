/**
 * What must hold in every state of a world in memory, however its processes died. Each violation is
 * a sentence; none is what a test wants to see.
 */
import { agentPath, parseAgentId } from '../../reconciler/core/desired/agent.ts';
import { parseAgentFile } from '../../reconciler/core/desired/agent-file.ts';
import { parseOrphanFile } from '../../reconciler/core/desired/decision-file.ts';
import { labelNames } from '../../reconciler/core/world/observed.ts';
import { parseRecordFile } from '../../reconciler/core/world/record-file.ts';
import type { AgentRecord, RecordFile } from '../../reconciler/core/world/recorded.ts';
import type { Deletion } from './servers.ts';
import type { FakeWorld } from './world.ts';

export function checkInvariants(world: FakeWorld): void {
  const violations = violationsOf(world);
  if (violations.length > 0) throw new Error(`invariants broken:\n${violations.join('\n')}`);
}

export function violationsOf(world: FakeWorld): readonly string[] {
  return [
    ...oneServerEach(world),
    ...world.project.deletions.flatMap((deletion) => witnesses(world, deletion)),
    ...rolledBackThoughRunning(world),
    ...leakedSecrets(world),
    ...invalidRecords(world),
    ...spentKeys(world),
  ];
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

/** Our labels on the id or nonce that was recorded, and a commit that says so or our own create. */
function witnesses(world: FakeWorld, { server, main, status }: Deletion): readonly string[] {
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

/** A server that was ever running dies only by retire or replace. */
function rolledBackThoughRunning(world: FakeWorld): readonly string[] {
  const ran = new Set<string>();
  const found = new Set<string>();
  for (const { tree, paths } of world.git.history('status')) {
    for (const path of paths) {
      const parsed = recordIn(path, tree.get(path) ?? '');
      if (parsed.kind === 'invalid') continue;
      const { record } = parsed;
      for (const one of record.destroyed) {
        if (ran.has(one.server) && one.kind === 'rollback')
          found.add(`server ${one.server} of ${record.name} ran and was rolled back`);
      }
      if (record.everRunning && record.server !== undefined) ran.add(record.server.id);
    }
  }
  return [...found];
}

/** No key and no private host key in git, logs, mail or pull requests. */
function leakedSecrets(world: FakeWorld): readonly string[] {
  const secrets = [...world.tailnet.secrets, ...world.keys.privateKeys];
  const places: readonly (readonly [string, Iterable<string>])[] = [
    ['git', world.git.everything()],
    ['a log line', world.logs.map((line) => `${line.message} ${shown(line.fields)}`)],
    ['a mail', world.mails.map((mail) => `${mail.subject} ${mail.text}`)],
    ['a pull request', world.forge.proposals.map(({ title, body }) => `${title} ${body}`)],
  ];
  const found = new Set<string>();
  for (const [place, texts] of places) {
    for (const text of texts) {
      const secret = secrets.find((one) => text.includes(one));
      if (secret !== undefined) found.add(`${place} holds the secret ${secret.slice(0, 16)}…`);
    }
  }
  return [...found];
}

/** A log's fields with what errors hide from JSON. */
function shown(fields: object): string {
  return JSON.stringify(fields, (_key, value: unknown) =>
    value instanceof Error ? { message: value.message, cause: value.cause } : value,
  );
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

/** The same texts are checked after every step of every simulation: each is parsed once. */
const records = new Map<string, RecordFile>();

function recordIn(path: string, text: string): RecordFile {
  const key = `${path}\n${text}`;
  const known = records.get(key) ?? parseRecordFile({ path, text });
  records.set(key, known);
  return known;
}
