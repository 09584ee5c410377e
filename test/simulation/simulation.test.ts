/**
 * Whole worlds at random: people act, things go wrong, processes die, time passes, and after every
 * step the invariants hold. In the end nothing goes wrong any more: within a bounded number of ticks
 * the world is what the files ask for, and a further tick writes nothing anywhere.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyPlan } from '../../reconciler/apply/apply.ts';
import { createRandomness } from '../../reconciler/cloud/randomness.ts';
import { shouldRun } from '../../reconciler/core/desired/agent.ts';
import { parseAgentFile } from '../../reconciler/core/desired/agent-file.ts';
import { Failure } from '../../reconciler/core/failure.ts';
import type { Plan } from '../../reconciler/core/plan/plan.ts';
import { serverIsOn } from '../../reconciler/core/world/observed.ts';
import { type WholeTick, wholeTick } from '../../reconciler/whole-tick.ts';
import { besides, story, tick, tickAgain, triedTick } from '../apply/rounds.ts';
import { firstAttempt } from '../builders/world.ts';
import { recordOf } from '../fakes/agents.ts';
import { checkInvariants, leftovers } from '../fakes/invariants.ts';
import { DeadProcess } from '../fakes/process.ts';
import type { Deletion } from '../fakes/servers.ts';
import { createFakeWorld, type FakeWorld } from '../fakes/world.ts';
import { calm, strike } from './faults.ts';
import {
  act,
  agentsMax,
  approves,
  decidesOrphans,
  endsPause,
  isPaused,
  repairsFiles,
  restoresFiles,
  resync,
  reviews,
} from './people.ts';

const roundsMax = 30;
const ticksMax = 60;
const minuteMs = 60_000;
const seeds =
  process.env['AURA_SEEDS']?.split(',').map(Number) ??
  Array.from({ length: 40 }, (_, place) => place + 1);

const policies = [
  '',
  'limits: {destroysAlwaysAllowedPerDay: 40, createsPerCustomerPerHourMax: 40}\n',
  // So few would also make a reading implausible that lacks what two people deleted by hand.
  'limits: {destroysAlwaysAllowedPerDay: 1, createsPerRunMax: 2, disruptionsPerRunMax: 2, missingPercentMax: 100}\n',
];

for (const seed of seeds) {
  test(`seed ${seed}: whatever happens, the invariants hold, and calm brings convergence`, async () => {
    const told: string[] = [];
    try {
      await simulate(seed, told);
    } catch (cause) {
      const { message } = cause as Error;
      throw new Error(`AURA_SEEDS=${seed}\n${told.slice(-60).join('\n')}\n${message}`, { cause });
    }
  });
}

async function simulate(seed: number, told: string[]): Promise<void> {
  const random = createRandomness(seed);
  const world = createFakeWorld({
    policy: policies[seed % policies.length] ?? '',
    firewalls: random.below(2) === 0,
  });
  world.git.add('status', { subject: 'aura init', edits: { 'README.md': 'Status' } });
  world.hosts.doorCounts = true;
  let earlier: Plan | null = null;
  let failed = false;
  for (let round = 1; round <= roundsMax; round += 1) {
    for (let acts = random.below(3); acts > 0; acts -= 1)
      told.push(`  ${act(world, random) ?? '-'}`);
    await resync(world);
    if (random.below(3) === 0) told.push(`  fault: ${strike(world, random)}`);
    if (earlier !== null && random.below(5) === 0) await applyLate(world, earlier, told);
    const beside = random.below(4) === 0 ? pushTick(world, told) : null;
    // Of every other round that failed its job is run again.
    const again = failed && round % 2 === 0;
    const done = await oneTick(world, { told, name: `round ${round}`, again });
    failed = done === null;
    await beside;
    // The two share a process, and the one beside may have died last.
    if (!world.alive()) world.restart();
    earlier = done?.plan ?? earlier;
    if (done !== null && random.below(3) === 0) told.push(`  ${approves(world, done.plan) ?? '-'}`);
    if (random.below(2) === 0) calm(world);
    if (random.below(8) === 0) world.advance(random.below(20) * 60 * minuteMs);
    else world.advance((1 + random.below(10)) * minuteMs);
  }
  await converge(world, told);
}

type Told = { readonly told: string[]; readonly name: string; readonly again?: boolean };

async function oneTick(
  world: FakeWorld,
  { told, name, again = false }: Told,
): Promise<WholeTick | null> {
  const halted = isHalted(world);
  const calls = world.calls.length;
  const done = await triedTick(world, again ? tickAgain : (one) => tick(one));
  checkInvariants(world);
  if (halted) assert.deepEqual(outside(world.calls.slice(calls)), [], 'effects under a stop');
  if (done === null || done instanceof Failure) {
    told.push(`${name}: ${done === null ? 'died' : `${done.reason} ${done.message}`}`);
    return null;
  }
  told.push(`${name}: ${story(done)} ${waiting(done.plan)} ${world.calls.slice(calls).join(' ')}`);
  checkPlan(done.plan);
  checkWindows(world);
  return done;
}

function isHalted(world: FakeWorld): boolean {
  return world.git.branches.has('stop') || isPaused(world);
}

/** What a push starts while the schedule's tick runs: another process, over what changed alone. */
async function pushTick(world: FakeWorld, told: string[]): Promise<void> {
  const run = `push-${world.calls.length}`;
  world.forge.runs.set(run, 'running');
  try {
    const done = await wholeTick(besides(world), { run: firstAttempt(run), look: 'changed' });
    told.push(`  beside it: ${story(done)}`);
  } catch (thrown) {
    if (!(thrown instanceof Failure || thrown instanceof DeadProcess)) throw thrown;
    told.push(`  beside it: ${thrown.message}`);
  } finally {
    world.forge.runs.set(run, 'over');
  }
}

function waiting({ deferred, refused, nextDueAt, removed, settled }: Plan): string {
  const held = [...deferred, ...refused].map(({ change, message }) => `${change.kind}: ${message}`);
  const left = [...removed, ...settled].map(({ agent }) => agent);
  return `[${[...held, ...left].join('; ')} due ${nextDueAt}]`;
}

/** A runner that was held up carries out what was planned some rounds ago. */
async function applyLate(world: FakeWorld, plan: Plan, told: string[]): Promise<void> {
  const calls = world.calls.length;
  const run = `late-${calls}`;
  world.forge.runs.set(run, 'running');
  try {
    const applied = await applyPlan(world.ports, plan, {
      run: firstAttempt(run),
      parts: 'agents',
    });
    const kinds = applied.map(({ change, outcome }) => `${change} ${outcome.kind}`);
    told.push(`  a late plan: ${kinds.join(', ')}`);
  } catch (thrown) {
    if (!(thrown instanceof Failure) && world.alive()) throw thrown;
    if (!world.alive()) world.restart();
    told.push('  a late plan failed');
  } finally {
    world.forge.runs.set(run, 'over');
    checkInvariants(world);
    if (isHalted(world))
      assert.deepEqual(outside(world.calls.slice(calls)), [], 'late effects under a stop');
  }
}

/** Effects other than commits and pull requests. */
function outside(calls: readonly string[]): readonly string[] {
  return calls.filter((call) => !/^(?:journal|state|forge)\./.test(call));
}

/** Nothing is made or destroyed on a reading that is not whole. */
function checkPlan({ reading, changes }: Plan): void {
  if (reading.kind === 'complete') return;
  const banned = ['create', 'adopt', 'replace', 'retire', 'rollback', 'giveUp', 'destroyOrphan'];
  assert.deepEqual(
    changes.filter(({ kind }) => banned.includes(kind)),
    [],
  );
}

/** Within any day no more servers were ended than are always allowed, or the share of so small a fleet. */
function checkWindows(world: FakeWorld): void {
  const { limits } = world.policy;
  const ends = world.project.deletions
    .filter((deletion) => !deletion.server.planted && !wasApproved(world, deletion))
    .map(({ atMs }) => atMs)
    .sort((a, b) => a - b);
  for (const [place, end] of ends.entries()) {
    const first = ends[place - limits.destroysAlwaysAllowedPerDay];
    assert.ok(
      first === undefined || end - first > 24 * 60 * minuteMs - 10 * minuteMs,
      `${limits.destroysAlwaysAllowedPerDay + 1} servers ended within a day`,
    );
  }
}

/** One that a day before at most was merged, and that nobody had taken back by then. */
function wasApproved(world: FakeWorld, { server, atMs, main }: Deletion): boolean {
  const validMs = world.policy.approvals.validHours * 60 * minuteMs;
  const tree = world.git.commits.get(main ?? '')?.tree ?? new Map<string, string>();
  return world.forge.proposals.some(({ commit, mergedAt }) => {
    if (commit === null || mergedAt === null) return false;
    // A change that has begun comes to its end.
    if (atMs - Date.parse(mergedAt) > validMs + 10 * minuteMs) return false;
    const brought = world.git.commits.get(commit);
    return brought?.paths.some(
      (path) => path.startsWith('approvals/') && tree.get(path)?.includes(server.id) === true,
    );
  });
}

/** Faults stop, the stop ends, what is proposed is decided. */
async function converge(world: FakeWorld, told: string[]): Promise<void> {
  calm(world);
  world.git.resume();
  endsPause(world);
  decidesOrphans(world);
  told.push('--- calm');
  for (let ticks = 1; ticks <= ticksMax; ticks += 1) {
    repairsFiles(world);
    await resync(world);
    const calls = world.calls.length;
    const done = await oneTick(world, { told, name: `calm ${ticks}` });
    assert.ok(done !== null, 'a tick failed though nothing goes wrong any more');
    const merged = reviews(world, true) ?? approves(world, done.plan);
    restoresFiles(world, done.plan);
    const wrote = world.calls.length > calls;
    const { plan } = done;
    const waits = plan.deferred.length + plan.refused.length > 0 || plan.nextDueAt !== null;
    const whole = plan.reading.kind === 'complete';
    if (!wrote && !waits && merged === null && whole) {
      checkConverged(world, plan);
      return;
    }
    const due = plan.nextDueAt === null ? 0 : Date.parse(plan.nextDueAt) - world.time.now();
    world.advance(Math.max(due, minuteMs));
  }
  throw new Error(`no peace after ${ticksMax} ticks`);
}

function checkConverged(world: FakeWorld, plan: Plan): void {
  assert.deepEqual(plan.changes, []);
  assert.deepEqual(plan.reading, { kind: 'complete' });
  const idle = new Map(plan.idle.map(({ agent, reason }) => [agent, reason]));
  const expected = new Set<string>();
  for (let n = 1; n <= agentsMax; n += 1) {
    const record = recordOf(world, n);
    const id = record?.name ?? '';
    const path = `agents/${id.charAt(4)}/${id.charAt(5)}/${id}.yaml`;
    const text = world.git.text(path);
    if (record === null) continue;
    // A dead claim may stay where nothing is: its nonce could yet lead to a server.
    const there = world.project.servers.has(record.server?.id ?? '');
    if (there) assert.equal(record.claim, undefined, `${id} is claimed`);
    const parsed = text === null ? null : parseAgentFile({ path, oid: '', text });
    if (parsed === null) {
      assert.notEqual(record.gone, undefined, `${id} has no file and is gone`);
      continue;
    }
    assert.equal(parsed.kind, 'valid');
    if (parsed.kind !== 'valid') continue;
    const server =
      record.server === undefined ? undefined : world.project.servers.get(record.server.id);
    if (server !== undefined) expected.add(server.id);
    const on = server !== undefined && serverIsOn(world.project.observed(server));
    if (idle.get(id) === 'Failed') continue;
    assert.equal(on, shouldRun(parsed.agent), `${id} is ${on ? 'on' : 'off'}`);
    if (parsed.agent.spec.retired !== undefined) assert.equal(server, undefined);
    if (on) assert.equal(record.phase, 'running', `${id}: ${record.phase}`);
  }
  const unknown = [...world.project.servers.keys()].filter((id) => !expected.has(id));
  assert.deepEqual(unknown, [], 'servers that nobody knows');
  const left = leftovers(world).filter((one) => /^(?:lock|auth key)/.test(one));
  assert.deepEqual(left, []);
}
