/**
 * A whole world at random: people act, things go wrong, processes die, time passes, and after every
 * step the invariants hold. In the end nothing goes wrong any more, and the world converges.
 */
import type { Plan } from '../../reconciler/core/plan/plan.ts';
import { type BehaviourName, usualBehaviours } from './behaviours.ts';
import { converge } from './convergence.ts';
import { calm, strike } from './faults.ts';
import { act } from './people.ts';
import { approves } from './reviewers.ts';
import { lateRun, pushedRun, scheduledRun } from './runs.ts';
import { BrokenInvariant, checkStep, createStage, minuteMs, type Stage } from './stage.ts';

export type Simulation = {
  readonly seed: number;
  /** how often the invariants were checked */
  readonly steps: number;
  /** what happened, a line each */
  readonly told: readonly string[];
  readonly violations: readonly string[];
  /** why the world did not come to rest as its files ask; empty where it did */
  readonly unconverged: readonly string[];
};

const roundsMax = 30;

/** The first violation ends it. What a flow throws that is no failure is a violation too. */
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
  const { steps, told, violations } = stage;
  return { seed, steps, told, violations: [...violations], unconverged };
}

async function play(stage: Stage): Promise<void> {
  const { world, told, service } = stage;
  const { below } = stage.random.play;
  let earlier: Plan | null = null;
  for (let round = 1; round <= roundsMax; round += 1) {
    for (let acts = below(3); acts > 0; acts -= 1) {
      told.push(`  ${act(world, stage.random.people) ?? '-'}`);
      service.notice();
    }
    told.push(...(await service.deliver()));
    if (below(4) === 0) told.push(await service.resync());
    if (below(3) === 0) told.push(`  fault: ${strike(world, stage.random.faults)}`);
    if (earlier !== null && below(5) === 0) await lateRun(stage, earlier);
    const beside = below(4) === 0 ? pushedRun(stage) : null;
    const done = await scheduledRun(stage, `round ${round}`);
    await beside;
    checkStep(stage);
    earlier = done?.plan ?? earlier;
    if (stage.asked !== null && below(2) === 0) await scheduledRun(stage, `  ${stage.asked}`);
    if (done !== null && below(3) === 0) told.push(`  ${approves(world, done.plan) ?? '-'}`);
    if (below(2) === 0) calm(world);
    if (below(8) === 0) world.advance(below(20) * 60 * minuteMs);
    else world.advance((1 + below(10)) * minuteMs);
  }
}
