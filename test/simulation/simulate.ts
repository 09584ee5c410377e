/**
 * A whole world at random: people act, things go wrong, processes die, time passes, and after every
 * step the invariants hold. In the end nothing goes wrong any more, and the world converges.
 */
import type { Plan } from '../../reconciler/core/plan/plan.ts';
import { converge } from './convergence.ts';
import { calm, strike } from './faults.ts';
import { act } from './people.ts';
import { resync } from './resync.ts';
import { approves } from './reviewers.ts';
import { lateRun, pushedRun, scheduledRun } from './runs.ts';
import { BrokenInvariant, createStage, minuteMs, type Stage } from './stage.ts';

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
export async function simulate(seed: number): Promise<Simulation> {
  const stage = createStage(seed);
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
  const { world, random, told } = stage;
  let earlier: Plan | null = null;
  for (let round = 1; round <= roundsMax; round += 1) {
    for (let acts = random.below(3); acts > 0; acts -= 1)
      told.push(`  ${act(world, random) ?? '-'}`);
    await resync(world);
    if (random.below(3) === 0) told.push(`  fault: ${strike(world, random)}`);
    if (earlier !== null && random.below(5) === 0) await lateRun(stage, earlier);
    const beside = random.below(4) === 0 ? pushedRun(stage) : null;
    const done = await scheduledRun(stage, `round ${round}`);
    await beside;
    // The two share a process, and the one beside may have died last.
    if (!world.alive()) world.restart();
    earlier = done?.plan ?? earlier;
    if (done !== null && random.below(3) === 0) told.push(`  ${approves(world, done.plan) ?? '-'}`);
    if (random.below(2) === 0) calm(world);
    if (random.below(8) === 0) world.advance(random.below(20) * 60 * minuteMs);
    else world.advance((1 + random.below(10)) * minuteMs);
  }
}
