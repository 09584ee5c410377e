/**
 * Applies a plan: the fleet's own stack first, then its changes, several at a time. One agent's
 * failure is recorded and does not stop the others.
 */
import { asFailure, Failure, impossible } from '../../../core/failure.ts';
import { isChangeThat } from '../../../core/fleet/change-kinds.ts';
import type { RunRef } from '../../../core/fleet/run.ts';
import type { Change } from '../../../core/fleet/situation.ts';
import { type Plan, refuseOtherFleet } from '../../../core/plan/plan.ts';
import { policyOnMain } from '../../shared/read-catalog.ts';
import { needsHost, needsTerraform, whyNoTerraform, whyNotFinishable } from './able-to-finish.ts';
import type { ApplyPorts, Outcome, Run, StepEntered } from './attempt.ts';
import { eachAtOnce } from './concurrency.ts';
import { create } from './create.ts';
import { applyFleet } from './fleet.ts';
import { giveUp } from './give-up.ts';
import { checkImages } from './image-check.ts';
import { destroyOrphan } from './orphan.ts';
import { refuseWrongProject } from './project.ts';
import { replace, retire, rollback } from './remove.ts';
import { adopt, resume } from './resume.ts';
import { missingFirewall } from './ssh-access.ts';
import { configure, power, repair, resize } from './upkeep.ts';

type ApplyOptions = {
  /** the workflow run, as the Forge identifies it */
  readonly run: RunRef;
  readonly parts: 'all' | 'fleet' | 'agents';
  onStep?(entered: StepEntered): void;
};

export type AppliedChange = {
  readonly agent: string;
  readonly change: Change['kind'];
  readonly outcome: Outcome;
};

/**
 * Sorted by agent. Throws where the fleet's own stack cannot be applied: it precedes every change.
 */
export async function applyPlan(
  ports: ApplyPorts,
  plan: Plan,
  options: ApplyOptions,
): Promise<readonly AppliedChange[]> {
  const policy = await policyOnMain(ports);
  refuseOtherFleet(plan, policy);
  const appliesFleet = plan.fleet !== 'none' && options.parts !== 'agents';
  // `applyFleet` checks the project itself.
  if (appliesFleet) await applyFleet(ports, policy);
  if (options.parts === 'fleet') return [];
  if (!appliesFleet && plan.changes.length > 0) await refuseWrongProject(ports, policy);
  const run: Run = {
    ports,
    policy,
    ref: options.run,
    plan: plan.fingerprint.slice(0, 12),
    currency: plan.cost?.currency ?? '',
    serversSeen: plan.counts.servers,
    monthlyUnrecorded: plan.cost?.monthlyUnrecorded ?? 0,
    onStep: (entered) => options.onStep?.(entered),
  };
  await ports.processes.enter(options.run);
  const heldBy = await held(run, plan, options);
  const applied: AppliedChange[] = [];
  await eachAtOnce(run, plan.changes, async (change) => {
    const outcome = heldBy(change) ?? (await outcomeOf(run, change));
    applied.push({ agent: change.agent, change: change.kind, outcome });
  });
  await writeSteps(ports);
  return applied.sort((a, b) => (a.agent < b.agent ? -1 : 1));
}

/** A failure is only logged: facts are recorded already, and these are steps alone. */
async function writeSteps({ journal, log }: ApplyPorts): Promise<void> {
  try {
    await journal.flush();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    log.error({ error }, 'steps of attempts could not be written');
  }
}

/** The outcome of a change that cannot be carried out here; null where it may begin. */
async function held(
  run: Run,
  plan: Plan,
  options: ApplyOptions,
): Promise<(change: Change) => Outcome | null> {
  const failure = plan.changes.some(needsTerraform) ? await whyNoTerraform(run.ports) : null;
  const ofHosts = await heldHosts(run, plan, options);
  if (failure === null) return ofHosts;
  const outcome: Outcome = { kind: 'deferred', failure };
  return (change) => (needsTerraform(change) ? outcome : ofHosts(change));
}

/** The outcome of a change that needs a host, if it may not begin; null if it may. */
async function heldHosts(
  { ports, policy }: Run,
  plan: Plan,
  { parts }: ApplyOptions,
): Promise<(change: Change) => Outcome | null> {
  if (!plan.changes.some(needsHost)) return () => null;
  const all = (outcome: Outcome) => (change: Change) => (needsHost(change) ? outcome : null);
  // Where another job applies the fleet's own stack, no server is created before it is done.
  const missing =
    parts === 'agents' && plan.fleet !== 'none' ? await missingFirewall(ports, policy) : null;
  if (missing !== null) return all({ kind: 'skipped', message: missing });
  const failure = await whyNotFinishable(ports, policy);
  if (failure !== null) return all({ kind: 'deferred', failure });
  return checkImages(ports, plan.changes);
}

async function outcomeOf(run: Run, change: Change): Promise<Outcome> {
  try {
    // The plan's reading was complete; creating and destroying also need clocks that agree now.
    const doubt = isChangeThat(change, 'needsWholeReading')
      ? await run.ports.cloud.clockDoubt()
      : null;
    if (doubt !== null) return { kind: 'skipped', message: `the clocks disagree: ${doubt}` };
    return await applyChange(run, change);
  } catch (thrown) {
    const failure = asFailure(thrown);
    run.ports.log.error({ agent: change.agent, error: failure }, `${change.kind} failed`);
    return { kind: 'failed', step: 'lease', failure };
  }
}

function applyChange(run: Run, change: Change): Promise<Outcome> {
  switch (change.kind) {
    case 'create':
      return create(run, change);
    case 'resume':
      return resume(run, change);
    case 'adopt':
      return adopt(run, change);
    case 'rollback':
      return rollback(run, change);
    case 'replace':
      return replace(run, change);
    case 'retire':
      return retire(run, change);
    case 'power':
      return power(run, change);
    case 'resize':
      return resize(run, change);
    case 'repair':
      return repair(run, change);
    case 'configure':
      return configure(run, change);
    case 'giveUp':
      return giveUp(run, change);
    case 'destroyOrphan':
      return destroyOrphan(run, change);
    default:
      return impossible(change);
  }
}
