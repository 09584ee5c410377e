/**
 * The last stage of a run: what the plan found out is written where people see it. Records get
 * their phases and conditions; removed files come back with a tombstone; files of agents of whom
 * nothing is left go; orphans are proposed. Everything is decided again on the tip that it pushes to,
 * the stop is read again before each effect, and a part that fails leaves the others their turn.
 */

import type { RecordFile } from '../../../core/fleet/recorded.ts';
import type { Plan } from '../../../core/plan/plan.ts';
import { stopReason } from '../../shared/read-remote.ts';
import { finalizeAdoptions } from './adoptions.ts';
import { finalizeApprovals } from './approvals.ts';
import { finalizeCanceled } from './canceled.ts';
import type { FinalizePorts } from './finalize-ports.ts';
import { finalizeFleetConditions } from './fleet-conditions.ts';
import { finalizeForgotten } from './forgotten.ts';
import { finalizeLost } from './lost.ts';
import { finalizeOrphans } from './orphans.ts';
import { createParts, type FailedPart, type Parts } from './parts.ts';
import { finalizeRemoved } from './removed.ts';
import { finalizeRetired } from './retired.ts';
import { finalizeStatuses } from './statuses.ts';
import { stoppable } from './stoppable.ts';

export type FinalizeReport = {
  /** agents whose record was rewritten */
  readonly statuses: readonly string[];
  /** agents whose removed file came back with a tombstone */
  readonly restored: readonly string[];
  /** agents whose file is gone from `main` and nowhere in its history: a person's to bring back */
  readonly lost: readonly string[];
  /** agents whose subscription was canceled at Stripe, as their customer asked */
  readonly canceled: readonly string[];
  /** agents whose file went */
  readonly removed: readonly string[];
  /** agents whose file was written because a person takes their server back */
  readonly adopted: readonly string[];
  /** agents that were gone for long and whose record went */
  readonly forgotten: readonly string[];
  /** pull requests opened or updated */
  readonly proposals: readonly string[];
  /** parts that failed, each alone: the next run tries them again */
  readonly failed: readonly FailedPart[];
  /** why `main` was left alone; null where it was not */
  readonly stopped: string | null;
};

const nothing = {
  statuses: [],
  restored: [],
  lost: [],
  canceled: [],
  removed: [],
  adopted: [],
  forgotten: [],
  proposals: [],
  failed: [],
};

/** Under a stop the conditions go on; nothing is written to `main`. */
export async function finalize(given: FinalizePorts, plan: Plan): Promise<FinalizeReport> {
  const ports = stoppable(given);
  const { commit, records } = await ports.journal.read();
  if (commit === null && !isFirst(plan)) {
    // Writing one record would make a new branch of it, and the next run would trust that one.
    const stopped = 'branch status is missing, and this is no first installation';
    ports.log.error({ plan: plan.fingerprint }, stopped);
    return { ...nothing, stopped };
  }
  const parts = createParts(ports.log);
  const seen = await parts.run('records', [], () => finalizeStatuses(ports, plan, records));
  // As the records', they go on under a stop.
  await parts.run('fleet', undefined, () => finalizeFleetConditions(given, plan));
  const unread = 'the remote could not be read';
  const stopped =
    plan.stop ?? (await parts.run<string | null>('stop', unread, () => stopReason(ports)));
  const files = await parts.run(
    'removed files',
    { restored: [], proposals: [], lost: [], judged: [] },
    () => finalizeRemoved(ports, plan, stopped === null),
  );
  const noted = await parts.run('lost files', [], () => finalizeLost(ports, files, records));
  const done = stopped === null ? await finalizeMain(ports, parts, { plan, records }) : nothing;
  parts.end();
  const { restored, lost, proposals } = files;
  return {
    ...done,
    statuses: [...seen, ...noted].sort(),
    restored,
    lost,
    proposals: [...proposals, ...done.proposals],
    failed: parts.failed,
    stopped: stopped ?? parts.stopped(),
  };
}

type OnMain = Pick<FinalizeReport, 'canceled' | 'removed' | 'adopted' | 'proposals' | 'forgotten'>;

async function finalizeMain(
  ports: FinalizePorts,
  parts: Parts,
  { plan, records }: { readonly plan: Plan; readonly records: readonly RecordFile[] },
): Promise<OnMain> {
  const allAgents = new Set(plan.finished.map(({ agent }) => agent));
  const { canceled, open } = await parts.run(
    'canceled subscriptions',
    // Who has still something to get back is not known then: no file goes.
    { canceled: [], open: allAgents },
    () => finalizeCanceled(ports, parts, records),
  );
  const closed = plan.finished.filter(({ agent }) => !open.has(agent));
  const removed = await parts.run('retired files', [], () =>
    finalizeRetired(ports, parts, { finished: closed, records, fleet: plan.basis.fleet }),
  );
  const approvals = await parts.run('approvals', [], () => finalizeApprovals(ports, plan, records));
  const adopted = await parts.run('adoptions', [], () => finalizeAdoptions(ports, parts, plan));
  const orphans = await parts.run('orphans', [], () => finalizeOrphans(ports, plan));
  const forgotten = await parts.run('gone records', [], () =>
    finalizeForgotten(ports, plan, records),
  );
  return { canceled, removed, adopted, forgotten, proposals: [...approvals, ...orphans] };
}

/** Planned without the branch, and nothing of ours was there either: a complete reading says so. */
function isFirst(plan: Plan): boolean {
  return plan.basis.status === null && plan.reading.kind === 'complete';
}
