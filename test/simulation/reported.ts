/**
 * Reports: each server of the fleet has an owner or a reason, each paying customer without a server
 * is reported, and each refusal of a limit is visible. Judged by the world itself after a full run.
 */
import { shouldRun } from '../../reconciler/core/agent/agent.ts';
import { alarmsOf } from '../../reconciler/core/alarms/alarms.ts';
import { labelNames, serverIsOn } from '../../reconciler/core/fleet/observed.ts';
import type { AgentRecord } from '../../reconciler/core/fleet/recorded.ts';
import type { Plan } from '../../reconciler/core/plan/plan.ts';
import { nothingElse } from '../builders/alarm-input.ts';
import { agentFileIn, recordAt, recordIn } from '../fakes/at-commit.ts';
import type { FakeServer } from '../fakes/servers.ts';
import type { FakeWorld } from '../fakes/world.ts';

const minuteMs = 60_000;
const entitledMs = 15 * minuteMs;

/** Since when something is true, and how many full runs have seen it. */
type Since = { readonly ms: number; runs: number };
export type Reports = {
  /**
   * Called at every step: the time without a server ends with a server, also between two full runs.
   */
  look(): void;
  /** A sentence for each server or agent that is not reported. */
  violations(plan: Plan, startedMs: number): readonly string[];
};

export function createReports(world: FakeWorld): Reports {
  const unreported = new Map<string, Since>();
  const lacking = new Map<string, Since>();
  return {
    look() {
      if (lacking.size === 0) return;
      const waits = new Set(lackingServer(world).map(({ id }) => String(id)));
      for (const agent of lacking.keys()) if (!waits.has(agent)) lacking.delete(agent);
    },
    violations(plan, startedMs) {
      if (plan.reading.kind !== 'complete') return [];
      // The report is gone again, and the branch was not read since.
      const { git } = world;
      if (git.lastReadable('status') !== (git.tip('status')?.id ?? null)) return [];
      this.look();
      const records = recordsOf(world);
      return [
        ...servers(world, plan, { records, unreported, startedMs }),
        ...entitled(world, plan, { records, lacking }),
        ...refusals(world, plan),
      ];
    },
  };
}

type Records = readonly AgentRecord[];

function servers(
  world: FakeWorld,
  plan: Plan,
  seen: { records: Records; unreported: Map<string, Since>; startedMs: number },
): readonly string[] {
  const wrong: string[] = [];
  for (const server of world.project.servers.values()) {
    const { id, labels, created } = server;
    if (labels[labelNames.fleet] !== world.policy.fleet) continue;
    if (Date.parse(created) >= seen.startedMs - 1000) continue;
    // What no answer shows cannot be reported.
    if (!world.project.isVisible(server) || !world.unkind.lists(id)) {
      seen.unreported.delete(id);
      continue;
    }
    const owners = ownersOf(server, plan, seen.records);
    if (owners.includes('recorded') && owners.includes('orphan'))
      wrong.push(`server ${id} is recorded and an orphan`);
    if (owners.length > 0) seen.unreported.delete(id);
    else if (isLong(world, seen.unreported, id))
      wrong.push(`server ${id} (${server.name}) has no owner and nothing reports it`);
  }
  return wrong;
}

const waits = new Set([
  'Invalid',
  'Held',
  'HoldBlocksRetirement',
  'Stopped',
  'Paused',
  'Busy',
  'SpareServer',
]);

function ownersOf({ id, labels }: FakeServer, plan: Plan, records: Records): readonly string[] {
  const agent = labels[labelNames.agent];
  const nonce = labels[labelNames.nonce];
  const held = [...plan.deferred, ...plan.refused].map(({ change }) => change);
  const owners = {
    recorded: records.some(({ gone, server }) => gone === undefined && server?.id === id),
    leased: records.some(
      ({ gone, lease, creates = [] }) =>
        gone === undefined &&
        nonce !== undefined &&
        [lease, ...creates].some((one) => one?.nonce === nonce),
    ),
    orphan: plan.orphans.some((one) => one.resource === 'server' && one.id === id),
    changing: [...plan.changes, ...held].some((change) =>
      JSON.stringify(change).includes(`"${id}"`),
    ),
    removed: plan.removed.some((one) => one.agent === agent),
    waiting: plan.waiting.some(({ server }) => server === id),
    idle: plan.idle.some(
      (one) => one.message.includes(id) || (one.agent === agent && waits.has(one.reason)),
    ),
  };
  return Object.entries(owners).flatMap(([name, is]) => (is ? [name] : []));
}

function entitled(
  world: FakeWorld,
  plan: Plan,
  { records, lacking }: { records: Records; lacking: Map<string, Since> },
): readonly string[] {
  const { files, nowMs } = { files: filesOf(world), nowMs: world.time.now() };
  const recordFiles = recordFilesOf(world);
  const alarms = alarmsOf(
    { policy: world.policy, files, records: recordFiles, ...nothingElse },
    nowMs,
  );
  const reportedIds = new Set([
    ...alarms.flatMap(({ agents }) => agents),
    ...plan.idle.map((one) => one.agent),
    ...[...plan.deferred, ...plan.refused].map(({ change }) => change.agent),
    ...plan.changes.map((change) => change.agent),
    ...records.filter(({ conditions }) => conditions.length > 0).map(({ name }) => name),
  ]);
  return lackingServer(world)
    .filter(({ id }) => isLong(world, lacking, id) && !reportedIds.has(id))
    .map(({ id }) => `${id} is paid for and without a server, and nothing reports it`);
}

/** Agents that should run and have no server that is on. */
function lackingServer(world: FakeWorld) {
  const { project } = world;
  const served = new Set<string | undefined>();
  for (const server of project.servers.values())
    if (serverIsOn(project.observed(server))) served.add(server.labels[labelNames.agent]);
  return filesOf(world).flatMap((file) =>
    file.kind === 'valid' && shouldRun(file.agent) && !served.has(file.id) ? [file] : [],
  );
}

/** Through several full runs, and for as long as a question may stay unreported. */
function isLong({ time }: FakeWorld, map: Map<string, Since>, key: string): boolean {
  const since = map.get(key) ?? { ms: time.now(), runs: 0 };
  since.runs += 1;
  map.set(key, since);
  return since.runs >= 3 && time.now() - since.ms >= entitledMs;
}

function refusals({ git }: FakeWorld, { refused }: Plan): readonly string[] {
  const tip = git.tip('status')?.id ?? null;
  return refused.flatMap(({ change }) => {
    const record = recordAt(git, tip, change.agent);
    const said = record?.conditions.some(({ type }) => type === 'Refused') === true;
    return said ? [] : [`that ${change.kind} of ${change.agent} is refused stands nowhere`];
  });
}

function filesOf({ git }: FakeWorld) {
  return agentTexts(git.tip('main')?.tree).map(([path, text]) => agentFileIn(path, text));
}

function recordFilesOf({ git }: FakeWorld) {
  return agentTexts(git.tip('status')?.tree).map(([path, text]) => recordIn(path, text));
}

function recordsOf(world: FakeWorld): Records {
  return recordFilesOf(world).flatMap((one) => (one.kind === 'valid' ? [one.record] : []));
}

function agentTexts(tree: ReadonlyMap<string, string> = new Map()) {
  return [...tree].filter(([path]) => /^agents\/.*\.yaml$/.test(path));
}
