/** Runs of the reconciler over a stage: by the schedule, by a push, and of a late plan. */

import { Failure } from '../../reconciler/core/failure.ts';
import { type RunRef, runText } from '../../reconciler/core/fleet/run.ts';
import type { Plan } from '../../reconciler/core/plan/plan.ts';
import { applyPlan } from '../../reconciler/flows/reconcile/apply/apply.ts';
import { followUp } from '../../reconciler/flows/reconcile/follow-up.ts';
import type { Scope } from '../../reconciler/flows/reconcile/observe/scope.ts';
import { type Reconciled, reconcile } from '../../reconciler/flows/reconcile/reconcile.ts';
import { DeadProcess } from '../fakes/process.ts';
import type { FakeWorld } from '../fakes/world.ts';
import { story } from '../flows/reconcile/apply/reconciling.ts';
import { isPaused } from './operators.ts';
import { earlyEnds, planViolations, windowViolations } from './plan-checks.ts';
import { checkStep, found, lookAt, type Stage } from './stage.ts';

/** A run by the schedule or a dispatch; null where it failed or died. */
export async function scheduledRun(
  stage: Stage,
  name: string,
  look: Scope = 'fleet',
): Promise<Reconciled | null> {
  const { world, narrative } = stage;
  const calls = world.calls.length;
  const done = await withoutStopped(stage, () => wholeRun(stage, look));
  stage.failure = done instanceof Failure ? done : null;
  if (done === null || done instanceof Failure) {
    narrative.push(`${name}: ${done === null ? 'died' : `${done.reason} ${done.message}`}`);
    checkStep(stage);
    return null;
  }
  narrative.push(
    `${name}: ${story(done)} ${waiting(done.plan)} ${world.calls.slice(calls).join(' ')}`,
  );
  for (const { part, about, message } of done.finalized.failed)
    narrative.push(`  finalizing ${part} ${about ?? ''} failed: ${message}`);
  checkStep(stage);
  return done;
}

/** A run by a push, over the changed agents alone; it may continue beside another run. */
export async function pushedRun(stage: Stage): Promise<void> {
  const done = await wholeRun(stage, 'changed');
  const how = done === null ? 'died' : done instanceof Failure ? done.message : story(done);
  stage.narrative.push(`  pushed: ${how}`);
}

/** In a process of its own. A failure of the world is a result; null where it died. */
async function wholeRun(stage: Stage, look: Scope): Promise<Reconciled | Failure | null> {
  const { world } = stage;
  const process = world.spawn();
  const beside = stage.running;
  const run = newRun(stage, look);
  const number = stage.runs;
  const startedMs = world.time.now();
  const before = countsOf(world);
  try {
    const done = await reconcile(process.ports, { run, scope: look, onStep: () => lookAt(stage) });
    const ended = [...windowViolations(world), ...earlyEnds(world)];
    found(stage, [...planViolations(done.plan), ...ended]);
    // The outcome of another run meanwhile is reported by that run. A run that finds a branch
    // rewritten meanwhile fails, and says so.
    const rewritten = done.finalized.failed.some(({ reason }) => reason === 'BranchRewritten');
    if (beside === 0 && stage.runs === number && !rewritten) {
      const unreported = stage.reports.violations(done.plan, startedMs);
      if (unreported.length > 0) stage.narrative.push(`  the plan: ${JSON.stringify(done.plan)}`);
      found(stage, unreported);
      found(stage, believed(before, countsOf(world)));
    }
    const because = await followUp(process.ports, done.plan, run);
    stage.asked = because;
    return done;
  } catch (thrown) {
    // The job of every other failed run is run again, which keeps the run's id.
    if (look !== 'changed' && number % 2 === 0) stage.again = { ...run, attempt: run.attempt + 1 };
    if (thrown instanceof DeadProcess || !process.alive()) return null;
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  } finally {
    over(stage, run);
  }
}

type Counts = { readonly unbelievable: number; readonly servers: number };

function countsOf({ unkind, project }: FakeWorld): Counts {
  const { unbelievable } = unkind;
  return { unbelievable, servers: project.creations.length + project.deletions.length };
}

/** On a listing that is incomplete, or cannot be complete, no server is created or destroyed. */
function believed(before: Counts, after: Counts): readonly string[] {
  if (after.unbelievable === before.unbelievable || after.servers === before.servers) return [];
  return ['servers were made or destroyed on a listing that could not be trusted'];
}

function newRun(stage: Stage, look: Scope | null): RunRef {
  stage.runs += 1;
  stage.running += 1;
  const again = look !== null && look !== 'changed' ? stage.again : null;
  if (again !== null) stage.again = null;
  const run = again ?? { id: `run-${stage.runs}`, attempt: 1 };
  stage.world.forge.runs.set(runText(run), 'running');
  return run;
}

function over(stage: Stage, run: RunRef): void {
  stage.running -= 1;
  stage.world.forge.runs.set(runText(run), 'over');
}

/** A delayed runner applies a plan of some runs ago. */
export async function lateRun(stage: Stage, plan: Plan): Promise<void> {
  const { world, narrative } = stage;
  const process = world.spawn();
  const run = newRun(stage, null);
  try {
    const applied = await withoutStopped(stage, () =>
      applyPlan(process.ports, plan, { run, parts: 'agents' }),
    );
    const kinds = applied.map(({ change, outcome }) => `${change} ${outcome.kind}`);
    narrative.push(`  a late plan: ${kinds.join(', ')}`);
  } catch (thrown) {
    if (!(thrown instanceof Failure) && process.alive()) throw thrown;
    narrative.push('  a late plan failed');
  } finally {
    over(stage, run);
  }
  checkStep(stage);
}

/** Under a stop or a pause that existed at its start, a run makes only commits. */
async function withoutStopped<Result>(stage: Stage, work: () => Promise<Result>): Promise<Result> {
  const { world } = stage;
  const halted = isHalted(world);
  const calls = world.calls.length;
  try {
    return await work();
  } finally {
    const effects = outside(world.calls.slice(calls));
    if (halted && effects.length > 0) found(stage, [`effects under a stop: ${effects.join(', ')}`]);
  }
}

/** A pause that is missing on the replica which serves `main` cannot be known. */
function isHalted(world: FakeWorld): boolean {
  const isKnown = isPaused(world, world.unkind.served('main'));
  return world.git.halted() || (isPaused(world) && isKnown);
}

/** Effects other than commits and pull requests. */
function outside(calls: readonly string[]): readonly string[] {
  return calls.filter((call) => !/^(?:journal|state|forge)\./.test(call));
}

function waiting({ deferred, refused, nextDueAt, removed, finished }: Plan): string {
  const held = [...deferred, ...refused].map(({ change, message }) => `${change.kind}: ${message}`);
  const left = [...removed, ...finished].map(({ agent }) => agent);
  return `[${[...held, ...left].join('; ')} due ${nextDueAt}]`;
}
