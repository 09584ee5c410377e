/**
 * Faults and stop end: within a bounded number of runs the world is as the files ask, and a further
 * run writes nothing. No person approves what a limit has refused: only that may remain, and it
 * must be reported. Agents that were given up are reported too, and come up once a person asks for
 * another attempt, or for a fresh VM where an attempt is reported as useless; what the gate refused
 * stays until a person has checked the agent's state.
 */

import { Failure } from '../../reconciler/core/failure.ts';
import { deviceTag } from '../../reconciler/core/fleet/observed.ts';
import type { Plan } from '../../reconciler/core/plan/plan.ts';
import { recoverFleet } from '../../reconciler/flows/reconcile/apply/initialise.ts';
import type { Reconciled } from '../../reconciler/flows/reconcile/reconcile.ts';
import { recordAt } from '../fakes/at-commit.ts';
import type { FakeWorld } from '../fakes/world.ts';
import { calm } from './behaviours.ts';
import { numberOf, reprovisions, retries } from './commands.ts';
import { alarmedOf, differences } from './differences.ts';
import { endsPause, repairsFiles, restoresFiles } from './operators.ts';
import { otherTag } from './provider-faults.ts';
import { decidesOrphans, reviews } from './reviewers.ts';
import { scheduledRun } from './runs.ts';
import { minuteMs, type Stage } from './stage.ts';

const runsMax = 60;

/** Why the world did not converge to its files; empty where it did. */
export async function converge(stage: Stage): Promise<readonly string[]> {
  endTroubles(stage);
  const retried = new Set<string>();
  for (let runs = 1; runs <= runsMax; runs += 1) {
    const seen = await oneRun(stage, `calm ${runs}`);
    if (seen === null) return ['a run failed though nothing goes wrong any more'];
    const { plan } = seen.done;
    if (seen.rests) {
      const failed = failedIn(plan);
      const again = failed.filter(
        (agent) => retried.has(agent) && !isForAPerson(stage.world, agent),
      );
      if (again.length > 0) return [`${again.join(', ')} was given up though nothing goes wrong`];
      const wrong = differences(stage, plan);
      if (wrong.length > 0 || failed.every((agent) => retried.has(agent)))
        return [...wrong, ...(await unreported(stage, plan))];
      for (const agent of failed) await retry(stage, agent);
      for (const agent of failed) retried.add(agent);
    }
    const { time } = stage.world;
    const due = plan.nextDueAt === null ? 0 : Date.parse(plan.nextDueAt) - time.now();
    // What waits for the end of a lease or a window is decided again at each run.
    stage.world.advance(Math.max(due, seen.isIdle ? 10 * minuteMs : minuteMs));
  }
  return [`no rest after ${runsMax} runs`];
}

function endTroubles({ world, service, narrative, has }: Stage): void {
  calm(world);
  world.unkind.calm();
  service.calm();
  world.git.resume();
  world.hosts.heal();
  endsPause(world);
  const now = world.time.now();
  let shownMs = now;
  for (const server of world.project.servers.values()) {
    delete server.ailing;
    delete server.lockedUntilMs;
    shownMs = Math.max(shownMs, server.hiddenUntilMs ?? 0);
  }
  world.advance(shownMs - now);
  // A removed tag is restored: a device that is not listed would keep its name forever.
  for (const device of world.tailnet.devices.values())
    if (device.tags.includes(otherTag)) device.tags = [deviceTag(world.policy.fleet)];
  if (!has('neverApproves')) decidesOrphans(world);
  narrative.push('--- calm');
}

type Seen = {
  readonly done: Reconciled;
  /** no change was made, whatever is left to do */
  readonly isIdle: boolean;
  readonly rests: boolean;
};

/** Stripe's events, a run, and people's reactions to its report; null where the run failed. */
async function oneRun(stage: Stage, name: string): Promise<Seen | null> {
  const { world, narrative, service } = stage;
  const calls = world.calls.length;
  repairsFiles(world);
  narrative.push(...(await service.deliver()), await service.resync());
  const done = (await scheduledRun(stage, name)) ?? (await recovered(stage, name));
  if (done === null || done.finalized.failed.length > 0) return null;
  const { plan } = done;
  const helped = stage.has('neverApproves') ? null : helps(world, plan);
  const waits = plan.deferred.length > 0 || plan.nextDueAt !== null || plan.changes.length > 0;
  const whole = plan.reading.kind === 'complete' || stage.has('neverApproves');
  const isIdle = world.calls.length === calls && helped === null;
  return { done, isIdle, rests: isIdle && !waits && whole };
}

/** Where a run reports what a person must do about the shared stack, a person does it. */
async function recovered(stage: Stage, name: string): Promise<Reconciled | null> {
  const leaseMs = (stage.world.policy.apply.leaseMinutes + 1) * minuteMs;
  if (stage.failure?.reason === 'StateLocked') {
    // As below: the next run releases it.
    stage.world.advance(leaseMs);
    return scheduledRun(stage, `${name} then`);
  }
  if (stage.failure?.message.includes('`aura init --recover') !== true) return null;
  if ((await recovers(stage)) === 'StateLocked') {
    // A lock that is not older than a lease may be in use: it is waited for.
    stage.world.advance(leaseMs);
    await recovers(stage);
  }
  return scheduledRun(stage, `${name} then`);
}

/** Why it was not possible; null where it was. */
async function recovers({ world, narrative, failure }: Stage): Promise<string | null> {
  try {
    const { anew, imported, changed } = await recoverFleet(
      world.spawn().ports,
      world.policy,
      failure?.message.includes('--accept-project'),
    );
    narrative.push(
      `  recovers the shared stack: ${anew}, ${imported} imported, ${changed} changed`,
    );
    return null;
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    narrative.push(`  the shared stack is not recovered: ${thrown.message}`);
    return thrown.reason;
  }
}

function helps(world: FakeWorld, plan: Plan): string | null {
  const merged = reviews(world, true);
  restoresFiles(world, plan);
  return merged;
}

function failedIn({ idle }: Plan): readonly string[] {
  return idle.filter(({ reason }) => reason === 'Failed').map(({ agent }) => agent);
}

/** Where a retry is reported as useless, a fresh VM is requested, as the report asks. */
async function retry({ world, narrative, random }: Stage, agent: string): Promise<void> {
  const n = numberOf(agent);
  if (n === null) return;
  const said = (await retries(world, random.people, n)) ?? '-';
  narrative.push(`  ${said}`);
  if (said.includes('is unchanged'))
    narrative.push(`  ${(await reprovisions(world, random.people, n)) ?? '-'}`);
}

/** What remains refused is reported, and is an alarm once it has lasted for long. */
async function unreported(stage: Stage, { refused }: Plan): Promise<readonly string[]> {
  if (refused.length === 0) return [];
  stage.world.advance(61 * minuteMs);
  const seen = await oneRun(stage, 'later');
  if (seen === null) return ['a run failed though nothing goes wrong any more'];
  const alarmed = alarmedOf(stage.world, 'RefusedForLong');
  return seen.done.plan.refused
    .filter(({ change }) => !alarmed.has(change.agent))
    .map(({ change }) => `no alarm says that ${change.kind} of ${change.agent} is refused`);
}

/** A state that holds another server is checked by a person: no retry may touch it. */
function isForAPerson({ git }: FakeWorld, agent: string): boolean {
  const record = recordAt(git, git.tip('status')?.id ?? null, agent);
  return record?.attempts.findLast(({ outcome }) => outcome === 'failed')?.reason === 'GateRefused';
}
