/** `aura finalize`: records the findings of a plan, decided again on the tip. */
import { needsAttention, refuseOtherFleet } from '../../../core/plan/plan.ts';
import { finish, finishPortNames } from '../../../flows/reconcile/finish.ts';
import { followUp } from '../../../flows/reconcile/follow-up.ts';
import { policyOnMain } from '../../../flows/shared/read-catalog.ts';
import { tellDeadman } from '../run/deadman.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import { readPlanFile } from '../run/plan-file.ts';
import { ownRun } from '../run/run-id.ts';
import type { VerbContext } from '../run/verb.ts';
import { withEffects } from '../run/with-ports.ts';
import { finalizeNeedsAttention, finalizeText, partFailed } from '../text/applied.ts';
import { plain } from '../text/output.ts';

export async function finalizeVerb(
  { env, out }: VerbContext,
  options: { readonly plan: string },
): Promise<ExitCode> {
  const run = ownRun(env);
  const plan = await readPlanFile(options.plan);
  return withEffects(
    { env, out },
    finishPortNames,
    async ({ ports, config, interruption }) => {
      refuseOtherFleet(plan, await policyOnMain(ports));
      const finalized = await finish(ports, plan);
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
        await tellDeadman(config.deadman.url, plan, out);
      return code;
    },
    ['deadman'],
  );
}
