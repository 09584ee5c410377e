/** `aura tick`: plan, apply and settle in one process. */
import { isEmptyPlan, needsAttention, type Plan } from '../core/plan/plan.ts';
import { createLog } from '../log.ts';
import { openPorts } from '../main.ts';
import { wholeTick } from '../whole-tick.ts';
import { anyFailed, appliedText, reportOf, settledText } from './applied.ts';
import { type ExitCode, exitCodes } from './exit.ts';
import { interruptible } from './interruption.ts';
import { type LookOptions, lookOf } from './look.ts';
import type { Output } from './output.ts';
import { showPlan, summarise } from './plan-report.ts';
import { tickPortNames } from './port-names.ts';
import { createProgress } from './progress.ts';
import { runIdOf } from './run-id.ts';
import type { VerbContext } from './verbs.ts';

export async function tick({ env, out }: VerbContext, options: LookOptions): Promise<ExitCode> {
  const log = createLog({ env, usual: 'warn' });
  const opened = await openPorts(env, tickPortNames, { log, needs: ['deadman'] });
  const { ports, interruption } = interruptible(opened.ports, out);
  const progress = createProgress(out);
  let code: ExitCode;
  try {
    const { plan, applied, settled } = await wholeTick(ports, {
      run: runIdOf(env),
      look: lookOf(options),
      onStep: progress.step,
      onPlan(made: Plan) {
        // What was only read is thrown away: a plan that our own end has stopped tells nothing.
        interruption.check();
        showPlan(made, out);
      },
    });
    progress.end();
    const done = applied.map(reportOf);
    const attention = needsAttention(plan) || anyFailed(done);
    await summarise(plan, env, out);
    const idle = done.length === 0 && isEmptyPlan(plan);
    const parts = [...(idle ? [] : [appliedText(done, out)]), settledText(settled)];
    out.text(`\n${parts.join('\n\n')}`);
    code = interruption.code(attention ? exitCodes.attention : exitCodes.fine);
    out.document({ ok: code === exitCodes.fine, plan, applied: done, settled });
  } catch (thrown) {
    if (interruption.code(exitCodes.error) === exitCodes.error) throw thrown;
    code = exitCodes.interrupted;
  } finally {
    progress.end();
    await opened.close();
    interruption.close();
  }
  if (code !== exitCodes.interrupted) await tellDeadman(opened.config.deadman.url, out);
  return code;
}

const deadmanMs = 10_000;

/** Whoever waits for this call raises the alarm when it stays away; its trouble is none of ours. */
async function tellDeadman(url: string | null, out: Output): Promise<void> {
  if (url === null) return;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(deadmanMs) });
    if (answer.ok) return;
    out.note(`aura: the dead man's switch (AURA_DEADMAN_URL) answers ${answer.status}`);
  } catch {
    out.note("aura: the dead man's switch (AURA_DEADMAN_URL) cannot be reached");
  }
}
