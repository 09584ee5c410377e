/** `aura plan`: reads everything, decides, and says so. Nothing is changed anywhere. */

import { isEmptyPlan, needsAttention, type Plan } from '../../../core/plan/plan.ts';
import { checkDeeply } from '../../../flows/reconcile/observe/check-deeply.ts';
import { planFleet } from '../../../flows/reconcile/plan-fleet.ts';
import type { Log } from '../../../ports/log.ts';
import type { Ports } from '../../../ports/ports.ts';
import type { Environment } from '../../config.ts';
import { createLog } from '../../log.ts';
import { planPortNames } from '../../main/port-names.ts';
import { openPorts } from '../../main.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import { type LookOptions, lookOf } from '../run/look.ts';
import { writePlanFile } from '../run/plan-file.ts';
import { workflowRun } from '../run/run-id.ts';
import type { VerbContext } from '../run/verb.ts';
import { showPlan, summarise } from '../text/plan-report.ts';

export async function plan(
  { env, out }: VerbContext,
  options: LookOptions & { readonly out?: string; readonly deepCheck?: true },
): Promise<ExitCode> {
  const run = workflowRun(env);
  const log = createLog({ env, usual: 'warn' });
  const opened = await openPorts(env, planPortNames, { log });
  let made: Plan;
  try {
    const planned = await planFleet(opened.ports, lookOf(options), run);
    made =
      options.deepCheck === true
        ? await checkedDeeply({ env, log, ports: opened.ports }, planned)
        : planned.plan;
  } finally {
    await opened.close();
  }
  if (options.out !== undefined) await writePlanFile(options.out, made);
  await summarise(made, env, out);
  showPlan(made, out);
  out.document(made);
  if (needsAttention(made)) return exitCodes.attention;
  return isEmptyPlan(made) ? exitCodes.fine : exitCodes.changes;
}

/** Terraform and its credentials are needed for it alone. */
async function checkedDeeply(
  { env, log, ports }: { env: Environment; log: Log; ports: Pick<Ports, 'cloud' | 'states'> },
  planned: Awaited<ReturnType<typeof planFleet>>,
): Promise<Plan> {
  const opened = await openPorts(env, ['stacks', 'log'], { log });
  try {
    return await checkDeeply({ ...ports, ...opened.ports }, planned);
  } finally {
    await opened.close();
  }
}
