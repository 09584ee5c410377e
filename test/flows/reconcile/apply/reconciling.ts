/**
 * Reconciles a world in memory as a schedule would: each time is a run of its own that the Forge
 * returns, a dead one is reported as over, and time passes between them.
 */
import assert from 'node:assert/strict';
import { createJournal } from '../../../../reconciler/adapters/journal/journal.ts';
import { Failure } from '../../../../reconciler/core/failure.ts';
import { runText } from '../../../../reconciler/core/fleet/run.ts';
import type { Change } from '../../../../reconciler/core/fleet/situation.ts';
import { isEmptyPlan, type Plan } from '../../../../reconciler/core/plan/plan.ts';
import { applyPlan } from '../../../../reconciler/flows/reconcile/apply/apply.ts';
import type { Outcome, StepEntered } from '../../../../reconciler/flows/reconcile/apply/attempt.ts';
import type { Scope } from '../../../../reconciler/flows/reconcile/observe/scope.ts';
import { planFleet } from '../../../../reconciler/flows/reconcile/plan-fleet.ts';
import { type Reconciled, reconcile } from '../../../../reconciler/flows/reconcile/reconcile.ts';
import type { Ports } from '../../../../reconciler/ports/ports.ts';
import { firstAttempt } from '../../../builders/world.ts';
import { checkInvariants } from '../../../fakes/invariants.ts';
import { createProcess, DeadProcess } from '../../../fakes/process.ts';
import { createFakeRepository } from '../../../fakes/repository.ts';
import { createJournalClock, soonMs } from '../../../fakes/time.ts';
import type { FakeWorld } from '../../../fakes/world.ts';

const latest = new WeakMap<FakeWorld, { readonly number: number; readonly attempt: number }>();
const minuteMs = 60_000;

/** One reconcile by a run of its own; null where its process died. Any other error is thrown. */
export async function reconcileOnce(
  world: FakeWorld,
  look: Scope = 'fleet',
): Promise<Reconciled | null> {
  latest.set(world, { number: (latest.get(world)?.number ?? 0) + 1, attempt: 1 });
  return runOnce(world, look);
}

/** The newest run is run again, as a person does with a failed job: the same id. */
export async function reconcileAgain(world: FakeWorld): Promise<Reconciled | null> {
  const { number, attempt } = latest.get(world) ?? assert.fail('nothing was run before');
  latest.set(world, { number, attempt: attempt + 1 });
  const done = await runOnce(world, 'fleet');
  const own = done?.plan.idle.filter(({ message }) =>
    message.startsWith(`locked by run run-${number}/`),
  );
  assert.deepEqual(own ?? [], [], 'an earlier attempt of the same run is in its way');
  return done;
}

async function runOnce(world: FakeWorld, look: Scope): Promise<Reconciled | null> {
  const { number, attempt } = latest.get(world) ?? assert.fail();
  const run = { id: `run-${number}`, attempt };
  const known = attempt === 1 ? run.id : runText(run);
  world.forge.runs.set(known, 'running');
  try {
    return await reconcile(world.ports, { run, scope: look, onStep: () => checkInvariants(world) });
  } catch (thrown) {
    if (!(thrown instanceof DeadProcess) && world.alive()) throw thrown;
    world.restart();
    return null;
  } finally {
    world.forge.runs.set(known, 'over');
    checkInvariants(world);
  }
}

/** The same world as a second process uses it: with a journal of its own. */
export function besides(world: FakeWorld): Ports {
  const clock = createJournalClock(world.time, createProcess());
  const state = createFakeRepository(world.git);
  const journal = createJournal({ state, clock, log: world.ports.log, soonMs });
  return { ...world.ports, state, journal };
}

/** The only change that is due. */
export async function dueChange(world: FakeWorld): Promise<{ plan: Plan; change: Change }> {
  const { plan } = await planFleet(world.ports);
  const [change, ...more] = plan.changes;
  assert.ok(change !== undefined && more.length === 0, `${plan.changes.length} changes are due`);
  return { plan, change };
}

/** Applies a plan of one change; returns its outcome. */
export async function applyOne(
  world: FakeWorld,
  plan: Plan,
  options: { readonly run?: string; onStep?(entered: StepEntered): void } = {},
): Promise<Outcome> {
  const run = options.run ?? 'run-a';
  world.forge.runs.set(run, 'running');
  const as = { ...options, run: firstAttempt(run), parts: 'all' } as const;
  const [applied] = await applyPlan(world.ports, plan, as);
  world.forge.runs.set(run, 'over');
  checkInvariants(world);
  assert.ok(applied !== undefined);
  return applied.outcome;
}

/** As text: `done`, `skipped: …`, `failed at vm: Conflict`. */
export function outcomeText(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'done':
      return 'done';
    case 'deferred':
      return `deferred: ${outcome.failure.reason}`;
    case 'failed':
      return `failed at ${outcome.step}: ${outcome.failure.reason}`;
    default:
      return `${outcome.kind}: ${outcome.message}`;
  }
}

/** A run that may fail because of its world: what it threw is its result. */
export async function triedRun(
  world: FakeWorld,
  make: (world: FakeWorld) => Promise<Reconciled | null> = reconcileOnce,
): Promise<Reconciled | Failure | null> {
  try {
    return await make(world);
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
}

type Quiet = { readonly runs: number; readonly plan: Plan };

/** Runs until one of them changes nothing; time passes to what is due next. */
export async function untilQuiet(world: FakeWorld, runsMax = 12): Promise<Quiet> {
  const lines: string[] = [];
  for (let runs = 1; runs <= runsMax; runs += 1) {
    const calls = world.calls.length;
    const done = await reconcileOnce(world);
    assert.ok(done !== null, 'a process died without a fault');
    const { plan } = done;
    const wrote = world.calls.slice(calls);
    const held = [...plan.deferred, ...plan.refused].map(({ message }) => message);
    lines.push(`${runs}: ${story(done)} wrote ${wrote.join(' ')} ${held.join('; ')}`);
    const waits = plan.deferred.length + plan.refused.length > 0 || plan.nextDueAt !== null;
    if (wrote.length === 0 && isEmptyPlan(plan) && !waits) return { runs, plan };
    passTime(world, plan);
  }
  throw new Error(`not quiet after ${runsMax} runs:\n${lines.join('\n')}`);
}

function passTime(world: FakeWorld, { nextDueAt }: Plan): void {
  const due = nextDueAt === null ? 0 : Date.parse(nextDueAt) - world.time.now();
  world.advance(Math.max(due, minuteMs));
}

/** What a run did, in a line. */
export function story({ plan, applied }: Reconciled): string {
  const said = applied.map(({ agent, change, outcome }) => {
    const why = outcome.kind === 'failed' ? ` ${outcome.failure.message}` : '';
    return `${change} ${agent} ${outcomeText(outcome)}${why}`;
  });
  const idle = plan.idle.map((one) => `${one.agent} ${one.reason}: ${one.message}`);
  return [...said, ...idle].join('; ');
}
