/** Agents in the world in memory: requested, brought up as by successful runs, edited by people. */
import { type Agent, agentPath, shouldRun } from '../../reconciler/core/agent/agent.ts';
import {
  type PeopleFields,
  parseAgentFile,
  renderAgent,
  withPeopleFields,
} from '../../reconciler/core/agent/agent-file.ts';
import { withEnding } from '../../reconciler/core/fleet/ending.ts';
import { configHashOf, hostSettingsOf } from '../../reconciler/core/fleet/host-settings.ts';
import { deviceTag, labelNames, serverIsOn } from '../../reconciler/core/fleet/observed.ts';
import { parseRecordFile, renderRecord } from '../../reconciler/core/fleet/record-file.ts';
import { type AgentRecord, newRecord } from '../../reconciler/core/fleet/recorded.ts';
import {
  agentStackSpec,
  serverAddress,
  userDataOf,
} from '../../reconciler/core/stack/stack-spec.ts';
import { agentNo, at, idNo, subscriptionNo } from '../builders/world.ts';
import { subscription } from './billing.ts';
import { oidOf } from './git.ts';
import { createFakeKeys } from './keys.ts';
import { diskOf, type FakeServer, memoryOf } from './servers.ts';
import type { FakeWorld } from './world.ts';

type Spec = Partial<Agent['spec']>;

/** Its file on `main` and a subscription that pays; nothing else yet. */
export function askFor(world: FakeWorld, n: number, spec: Spec = {}): string {
  const agent = agentNo(n, spec);
  const { subscription: id, customer } = agent.spec;
  world.stripe.subscriptions.set(id, subscription(id, customer));
  world.stripe.paid.add(id);
  return world.git.add('main', {
    subject: `${idNo(n)}: asked for`,
    trailers: [['Aura-Cause', 'created']],
    edits: { [agentPath(idNo(n))]: renderAgent(agent) },
  });
}

/** What a finished create leaves: file, record, server, device, state. */
export function bringUp(
  world: FakeWorld,
  n: number,
  spec: Spec = {},
  part: Partial<AgentRecord> = {},
): FakeServer {
  askFor(world, n, spec);
  const agent = agentNo(n, spec);
  const hostKey = createFakeKeys(world.keys).newHostKey(idNo(n));
  const server = madeServer(world, agent, hostKey);
  const device = world.tailnet.add(idNo(n), deviceTag(world.policy.fleet), server.id);
  const { configHash, roleVersion } = {
    configHash: configHashNow(world, agent.spec, server),
    roleVersion: world.hosts.roleVersion,
  };
  world.hosts.configured.set(server.id, { configHash, roleVersion });
  const on = shouldRun(agent);
  const base = newRecord(idNo(n), subscriptionNo(n), agent.spec.customer);
  writeRecord(world, {
    ...base,
    phase: on ? 'running' : agent.spec.access.state === 'granted' ? 'stopped' : 'suspended',
    phaseSince: server.created,
    observedOid: oidOf(fileText(world, n) ?? ''),
    server: {
      id: server.id,
      nonce: server.labels['aura.dev/nonce'] ?? '',
      created: server.created,
      ipv4: server.ipv4,
      power: on ? 'on' : 'off',
    },
    hostKey: hostKey.publicKey,
    chosen: choiceOf(agent),
    configured: { configHash, roleVersion, at: server.created },
    tailnet: { nodeId: device.nodeId, address: device.address, name: device.name },
    everRunning: true,
    ...part,
  });
  sawTombstone(world, n);
  return server;
}

function choiceOf({ spec }: Agent) {
  const europe = spec.region === 'eu-central';
  const small = spec.plan === 'starter';
  return {
    revision: spec.revision,
    plan: spec.plan,
    region: spec.region,
    location: europe ? 'fsn1' : 'ash',
    serverType: europe ? (small ? 'cpx12' : 'cpx22') : small ? 'cpx11' : 'cpx21',
    image: 'debian-12',
  };
}

/** A server made some hours ago, on or off as its file asks, protected, its state in the bucket. */
function madeServer(
  world: FakeWorld,
  agent: Agent,
  hostKey: { readonly privateKey: string; readonly publicKey: string },
): FakeServer {
  const { project, policy, time } = world;
  const keys = createFakeKeys(world.keys);
  const createdMs = time.now() - 6 * 3_600_000;
  const { name } = agent.metadata;
  const stack = agentStackSpec({
    policy,
    agent: name,
    subscription: agent.spec.subscription,
    customer: agent.spec.customer,
    choice: choiceOf(agent),
    nonce: keys.newNonce(),
    created: createdMs / 1000,
    userData: userDataOf({
      agent: name,
      caPublicKeys: [keys.caPublicKey],
      hostPrivateKey: hostKey.privateKey,
      hostPublicKey: hostKey.publicKey,
    }),
    sshKeys: [],
    firewalls: [],
    bootstrap: false,
  });
  const made = project.create(stack.server);
  const server: FakeServer = {
    ...made,
    created: new Date(createdMs).toISOString(),
    labels: { ...made.labels, [labelNames.ran]: '1' },
    protection: { delete: true, rebuild: true },
    diskGb: diskOf(project, stack.server.serverType),
    statuses: [{ atMs: createdMs, status: shouldRun(agent) ? 'running' : 'off' }],
  };
  project.servers.set(server.id, server);
  const managed = { address: serverAddress, id: server.id, tainted: false };
  world.bucket.states.set(stack.stateKey, { managed: [managed], modifiedMs: createdMs });
  return server;
}

/** A server with our labels, without file and record. */
export function plantServer(
  world: FakeWorld,
  name: string,
  labels: Readonly<Record<string, string>>,
): FakeServer {
  const made = world.project.create(
    { name, serverType: 'cpx12', location: 'fsn1', image: 'debian-12', labels, userData: '' },
    true,
  );
  const createdMs = world.time.now() - 6 * 3_600_000;
  const server: FakeServer = {
    ...made,
    created: new Date(createdMs).toISOString(),
    statuses: [{ atMs: createdMs, status: 'running' }],
  };
  world.project.servers.set(server.id, server);
  return server;
}

type Edit = { readonly [Name in keyof PeopleFields]?: PeopleFields[Name] | undefined };

/** A person's commit to an agent's file; `undefined` removes an optional field. */
export function edit(world: FakeWorld, n: number, fields: Edit): string {
  const text = withPeopleFields(fileText(world, n) ?? '', fields as PeopleFields);
  const commit = world.git.commit(`${idNo(n)}: changed by hand`, { [agentPath(idNo(n))]: text });
  sawTombstone(world, n);
  return commit;
}

/** In tests without an own time, a run saw a tombstone when it came to `main`. */
function sawTombstone(world: FakeWorld, n: number): void {
  const file = fileOf(world, n);
  const since = file.kind === 'valid' ? file.agent.spec.retired?.at : undefined;
  if (since !== undefined && Date.parse(since) < world.time.now()) sawEnding(world, n, since);
}

function fileOf(world: FakeWorld, n: number) {
  return parseAgentFile({ path: agentPath(idNo(n)), oid: '', text: fileText(world, n) ?? '' });
}

/** What its host is to be configured to. */
export function configHashNow(
  { policy }: FakeWorld,
  spec: Pick<Agent['spec'], 'config'>,
  { serverType }: Pick<FakeServer, 'serverType'>,
): string {
  return configHashOf(hostSettingsOf(spec, { memoryGb: memoryOf(serverType) }, policy));
}

/** A person removes the files of these agents, in one commit. */
export function removeFiles(world: FakeWorld, ...numbers: readonly number[]): string {
  const paths = numbers.map((n) => [agentPath(idNo(n)), null] as const);
  return world.git.commit('Remove files', Object.fromEntries(paths));
}

export function fileText(world: FakeWorld, n: number): string | null {
  return world.git.text(agentPath(idNo(n)));
}

export function recordOf(world: FakeWorld, n: number): AgentRecord | null {
  const path = agentPath(idNo(n));
  const text = world.git.text(path, 'status');
  if (text === null) return null;
  const parsed = parseRecordFile({ path, text });
  if (parsed.kind === 'invalid') throw new Error(parsed.why);
  return parsed.record;
}

/** A run saw long ago on `main` that the file asks for the end. */
export function sawEnding(world: FakeWorld, n: number, seen = at(-300)): void {
  const record = recordOf(world, n);
  const file = fileOf(world, n);
  if (record === null || file.kind !== 'valid') return;
  writeRecord(world, withEnding(record, file.agent.spec, Date.parse(seen)));
}

/** As the runs' own journal would have written it. */
export function writeRecord(world: FakeWorld, record: AgentRecord): void {
  const path = `agents/${record.name.charAt(4)}/${record.name.charAt(5)}/${record.name}.yaml`;
  world.git.add('status', { subject: record.name, edits: { [path]: renderRecord(record) } });
}

/** The server of an agent that is on or coming up, by its labels; null without one. */
export function serverOf(world: FakeWorld, n: number): FakeServer | null {
  const found = [...world.project.servers.values()].filter(
    (server) => server.labels['aura.dev/agent'] === idNo(n) && !server.planted,
  );
  if (found.length > 1) throw new Error(`${idNo(n)} has ${found.length} servers`);
  return found[0] ?? null;
}

export function isOn(world: FakeWorld, n: number): boolean {
  const server = serverOf(world, n);
  return server !== null && serverIsOn(world.project.observed(server));
}
