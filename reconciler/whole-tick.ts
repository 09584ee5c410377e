/** One tick in one process: read and decide, carry out, write down. */
import { type AppliedChange, applyPlan } from './apply/apply.ts';
import type { StepEntered } from './apply/attempt.ts';
import type { Plan } from './core/plan/plan.ts';
import type { RunRef } from './core/world/run.ts';
import type { Ports } from './ports.ts';
import { type SettleReport, settle } from './settle/settle.ts';
import { checkDeeply } from './tick/check-deeply.ts';
import { planFleet } from './tick/plan-fleet.ts';
import type { Look } from './tick/read-world.ts';

export type WholeTick = {
  readonly plan: Plan;
  readonly applied: readonly AppliedChange[];
  readonly settled: SettleReport;
};

export type TickOptions = {
  /** the workflow run that acts, as the Forge knows it */
  readonly run: RunRef;
  /** what is looked at; the fleet where absent */
  readonly look?: Look;
  readonly concurrency?: number;
  onPlan?(plan: Plan): void;
  onStep?(entered: StepEntered): void;
};

/** The plan is settled even where the fleet's own stack could not be applied; then that is thrown. */
export async function wholeTick(
  ports: Omit<Ports, 'mail' | 'archive' | 'bundler'>,
  options: TickOptions,
): Promise<WholeTick> {
  const plan = await checkDeeply(ports, await planFleet(ports, options.look, options.run));
  options.onPlan?.(plan);
  let applied: readonly AppliedChange[] = [];
  let failure: { readonly thrown: unknown } | null = null;
  try {
    applied = await applyPlan(ports, plan, { ...options, parts: 'all' });
  } catch (thrown) {
    failure = { thrown };
  }
  const settled = await settle(ports, plan);
  if (failure !== null) throw failure.thrown;
  return { plan, applied, settled };
}
