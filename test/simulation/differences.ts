/** The differences between a converged world and its files, a sentence each. */
import {
  type Agent,
  type AgentFile,
  agentIdOfPath,
  shouldRun,
} from '../../reconciler/core/agent/agent.ts';
import type { AlarmKind } from '../../reconciler/core/agent/alarm-kinds.ts';
import { alarmsOf } from '../../reconciler/core/alarms/alarms.ts';
import { labelNames, serverIsOn } from '../../reconciler/core/fleet/observed.ts';
import type { AgentRecord } from '../../reconciler/core/fleet/recorded.ts';
import type { Plan } from '../../reconciler/core/plan/plan.ts';
import { nothingElse } from '../builders/alarm-input.ts';
import { agentFileIn, fileAt, recordIn } from '../fakes/at-commit.ts';
import { leftovers } from '../fakes/invariants.ts';
import type { FakeServer } from '../fakes/servers.ts';
import type { FakeWorld } from '../fakes/world.ts';
import { minuteMs, type Promised, type Stage } from './stage.ts';

export function differences(
  { world, promised }: Pick<Stage, 'world' | 'promised'>,
  plan: Plan,
): readonly string[] {
  const files = new Map(filesOf(world).map((file) => [String(file.id), file]));
  const records = new Map(recordsOf(world).map((record) => [record.name, record]));
  const names = [...new Set([...files.keys(), ...records.keys()])].sort();
  // The lock of the shared stack is removed by its next apply.
  const left = leftovers(world).filter((one) => /^(?:lock .*\/agents\/|auth key)/.test(one));
  // The lock of a dead run is taken off by the next change of its agent: what waits for people has
  // none, nor has an agent that has no server and is to have none. `aura plan --everything` lists each
  // lock.
  const waits = [
    ...[...plan.refused.map(({ change }) => change), ...plan.idle, ...plan.removed].map(
      ({ agent }) => agent,
    ),
    ...names.filter((name) => isOffWithoutServer(world, name, files.get(name))),
  ];
  return [
    ...names.flatMap((name) => {
      const file = files.get(name);
      if (file?.kind === 'invalid') return [`the file of ${name} is invalid`];
      return ofAgent(world, plan, {
        name,
        agent: file?.agent ?? null,
        record: records.get(name) ?? null,
      });
    }),
    ...broken(world, plan, promised),
    ...strangers(world, plan, [...records.values()]),
    ...stillDegraded(plan, new Set(waits)),
    ...left
      .filter((one) => !waits.some((agent) => one.includes(`/${agent}/`)))
      .map((one) => `${one} is left`),
  ];
}

/** Where so many devices are offline that the tailnet appears down, they are left alone. */
function stillDegraded({ degraded }: Plan, waits: ReadonlySet<string>): readonly string[] {
  const left = degraded.filter(({ agent }) => !waits.has(agent));
  const isTailnet = left.filter(({ reason }) => reason === 'DeviceOffline').length > 3;
  return left
    .filter(({ reason }) => reason !== 'DeviceOffline' || !isTailnet)
    .map(({ agent, message }) => `${agent}: ${message}`);
}

function isOffWithoutServer(
  { project }: FakeWorld,
  name: string,
  file: AgentFile | undefined,
): boolean {
  const isOff = file === undefined || (file.kind === 'valid' && !shouldRun(file.agent));
  return (
    isOff && ![...project.servers.values()].some((one) => one.labels[labelNames.agent] === name)
  );
}

/** Agents with an alarm of this kind. */
export function alarmedOf(world: FakeWorld, kind: AlarmKind): ReadonlySet<string> {
  const alarms = alarmsOf(
    {
      policy: world.policy,
      files: filesOf(world),
      records: recordFilesOf(world),
      ...nothingElse,
    },
    world.time.now(),
  );
  return new Set(alarms.filter((one) => one.kind === kind).flatMap(({ agents }) => agents));
}

/** Reasons for which an agent stays as it is until a person or time ends them. */
const stays = new Set<string>(['Held', 'NoSuchOffer', 'SpareServer', 'PartialReading']);

type Known = {
  readonly name: string;
  readonly agent: Agent | null;
  readonly record: AgentRecord | null;
};

function ofAgent(world: FakeWorld, plan: Plan, known: Known): readonly string[] {
  const { name, agent, record } = known;
  const server = serverOf(world, record);
  const isRefused = plan.refused.some(({ change }) => change.agent === name);
  // A refusal explains it: that it is reported is checked elsewhere.
  if (isRefused) return [];
  if (agent === null) return withoutFile(plan, known);
  const on = server !== null && serverIsOn(world.project.observed(server));
  const reasons = plan.idle.filter((one) => one.agent === name).map(({ reason }) => reason);
  const idle = new Set<string>(reasons);
  if (idle.has('Failed'))
    return record?.phase === 'failed' && !on ? [] : [`${name} was given up and is not shown so`];
  const held = [...stays].some((reason) => idle.has(reason));
  const wrong: string[] = [];
  if (on !== shouldRun(agent) && !held) wrong.push(`${name} is ${on ? 'on' : 'off'}`);
  if (agent.spec.retired !== undefined && server !== null && !held)
    wrong.push(`${name} is retired and has server ${server.id}`);
  // A dead lease may stay where no resource is: its nonce could yet lead to a server.
  if (server !== null && record?.lease !== undefined) wrong.push(`${name} is leased`);
  if (on && record !== null) wrong.push(...ofRunning(world, { name, agent, record, server }));
  return wrong;
}

function withoutFile({ removed }: Plan, { name, record }: Known): readonly string[] {
  if (record?.gone !== undefined) return [];
  // What people are asked about waits for them.
  return removed.some(({ agent }) => agent === name) ? [] : [`${name} has no file and is not gone`];
}

function ofRunning(
  world: FakeWorld,
  {
    name,
    agent,
    record,
    server,
  }: Known & { agent: Agent; record: AgentRecord; server: FakeServer },
): readonly string[] {
  const wrong: string[] = [];
  const said = new Set(record.conditions.map(({ reason }) => reason));
  const device = world.tailnet.devices.get(record.tailnet?.nodeId ?? '');
  // A host that cannot be reached stays as it is, which is reported.
  const excused = said.has('HostKeyUnknown');
  if (record.phase !== 'running' && !excused) wrong.push(`${name} runs and is ${record.phase}`);
  if (device === undefined && !excused) wrong.push(`${name} runs and its device is not there`);
  else if (device !== undefined && device.machine !== server.id)
    wrong.push(`${name} is recorded as device ${device.nodeId}, which is another machine's`);
  if (!world.hosts.configured.has(server.id) && !excused)
    wrong.push(`${name} runs and was never configured`);
  const base = [...world.project.firewalls].find(
    ([, firewall]) => firewall.name === `${world.policy.fleet}-base`,
  );
  // A new server may get it a while after its creation: a repair adds it after that.
  const isNew = world.time.now() - Date.parse(server.created) < 11 * minuteMs;
  if (!isNew && !world.project.observed(server).firewalls.includes(base?.[0] ?? ''))
    wrong.push(`${name} runs and is not behind the fleet's firewall`);
  if (server.labels[labelNames.bootstrap] !== undefined) wrong.push(`port 22 of ${name} is open`);
  // A disk cannot shrink: a bigger type that a person chose stays, which is reported.
  const isSaid = excused || said.has('ResizeImpossible');
  const differs = record.chosen?.serverType !== server.serverType && !isSaid;
  if (record.chosen !== undefined && differs)
    wrong.push(`${name} is recorded as ${record.chosen.serverType} and is ${server.serverType}`);
  const revision = Number(server.made[labelNames.revision] ?? 1);
  // An adopted server whose file asks for what it is has a condition: its host key is lost.
  if (agent.spec.revision > revision && !excused) wrong.push(`${name} runs revision ${revision}`);
  return wrong;
}

/** A promised fresh VM is one that was created since, while nothing else is requested. */
function broken(
  world: FakeWorld,
  { refused, idle }: Plan,
  promised: ReadonlyMap<string, Promised>,
): readonly string[] {
  if (world.git.rewritten.has('main')) return [];
  // The reason for its delay is reported.
  const reported = new Set([
    ...refused.map(({ change }) => change.agent),
    ...idle
      .filter(({ reason }) => stays.has(reason) || reason === 'HostKeyUnknown')
      .map(({ agent }) => agent),
  ]);
  return [...promised].flatMap(([agent, { revision, atMs }]) => {
    const file = fileAt(world.git, world.git.branches.get('main') ?? null, agent);
    const stale = [...world.project.servers.values()].find(
      ({ labels, created }) =>
        labels[labelNames.agent] === agent && Date.parse(created) < atMs - 1000,
    );
    const stands = file?.spec.revision === revision && shouldRun(file) && !reported.has(agent);
    return stale === undefined || !stands
      ? []
      : [`${agent} was promised a fresh VM and has server ${stale.id}`];
  });
}

/** Servers with our label that no record names: listed as orphans, or reported. */
function strangers(world: FakeWorld, plan: Plan, records: readonly AgentRecord[]) {
  const known = new Set(records.map(({ server }) => server?.id));
  const said = JSON.stringify([plan.orphans, plan.waiting, plan.idle, plan.refused]);
  // People are asked whether the agent with the removed file ends, with all of its resources.
  const removed = new Set(plan.removed.map(({ agent }) => String(agent)));
  return [...world.project.servers.values()]
    .filter(({ id, labels }) => labels[labelNames.fleet] === world.policy.fleet && !known.has(id))
    .filter(({ id, labels }) => !said.includes(id) && !removed.has(labels[labelNames.agent] ?? ''))
    .map(({ id, name }) => `server ${id} (${name}) is known to no record`);
}

function serverOf({ project }: FakeWorld, record: AgentRecord | null): FakeServer | null {
  return project.servers.get(record?.server?.id ?? '') ?? null;
}

function filesOf({ git }: FakeWorld) {
  return agentTexts(git.tip('main')?.tree).map(([path, text]) => agentFileIn(path, text));
}

function recordFilesOf({ git }: FakeWorld) {
  return agentTexts(git.tip('status')?.tree).map(([path, text]) => recordIn(path, text));
}

function recordsOf(world: FakeWorld): readonly AgentRecord[] {
  return recordFilesOf(world).flatMap((one) => (one.kind === 'valid' ? [one.record] : []));
}

function agentTexts(tree: ReadonlyMap<string, string> = new Map()) {
  return [...tree].filter(([path]) => agentIdOfPath(path) !== null);
}
