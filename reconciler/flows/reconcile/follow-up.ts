/**
 * After a run: dispatches another one, at most once, where it can decide on something now. Where
 * that fails, the schedule starts one.
 */

import { type RunRef, runText } from '../../core/fleet/run.ts';
import type { Change } from '../../core/fleet/situation.ts';
import { type Aftermath, followUpOf, isUndone } from '../../core/plan/follow-up.ts';
import type { Plan } from '../../core/plan/plan.ts';
import { timeMs } from '../../core/text/time.ts';
import type { Snapshot } from '../../ports/desired-state.ts';
import type { Ports } from '../../ports/ports.ts';
import { readCatalogAndPolicy } from '../shared/read-catalog.ts';
import { dispatchReconcile } from './reconcile-event.ts';

type FollowUpPorts = Pick<Ports, 'state' | 'journal' | 'cloud' | 'log'> & {
  readonly forge: Pick<Ports['forge'], 'dispatch'>;
};

/** Why another run was dispatched; null where none was. */
export async function followUp(
  ports: FollowUpPorts,
  plan: Plan,
  run: RunRef,
): Promise<string | null> {
  if (plan.changes.length === 0) return null;
  try {
    const because = await reasonFor(ports, plan, run);
    if (because === null) return null;
    await dispatchReconcile(ports.forge, { because, run: runText(run) });
    return because;
  } catch (error) {
    ports.log.warn({ error }, 'no further run could be dispatched; the schedule starts one');
    return null;
  }
}

/** The reason of the first agent in the plan's order; the next run covers all. */
async function reasonFor(ports: FollowUpPorts, plan: Plan, run: RunRef): Promise<string | null> {
  const main = await ports.state.fetch('main');
  if (main === null || (await ports.state.stop()) !== null) return null;
  const { policy } = await readCatalogAndPolicy(main);
  if (policy.pause !== undefined) return null;
  const { records } = await ports.journal.read();
  const known = new Map(records.map((file) => [String(file.id), file]));
  const about = { run, plannedMs: timeMs(plan.basis.at), policy };
  const nowMs = await ports.cloud.now();
  for (const change of plan.changes) {
    const file = known.get(change.agent);
    if (change.kind === 'destroyOrphan' || file?.kind !== 'valid') continue;
    const aftermath: Aftermath = { ...about, nowMs, record: file.record };
    if (!isUndone(aftermath)) continue;
    const because = followUpOf(aftermath, await hasChanged(main, change));
    if (because !== null) return `${change.agent}: ${because}`;
  }
  return null;
}

async function hasChanged(main: Snapshot, { basis }: Change): Promise<boolean> {
  return ((await main.read(basis.path))?.oid ?? null) !== basis.file;
}
