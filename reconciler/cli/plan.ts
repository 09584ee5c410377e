/** `aura plan`: reads everything, decides, and says so. Nothing is changed anywhere. */
import { isEmptyPlan, needsAttention, type Plan } from '../core/plan/plan.ts';
import { createLog } from '../log.ts';
import { openPorts } from '../main.ts';
import { planFleet } from '../tick/plan-fleet.ts';
import { type ExitCode, exitCodes } from './exit.ts';
import { type LookOptions, lookOf } from './look.ts';
import { writePlanFile } from './plan-file.ts';
import { showPlan, summarise } from './plan-report.ts';
import { planPortNames } from './port-names.ts';
import type { VerbContext } from './verbs.ts';

export async function plan(
  { env, out }: VerbContext,
  options: LookOptions & { readonly out?: string },
): Promise<ExitCode> {
  const log = createLog({ env, usual: 'warn' });
  const opened = await openPorts(env, planPortNames, { log });
  let made: Plan;
  try {
    made = (await planFleet(opened.ports, lookOf(options))).plan;
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
