/**
 * Faults stop, the stop ends, what is proposed is decided: within a bounded number of runs the world
 * is what the files ask for, and a further run writes nothing anywhere.
 */
import { shouldRun } from '../../reconciler/core/desired/agent.ts';
import { parseAgentFile } from '../../reconciler/core/desired/agent-file.ts';
import type { Plan } from '../../reconciler/core/plan/plan.ts';
import { serverIsOn } from '../../reconciler/core/world/observed.ts';
import type { AgentRecord } from '../../reconciler/core/world/recorded.ts';
import { recordOf } from '../fakes/agents.ts';
import { leftovers } from '../fakes/invariants.ts';
import type { FakeWorld } from '../fakes/world.ts';
import { agentsMax } from './act.ts';
import { calm } from './faults.ts';
import { endsPause, repairsFiles, restoresFiles } from './operators.ts';
import { approves, decidesOrphans, reviews } from './reviewers.ts';
import { scheduledRun } from './runs.ts';
import { minuteMs, type Stage } from './stage.ts';

const runsMax = 60;

/** Why the world did not come to rest as its files ask; empty where it did. */
export async function converge(stage: Stage): Promise<readonly string[]> {
  const { world, told, service } = stage;
  calm(world);
  service.calm();
  world.git.resume();
  endsPause(world);
  decidesOrphans(world);
  told.push('--- calm');
  for (let runs = 1; runs <= runsMax; runs += 1) {
    repairsFiles(world);
    told.push(...(await service.deliver()), await service.resync());
    const calls = world.calls.length;
    const done = await scheduledRun(stage, `calm ${runs}`);
    if (done === null) return ['a run failed though nothing goes wrong any more'];
    const { plan } = done;
    const merged = reviews(world, true) ?? approves(world, plan);
    restoresFiles(world, plan);
    const wrote = world.calls.length > calls;
    const waits = plan.deferred.length + plan.refused.length > 0 || plan.nextDueAt !== null;
    const whole = plan.reading.kind === 'complete';
    if (!wrote && !waits && merged === null && whole) return unconverged(world, plan);
    const due = plan.nextDueAt === null ? 0 : Date.parse(plan.nextDueAt) - world.time.now();
    world.advance(Math.max(due, minuteMs));
  }
  return [`no rest after ${runsMax} runs`];
}

function unconverged(world: FakeWorld, plan: Plan): readonly string[] {
  const wrong: string[] = [];
  if (plan.changes.length > 0) wrong.push(`${plan.changes.length} changes are left`);
  const expected = new Set<string>();
  for (let n = 1; n <= agentsMax; n += 1) {
    const record = recordOf(world, n);
    if (record === null) continue;
    const server = world.project.servers.get(record.server?.id ?? '');
    if (server !== undefined) expected.add(server.id);
    wrong.push(...differencesOf(world, plan, record));
  }
  for (const id of world.project.servers.keys())
    if (!expected.has(id)) wrong.push(`server ${id} is known to no record`);
  const left = leftovers(world).filter((one) => /^(?:lock|auth key)/.test(one));
  return [...wrong, ...left.map((one) => `${one} is left`)];
}

/** How one agent differs from what its file asks for. */
function differencesOf(world: FakeWorld, plan: Plan, record: AgentRecord): readonly string[] {
  const id = record.name;
  const path = `agents/${id.charAt(4)}/${id.charAt(5)}/${id}.yaml`;
  const text = world.git.text(path);
  const server = world.project.servers.get(record.server?.id ?? '');
  const wrong: string[] = [];
  // A dead claim may stay where nothing is: its nonce could yet lead to a server.
  if (server !== undefined && record.claim !== undefined) wrong.push(`${id} is claimed`);
  if (text === null)
    return record.gone === undefined ? [...wrong, `${id} has no file and is not gone`] : wrong;
  const parsed = parseAgentFile({ path, oid: '', text });
  if (parsed.kind === 'invalid') return [...wrong, `the file of ${id} is invalid`];
  if (plan.idle.some(({ agent, reason }) => agent === id && reason === 'Failed')) return wrong;
  const on = server !== undefined && serverIsOn(world.project.observed(server));
  if (on !== shouldRun(parsed.agent)) wrong.push(`${id} is ${on ? 'on' : 'off'}`);
  if (parsed.agent.spec.retired !== undefined && server !== undefined)
    wrong.push(`${id} is retired and has server ${server.id}`);
  if (on && record.phase !== 'running') wrong.push(`${id} runs and is ${record.phase}`);
  return wrong;
}
