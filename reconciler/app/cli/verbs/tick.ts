/** `aura tick`: plan, apply and settle in one process. */
import { isEmptyPlan, needsAttention, type Plan } from '../../../core/plan/plan.ts';
import { followUp } from '../../../flows/reconcile/follow-up.ts';
import { wholeTick } from '../../../flows/reconcile/whole-tick.ts';
import { createLog } from '../../log.ts';
import { tickPortNames } from '../../main/port-names.ts';
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
  partFailed,
  reportOf,
  settledNeedsAttention,
  settledText,
} from '../text/applied.ts';
import { plain } from '../text/output.ts';
import { showPlan, summarise } from '../text/plan-report.ts';
import { createProgress } from '../text/progress.ts';

export async function tick({ env, out }: VerbContext, options: LookOptions): Promise<ExitCode> {
  const run = ownRun(env);
  const log = createLog({ env, usual: 'warn' });
  const opened = await openPorts(env, tickPortNames, { log, needs: ['deadman'] });
  const { ports, interruption } = interruptible(opened.ports, out);
  const progress = createProgress(out);
  let code: ExitCode;
  let ended: Plan | null = null;
  try {
    const { plan, applied, settled } = await wholeTick(ports, {
      run,
      scope: lookOf(options),
      onStep: progress.step,
      onPlan(made: Plan) {
        // What was only read is thrown away: a plan that our own end has stopped tells nothing.
        interruption.check();
        showPlan(made, out);
      },
    });
    progress.end();
    const done = applied.map(reportOf);
    const attention = needsAttention(plan) || anyFailed(done) || settledNeedsAttention(settled);
    await summarise(plan, env, out);
    const idle = done.length === 0 && isEmptyPlan(plan);
    const parts = [...(idle ? [] : [appliedText(done, out)]), settledText(settled)];
    out.text(`\n${parts.join('\n\n')}`);
    const failed = partFailed(settled);
    ended = failed ? null : plan;
    const because = await followUp(ports, plan, run);
    if (because !== null) out.text(`Another tick was asked for. ${plain(because)}.`);
    const ending = attention ? exitCodes.attention : exitCodes.fine;
    code = interruption.code(failed ? exitCodes.error : ending);
    out.document({ ok: code === exitCodes.fine, plan, applied: done, settled });
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
