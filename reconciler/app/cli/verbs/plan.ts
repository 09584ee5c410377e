/** `aura plan`: reads everything, decides, and prints the plan. It changes nothing. */

import { isEmptyPlan, needsAttention } from '../../../core/plan/plan.ts';
import { shardsOf } from '../../../core/plan/shards.ts';
import { checkDeeply } from '../../../flows/reconcile/observe/check-deeply.ts';
import { planPortNames } from '../../../flows/reconcile/observe/listed.ts';
import { planFleet } from '../../../flows/reconcile/plan-fleet.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import { type LookOptions, lookOf } from '../run/look.ts';
import { writePlanFile } from '../run/plan-file.ts';
import { workflowRun } from '../run/run-id.ts';
import { writeStepOutputs } from '../run/step-outputs.ts';
import type { VerbContext } from '../run/verb.ts';
import { withPorts } from '../run/with-ports.ts';
import { showPlan, summarise } from '../text/plan-report.ts';

export async function plan(
  { env, out }: VerbContext,
  options: LookOptions & { readonly out?: string; readonly deepCheck?: true },
): Promise<ExitCode> {
  const run = workflowRun(env);
  const { plan: made, policy } = await withPorts(env, planPortNames, async (ports) => {
    const planned = await planFleet(ports, lookOf(options), run);
    const { policy } = planned.world;
    if (options.deepCheck !== true) return { plan: planned.plan, policy };
    // Only a deep check needs Terraform and its credentials.
    const checked = await withPorts(env, ['stacks', 'log'], (more) =>
      checkDeeply({ ...ports, ...more }, planned),
    );
    return { plan: checked, policy };
  });
  if (options.out !== undefined) {
    await writePlanFile(options.out, made);
    await writeStepOutputs(env, {
      shards: JSON.stringify(shardsOf(made, policy.apply)),
      fleet: made.fleet,
    });
  }
  await summarise(made, env, out);
  showPlan(made, out);
  out.document(made);
  if (needsAttention(made)) return exitCodes.attention;
  return isEmptyPlan(made) ? exitCodes.fine : exitCodes.changes;
}
