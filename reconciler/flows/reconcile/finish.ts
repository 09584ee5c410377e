/**
 * The end of finalize: ends the builders whose run is over, wherever it died. Decided again on the
 * tip of `status`, and only after a complete reading.
 */
import { asFailure, Failure } from '../../core/failure.ts';
import type { Plan } from '../../core/plan/plan.ts';
import type { Ports } from '../../ports/ports.ts';
import { lookFirst } from '../shared/look-first.ts';
import { policyOnMain } from '../shared/read-catalog.ts';
import { mainUnlessStopped } from '../shared/read-remote.ts';
import { isLeaseLive } from '../shared/run-state.ts';
import { type FinalizeReport, finalize } from './finalize/finalize.ts';
import { finalizePortNames } from './finalize/finalize-ports.ts';
import { type BuilderPorts, endBuilder } from './image/builder.ts';
import { leasedBuilders } from './image/builder-lease.ts';

export const finishPortNames = [...finalizePortNames, 'stacks', 'states'] as const;
type FinishPorts = Pick<Ports, (typeof finishPortNames)[number]>;

/** Finalizes, and then ends the builders of dead runs. */
export async function finish(ports: FinishPorts, plan: Plan): Promise<FinalizeReport> {
  const report = await finalize(ports, plan);
  if (report.stopped !== null || plan.reading.kind !== 'complete') return report;
  try {
    return { ...report, builders: await endDeadBuilders(ports) };
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    const { reason, message } = asFailure(thrown);
    ports.log.error({ error: thrown }, 'a builder could not be ended');
    const failed = { part: 'builders' as const, about: null, reason, message };
    return { ...report, failed: [...report.failed, failed] };
  }
}

/** Names of those that are gone now, sorted. */
async function endDeadBuilders(given: BuilderPorts): Promise<readonly string[]> {
  const ended: string[] = [];
  const builders = await leasedBuilders(given);
  if (builders.length === 0) return [];
  const policy = await policyOnMain(given);
  const { ports } = lookFirst(given, () => mainUnlessStopped(given));
  for (const builder of builders) {
    if (await isLeaseLive(ports, builder)) continue;
    if (await endBuilder({ ports, policy }, builder)) ended.push(builder.name);
  }
  return ended.sort();
}
