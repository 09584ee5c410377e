/** `aura reconcile`: plans, applies and finalizes in one process. */
import { isEmptyPlan, needsAttention, type Plan } from '../../../core/plan/plan.ts';
import { followUp } from '../../../flows/reconcile/follow-up.ts';
import { reconcile } from '../../../flows/reconcile/reconcile.ts';
import { createLog } from '../../log.ts';
import { reconcilePortNames } from '../../main/port-names.ts';
import { openPorts } from '../../main.ts';
import { tellDeadman } from '../run/deadman.ts';
import { type ExitCode, exitCodes } from '../run/exit.ts';
import { interruptible } from '../run/interruption.ts';
import { type LookOptions, lookOf } from '../run/look.ts';
import { ownRun } from '../run/run-id.ts';
import type { VerbContext } from '../run/verb.ts';
import {
  anyFailed,
  appliedText,
  finalizeNeedsAttention,
  finalizeText,
  partFailed,
  reportOf,
} from '../text/applied.ts';
import { plain } from '../text/output.ts';
import { showPlan, summarise } from '../text/plan-report.ts';
import { createProgress } from '../text/progress.ts';

export async function reconcileVerb(
  { env, out }: VerbContext,
  options: LookOptions,
): Promise<ExitCode> {
  const run = ownRun(env);
  const log = createLog({ env, usual: 'warn' });
  const opened = await openPorts(env, reconcilePortNames, { log, needs: ['deadman'] });
  const { ports, interruption } = interruptible(opened.ports, out);
  const progress = createProgress(out);
  let code: ExitCode;
  let ended: Plan | null = null;
  try {
    const { plan, applied, finalized } = await reconcile(ports, {
      run,
      scope: lookOf(options),
      onStep: progress.step,
      onPlan(made: Plan) {
        // A plan that our own signal has stopped is not shown.
        interruption.check();
        showPlan(made, out);
      },
    });
    progress.end();
    const done = applied.map(reportOf);
    const attention = needsAttention(plan) || anyFailed(done) || finalizeNeedsAttention(finalized);
    await summarise(plan, env, out);
    const idle = done.length === 0 && isEmptyPlan(plan);
    const parts = [...(idle ? [] : [appliedText(done, out)]), finalizeText(finalized)];
    out.text(`\n${parts.join('\n\n')}`);
    const failed = partFailed(finalized);
    ended = failed ? null : plan;
    const because = await followUp(ports, plan, run);
    if (because !== null) out.text(`Another run was requested. ${plain(because)}.`);
    const ending = attention ? exitCodes.attention : exitCodes.fine;
    code = interruption.code(failed ? exitCodes.error : ending);
    out.document({ ok: code === exitCodes.fine, plan, applied: done, finalized });
  } catch (thrown) {
    if (interruption.code(exitCodes.error) === exitCodes.error) throw thrown;
    code = exitCodes.interrupted;
  } finally {
    progress.end();
    await opened.close();
    interruption.close();
  }
  if (ended !== null && code !== exitCodes.interrupted)
    await tellDeadman(opened.config.deadman.url, ended, out);
  return code;
}
