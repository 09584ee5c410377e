/** `aura finalize`: records the findings of a plan, decided again on the tip. */
import { needsAttention } from '../../../core/plan/plan.ts';
import { finalize } from '../../../flows/reconcile/finalize/finalize.ts';
import { followUp } from '../../../flows/reconcile/follow-up.ts';
import { createLog } from '../../log.ts';
import { finalizePortNames } from '../../main/port-names.ts';
import { openPorts } from '../../main.ts';
import { tellDeadman } from '../run/deadman.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import { interruptible } from '../run/interruption.ts';
import { checkFleet, readPlanFile } from '../run/plan-file.ts';
import { ownRun } from '../run/run-id.ts';
import type { VerbContext } from '../run/verb.ts';
import { finalizeNeedsAttention, finalizeText, partFailed } from '../text/applied.ts';
import { plain } from '../text/output.ts';

export async function finalizeVerb(
  { env, out }: VerbContext,
  options: { readonly plan: string },
): Promise<ExitCode> {
  const run = ownRun(env);
  const plan = await readPlanFile(options.plan);
  const log = createLog({ env, usual: 'warn' });
  const opened = await openPorts(env, finalizePortNames, { log, needs: ['deadman'] });
  const { ports, interruption } = interruptible(opened.ports, out);
  try {
    await checkFleet(ports.state, plan);
    const finalized = await finalize(ports, plan);
    const attention = needsAttention(plan) || finalizeNeedsAttention(finalized);
    const failed = partFailed(finalized);
    const done = attention ? exitCodes.attention : exitCodes.fine;
    const code = interruption.code(failed ? exitCodes.error : done);
    out.text(finalizeText(finalized));
    const because = await followUp(ports, plan, run);
    if (because !== null) out.text(`Another run was requested. ${plain(because)}.`);
    const ok = code === exitCodes.fine;
    out.document({ ok, plan: plan.fingerprint, applied: [], finalized });
    if (code !== exitCodes.interrupted && !failed)
      await tellDeadman(opened.config.deadman.url, plan, out);
    return code;
  } finally {
    await opened.close();
    interruption.close();
  }
}
