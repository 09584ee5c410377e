/**
 * The last stage of a tick: what the plan found out is written where people see it. Records get
 * their phases and conditions; removed files come back with a tombstone; files of agents of whom
 * nothing is left go; orphans are proposed. Everything is decided anew on the tip that it pushes to,
 * the stop is read anew before each effect, and a part that fails leaves the others their turn.
 */

import type { RecordFile } from '../../../core/fleet/recorded.ts';
import type { Plan } from '../../../core/plan/plan.ts';
import { stopReason } from '../../shared/read-remote.ts';
import { settleAdoptions } from './adoptions.ts';
import { settleApprovals } from './approvals.ts';
import { settleCanceled } from './canceled.ts';
import { settleFleetConditions } from './fleet-conditions.ts';
import { settleForgotten } from './forgotten.ts';
import { settleLost } from './lost.ts';
import { settleOrphans } from './orphans.ts';
import { createParts, type FailedPart, type Parts } from './parts.ts';
import { settleRemoved } from './removed.ts';
import { settleRetired } from './retired.ts';
import type { SettlePorts } from './settle-ports.ts';
import { settleStatuses } from './statuses.ts';
import { stoppable } from './stoppable.ts';

export type SettleReport = {
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
  /** parts that failed, each alone: the next tick tries them again */
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
export async function settle(given: SettlePorts, plan: Plan): Promise<SettleReport> {
  const ports = stoppable(given);
  const { commit, records } = await ports.journal.read();
  if (commit === null && !isFirst(plan)) {
    // Writing one record would make a new branch of it, and the next tick would believe that one.
    const stopped = 'branch status is missing, and this is no first installation';
    ports.log.error({ plan: plan.fingerprint }, stopped);
    return { ...nothing, stopped };
  }
  const parts = createParts(ports.log);
  const seen = await parts.run('records', [], () => settleStatuses(ports, plan, records));
  // As the records', they go on under a stop.
  await parts.run('fleet', undefined, () => settleFleetConditions(given, plan));
  const unread = 'the remote could not be read';
  const stopped =
    plan.stop ?? (await parts.run<string | null>('stop', unread, () => stopReason(ports)));
  const files = await parts.run(
    'removed files',
    { restored: [], proposals: [], lost: [], judged: [] },
    () => settleRemoved(ports, plan, stopped === null),
  );
  const told = await parts.run('lost files', [], () => settleLost(ports, files, records));
  const done = stopped === null ? await settleMain(ports, parts, { plan, records }) : nothing;
  parts.end();
  const { restored, lost, proposals } = files;
  return {
    ...done,
    statuses: [...seen, ...told].sort(),
    restored,
    lost,
    proposals: [...proposals, ...done.proposals],
    failed: parts.failed,
    stopped: stopped ?? parts.stopped(),
  };
}

type OnMain = Pick<SettleReport, 'canceled' | 'removed' | 'adopted' | 'proposals' | 'forgotten'>;

async function settleMain(
  ports: SettlePorts,
  parts: Parts,
  { plan, records }: { readonly plan: Plan; readonly records: readonly RecordFile[] },
): Promise<OnMain> {
  const everybody = new Set(plan.settled.map(({ agent }) => agent));
  const { canceled, open } = await parts.run(
    'canceled subscriptions',
    // Who has still something to get back is not known then: no file goes.
    { canceled: [], open: everybody },
    () => settleCanceled(ports, parts, records),
  );
  const closed = plan.settled.filter(({ agent }) => !open.has(agent));
  const removed = await parts.run('retired files', [], () =>
    settleRetired(ports, parts, { settled: closed, records, fleet: plan.basis.fleet }),
  );
  const approvals = await parts.run('approvals', [], () => settleApprovals(ports, plan, records));
  const adopted = await parts.run('adoptions', [], () => settleAdoptions(ports, parts, plan));
  const orphans = await parts.run('orphans', [], () => settleOrphans(ports, plan));
  const forgotten = await parts.run('gone records', [], () =>
    settleForgotten(ports, plan, records),
  );
  return { canceled, removed, adopted, forgotten, proposals: [...approvals, ...orphans] };
}

/** Planned without the branch, and nothing of ours was there either: a complete reading says so. */
function isFirst(plan: Plan): boolean {
  return plan.basis.status === null && plan.reading.kind === 'complete';
}
