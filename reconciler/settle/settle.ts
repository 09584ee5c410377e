/**
 * The last stage of a tick: what the plan found out is written where people see it. Records get
 * their phases and conditions; removed files come back with a tombstone; files of agents of whom
 * nothing is left go; orphans are proposed. Everything is decided anew on the tip that it pushes to.
 */

import type { Plan } from '../core/plan/plan.ts';
import { readStop } from '../read-stop.ts';
import { settleAdoptions } from './adoptions.ts';
import { settleApprovals } from './approvals.ts';
import { settleCanceled } from './canceled.ts';
import { settleLost } from './lost.ts';
import { settleOrphans } from './orphans.ts';
import { settleRemoved } from './removed.ts';
import { settleRetired } from './retired.ts';
import type { SettlePorts } from './settle-ports.ts';
import { settleStatuses } from './statuses.ts';

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
  /** pull requests opened or updated */
  readonly proposals: readonly string[];
  /** why `main` was left alone; null where it was not */
  readonly stopped: string | null;
};

/** Under a stop the conditions go on; nothing is written to `main`. */
export async function settle(ports: SettlePorts, plan: Plan): Promise<SettleReport> {
  const nothing = {
    statuses: [],
    restored: [],
    lost: [],
    canceled: [],
    removed: [],
    adopted: [],
    proposals: [],
  };
  const { commit, records } = await ports.journal.read();
  if (commit === null && !isFirst(plan)) {
    // Writing one record would make a new branch of it, and the next tick would believe that one.
    const stopped = 'branch status is missing, and this is no first installation';
    ports.log.error({ plan: plan.fingerprint }, stopped);
    return { ...nothing, stopped };
  }
  const seen = await settleStatuses(ports, plan, records);
  const stopped = plan.stop ?? (await readStop(ports));
  const files = await settleRemoved(ports, plan, stopped === null);
  const { lost } = files;
  const statuses = [...seen, ...(await settleLost(ports, files, records))].sort();
  if (stopped !== null) return { ...nothing, statuses, lost, stopped };
  const { canceled, open } = await settleCanceled(ports, records);
  const closed = plan.settled.filter(({ agent }) => !open.has(agent));
  const removed = await settleRetired(ports, closed, records);
  const approvals = await settleApprovals(ports, plan, records);
  const adopted = await settleAdoptions(ports, plan);
  const orphans = await settleOrphans(ports, plan);
  return {
    statuses,
    restored: files.restored,
    lost,
    canceled,
    removed,
    adopted,
    proposals: [...files.proposals, ...approvals, ...orphans],
    stopped: null,
  };
}

/** Planned without the branch, and nothing of ours was there either: a complete reading says so. */
function isFirst(plan: Plan): boolean {
  return plan.basis.status === null && plan.reading.kind === 'complete';
}
