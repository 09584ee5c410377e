/** `aura settle`: writes down what a plan found out, decided anew on the tip. */
import { needsAttention } from '../core/plan/plan.ts';
import { createLog } from '../log.ts';
import { openPorts } from '../main.ts';
import { settle } from '../settle/settle.ts';
import { settledText } from './applied.ts';
import { type ExitCode, exitCodes } from './exit.ts';
import { interruptible } from './interruption.ts';
import { checkFleet, readPlanFile } from './plan-file.ts';
import { settlePortNames } from './port-names.ts';
import type { VerbContext } from './verbs.ts';

export async function settleVerb(
  { env, out }: VerbContext,
  options: { readonly plan: string },
): Promise<ExitCode> {
  const plan = await readPlanFile(options.plan);
  const log = createLog({ env, usual: 'warn' });
  const opened = await openPorts(env, settlePortNames, { log });
  const { ports, interruption } = interruptible(opened.ports, out);
  try {
    await checkFleet(ports.state, plan);
    const settled = await settle(ports, plan);
    const code = interruption.code(needsAttention(plan) ? exitCodes.attention : exitCodes.fine);
    out.text(settledText(settled));
    const ok = code === exitCodes.fine;
    out.document({ ok, plan: plan.fingerprint, applied: [], settled });
    return code;
  } finally {
    await opened.close();
    interruption.close();
  }
}
