/** `aura reconcile`: plans, applies and finalizes in one process. */
import type { World } from '../../../core/fleet/world.ts';
import { isEmptyPlan, needsAttention, type Plan } from '../../../core/plan/plan.ts';
import { followUp } from '../../../flows/reconcile/follow-up.ts';
import { reconcile, reconcilePortNames } from '../../../flows/reconcile/reconcile.ts';
import { tellDeadman } from '../run/deadman.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import { type LookOptions, lookOf } from '../run/look.ts';
import { ownRun } from '../run/run-id.ts';
import type { VerbContext } from '../run/verb.ts';
import { withEffects } from '../run/with-ports.ts';
import {
  appliedText,
  applyNeedsAttention,
  finalizeNeedsAttention,
  finalizeText,
  partFailed,
  reportOf,
} from '../text/applied.ts';
import { plain } from '../text/output.ts';
import { mailSettingsLacking, showMails, showPlan, summarise } from '../text/plan-report.ts';

export async function reconcileVerb(
  { env, out }: VerbContext,
  options: LookOptions,
): Promise<ExitCode> {
  const run = ownRun(env);
  const { code, whole, url } = await withEffects(
    { env, out },
    reconcilePortNames,
    async ({ ports, config, interruption, progress }) => {
      try {
        const { plan, applied, finalized } = await reconcile(ports, {
          run,
          scope: lookOf(options),
          onStep: progress.step,
          onPlan(made: Plan, world: World) {
            // A plan that our own signal has stopped is not shown.
            interruption.check();
            showPlan(made, out);
            showMails(made, { world, lacks: mailSettingsLacking(env) }, out);
          },
        });
        progress.end();
        const done = applied.map(reportOf);
        const attention =
          needsAttention(plan) || applyNeedsAttention(done) || finalizeNeedsAttention(finalized);
        await summarise(plan, env, out);
        const idle = done.length === 0 && isEmptyPlan(plan);
        const parts = [...(idle ? [] : [appliedText(done, out)]), finalizeText(finalized)];
        out.text(`\n${parts.join('\n\n')}`);
        const because = await followUp(ports, plan, run);
        if (because !== null) out.text(`Another run was requested. ${plain(because)}.`);
        const failed = partFailed(finalized);
        const ending = attention ? exitCodes.attention : exitCodes.fine;
        const code = interruption.code(failed ? exitCodes.error : ending);
        out.document({ ok: code === exitCodes.fine, plan, applied: done, finalized });
        const whole = failed || code === exitCodes.interrupted ? null : plan;
        return { code, whole, url: config.deadman.url };
      } catch (thrown) {
        if (interruption.code(exitCodes.error) === exitCodes.error) throw thrown;
        return { code: exitCodes.interrupted, whole: null, url: null };
      }
    },
    ['deadman'],
  );
  // After the records are written, which may fail.
  if (whole !== null) await tellDeadman(url, whole, out);
  return code;
}
