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
import { mailSettingsLacking, showMails, showPlan, summarise } from '../text/plan-report.ts';

export async function plan(
  { env, out }: VerbContext,
  options: LookOptions & { readonly out?: string; readonly deepCheck?: true },
): Promise<ExitCode> {
  const run = workflowRun(env);
  const { plan: made, world } = await withPorts(env, planPortNames, async (ports) => {
    const planned = await planFleet(ports, lookOf(options), run);
    if (options.deepCheck !== true) return planned;
    // Only a deep check needs Terraform and its credentials.
    const checked = await withPorts(env, ['stacks', 'log'], (more) =>
      checkDeeply({ ...ports, ...more }, planned),
    );
    return { plan: checked, world: planned.world };
  });
  if (options.out !== undefined) {
    await writePlanFile(options.out, made);
    await writeStepOutputs(env, {
      shards: JSON.stringify(shardsOf(made, world.policy.apply)),
      fleet: made.fleet,
    });
  }
  await summarise(made, env, out);
  showPlan(made, out);
  // A run's job that plans has no settings of mail: the one that finalizes reports what it lacks.
  const lacks = run === null ? mailSettingsLacking(env) : [];
  showMails(made, { world, lacks }, out);
  out.document(made);
  if (needsAttention(made)) return exitCodes.attention;
  return isEmptyPlan(made) ? exitCodes.fine : exitCodes.changes;
}
