/**
 * A whole world at random: people act, faults occur, processes die, time passes, and after every
 * step the invariants hold. In the end the faults stop, and the world converges.
 */
import type { Plan } from '../../reconciler/core/plan/plan.ts';
import { fileAt } from '../fakes/at-commit.ts';
import {
  type BehaviourName,
  callFaultNames,
  calm,
  strike,
  usualBehaviours,
  worldFaultNames,
} from './behaviours.ts';
import { converge } from './convergence.ts';
import { severalCancel } from './customers.ts';
import { act } from './people.ts';
import { approves } from './reviewers.ts';
import { lateRun, pushedRun, scheduledRun } from './runs.ts';
import { BrokenInvariant, checkStep, createStage, minuteMs, type Stage } from './stage.ts';

export type Simulation = {
  readonly seed: number;
  /** how often the invariants were checked */
  readonly steps: number;
  /** what happened, a line each */
  readonly narrative: readonly string[];
  readonly violations: readonly string[];
  /** why the world did not converge to its files; empty where it did */
  readonly unconverged: readonly string[];
};

const runsMax = 20;

/** The first violation ends it. An error of a flow that is no Failure is a violation too. */
export async function simulate(
  seed: number,
  played: ReadonlySet<BehaviourName> = usualBehaviours(),
): Promise<Simulation> {
  const stage = createStage(seed, played);
  let unconverged: readonly string[] = [];
  try {
    await play(stage);
    unconverged = await converge(stage);
  } catch (thrown) {
    if (!(thrown instanceof BrokenInvariant))
      stage.violations.add(
        thrown instanceof Error ? (thrown.stack ?? thrown.message) : `${thrown}`,
      );
  }
  const { steps, narrative, violations } = stage;
  return { seed, steps, narrative, violations: [...violations], unconverged };
}

async function play(stage: Stage): Promise<void> {
  const { world, narrative, service } = stage;
  const { below } = stage.random.play;
  let earlier: Plan | null = null;
  for (let run = 1; run <= runsMax; run += 1) {
    for (let acts = below(4); acts > 0; acts -= 1) {
      const said = await act(world, stage.random.people, stage.has);
      narrative.push(`  ${said ?? '-'}`);
      if (said !== null) remember(stage, said);
      service.notice();
    }
    if (stage.has('severalCancel') && below(12) === 0)
      narrative.push(`  ${severalCancel(world, stage.random.people)}`);
    await hear(stage);
    goesWrong(stage);
    if (earlier !== null && below(5) === 0) await lateRun(stage, earlier);
    const beside = below(4) === 0 ? pushedRun(stage) : null;
    const done = await scheduledRun(stage, `run ${run}`);
    await beside;
    checkStep(stage);
    earlier = done?.plan ?? earlier;
    if (stage.asked !== null && below(2) === 0) await scheduledRun(stage, `  ${stage.asked}`);
    const approved = done !== null && below(3) === 0 && !stage.has('neverApproves');
    if (approved) narrative.push(`  ${approves(world, done.plan) ?? '-'}`);
    if (below(2) === 0) calm(world);
    if (below(8) === 0) world.advance(below(20) * 60 * minuteMs);
    else world.advance((1 + below(10)) * minuteMs);
    if (stage.has('daysPass') && below(6) === 0) world.advance(below(20) * 24 * 60 * minuteMs);
  }
}

/** The answer of a command that makes a fresh VM. */
function remember({ world, promised }: Stage, said: string): void {
  const agent = /^(?:reprovision|region) of (agt-\w+)$/.exec(said)?.[1];
  if (agent === undefined) return;
  const atMs = world.time.now();
  const file = fileAt(world.git, world.git.branches.get('main') ?? null, agent);
  if (file !== null) promised.set(agent, { revision: file.spec.revision, atMs });
}

/** Stripe's events are delivered, and now and then a resync runs, which may overlap. */
async function hear({ service, narrative, random, has }: Stage): Promise<void> {
  service.notice();
  const all = random.play.below(4) === 0 ? service.resync : null;
  const beside = has('resyncBeside') ? all?.() : undefined;
  narrative.push(...(await service.deliver()));
  const line = await (beside ?? all?.());
  if (line !== undefined) narrative.push(line);
  // What was changed while it was read.
  service.notice();
}

/** Now and then a fault of a call, and now and then one of the world. */
function goesWrong({ world, random, narrative, played }: Stage): void {
  for (const [draws, names] of [
    [random.faults, callFaultNames],
    [random.world, worldFaultNames],
  ] as const) {
    if (draws.below(2) > 0) continue;
    const struck = strike(
      world,
      draws,
      names.filter((name) => played.has(name)),
    );
    if (struck !== null) narrative.push(`  ${struck}`);
  }
}
