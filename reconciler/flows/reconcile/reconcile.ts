/** One run in one process: observe, plan, apply, finalize. */

import type { RunRef } from '../../core/fleet/run.ts';
import type { World } from '../../core/fleet/world.ts';
import type { Plan } from '../../core/plan/plan.ts';
import type { Ports } from '../../ports/ports.ts';
import { type AppliedChange, applyPlan } from './apply/apply.ts';
import { applyPortNames, type StepEntered } from './apply/attempt.ts';
import type { FinalizeReport } from './finalize/finalize.ts';
import { finish } from './finish.ts';
import { checkDeeply } from './observe/check-deeply.ts';
import type { Scope } from './observe/scope.ts';
import { planFleet } from './plan-fleet.ts';

export type Reconciled = {
  readonly plan: Plan;
  readonly applied: readonly AppliedChange[];
  readonly finalized: FinalizeReport;
};

/** Those of apply, of finalize and of observing. */
export const reconcilePortNames = [...applyPortNames, 'files', 'customerMail', 'archive'] as const;

type ReconcileOptions = {
  /** the workflow run, as the Forge identifies it */
  readonly run: RunRef;
  /** what is observed; the fleet where absent */
  readonly scope?: Scope;
  onPlan?(plan: Plan, world: World): void;
  onStep?(entered: StepEntered): void;
};

/** Finalizes even where the fleet's own stack could not be applied, then throws that failure. */
export async function reconcile(
  ports: Pick<Ports, (typeof reconcilePortNames)[number]>,
  options: ReconcileOptions,
): Promise<Reconciled> {
  const planned = await planFleet(ports, options.scope, options.run);
  const plan = await checkDeeply(ports, planned);
  options.onPlan?.(plan, planned.world);
  let applied: readonly AppliedChange[] = [];
  let failure: { readonly thrown: unknown } | null = null;
  try {
    applied = await applyPlan(ports, plan, { ...options, parts: 'all' });
  } catch (thrown) {
    failure = { thrown };
  }
  const finalized = await finish(ports, plan);
  if (failure !== null) throw failure.thrown;
  return { plan, applied, finalized };
}
