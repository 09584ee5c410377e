/**
 * The limits on creates: in one run, in an hour, for one customer in an hour, the servers of one
 * customer, and the cost of the fleet. The plan applies them to its queue. Each lease judges them again, on all records of the
 * commit that it is based on, because a plan of the same moment may have used them up.
 *
 * A lease never refuses what a plan of now would allow. Builders are limited by the plan alone.
 */
import type { LimitName } from '../../../schemas/generated/plan.ts';
import type { Policy } from '../agent/policy.ts';
import { isKindThat, type KindThat } from '../fleet/change-kinds.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import { isSameRun, type RunRef, runOf } from '../fleet/run.ts';
import type { Change } from '../fleet/situation.ts';
import { cents } from '../stack/cost.ts';
import { hourMs } from '../text/time.ts';
import { recordedCost } from './fleet-cost.ts';
import { promisedCreates, startsPerCustomer } from './starts.ts';

/** What was begun without the create that is judged, and the fleet's cost with it. */
type CreateUse = {
  readonly inRun: number;
  readonly inHour: number;
  readonly ofCustomer: number;
  /** servers of the customer's other agents */
  readonly serversOfCustomer: number;
  readonly monthlyAfter: number;
  /** Its old server was ended for it, which took its place in all windows but the run's. */
  readonly isPromised: boolean;
};

/** The first limit that forbids a create; null if all allow it. */
export function beyondCreateLimits(
  use: CreateUse,
  { limits }: Policy,
): { readonly limit: LimitName; readonly message: string } | null {
  const { inRun, inHour, ofCustomer, serversOfCustomer, monthlyAfter, isPromised } = use;
  if (inRun >= limits.createsPerRunMax)
    return { limit: 'createsPerRun', message: `at most ${limits.createsPerRunMax} a run` };
  if (isPromised) return null;
  if (inHour >= limits.createsPerHourMax)
    return { limit: 'createsPerHour', message: `at most ${limits.createsPerHourMax} an hour` };
  if (ofCustomer >= limits.createsPerCustomerPerHourMax) {
    const message = `at most ${limits.createsPerCustomerPerHourMax} an hour for one customer`;
    return { limit: 'createsPerCustomerPerHour', message };
  }
  if (serversOfCustomer >= limits.agentsPerCustomerMax) {
    const message = `its customer has ${serversOfCustomer} other servers, and at most ${limits.agentsPerCustomerMax} are allowed`;
    return { limit: 'agentsPerCustomer', message };
  }
  if (monthlyAfter <= limits.fleetCostMonthlyMax) return null;
  const message = `the fleet would cost ${monthlyAfter} a month, at most ${limits.fleetCostMonthlyMax} is allowed`;
  return { limit: 'fleetCost', message };
}

type CreateBasis = {
  readonly records: readonly AgentRecord[];
  readonly policy: Policy;
  readonly nowMs: number;
  /** the run that is to begin it */
  readonly run: RunRef;
  /** what the fleet cost when it was planned, beyond what the records of then say */
  readonly monthlyUnrecorded: number;
};

/** Why a create or replacement may not be begun now; null if it may. */
export function createRefusal(
  change: Change & { kind: KindThat<'makes'> },
  { records, policy, nowMs, run, monthlyUnrecorded }: CreateBasis,
): string | null {
  const starts = startsPerCustomer(records, nowMs - hourMs);
  const before = recordedCost(records, nowMs) + monthlyUnrecorded;
  const use: CreateUse = {
    inRun: records.reduce((sum, record) => sum + begunIn(run, record), 0),
    inHour: [...starts.values()].reduce((sum, count) => sum + count, 0),
    ofCustomer: starts.get(change.customer) ?? 0,
    serversOfCustomer: serversOfOthers(records, change),
    // A replacement adds no server: the plan alone judges the difference.
    monthlyAfter: change.kind === 'create' ? cents(before + change.monthlyCost) : 0,
    isPromised: promisedCreates(records, nowMs).has(change.agent),
  };
  return beyondCreateLimits(use, policy)?.message ?? null;
}

/** Servers that the customer's other agents have, or are about to have. */
export function serversOfOthers(
  records: readonly AgentRecord[],
  { agent, customer }: { readonly agent: string; readonly customer: string },
): number {
  return records.filter(
    (record) =>
      record.customer === customer &&
      record.name !== agent &&
      record.gone === undefined &&
      (record.server !== undefined ||
        (record.lease !== undefined && isKindThat(record.lease.change, 'makes'))),
  ).length;
}

function begunIn(run: RunRef, { attempts, lease }: AgentRecord): number {
  const begun = lease === undefined ? attempts : [...attempts, lease];
  return begun.filter((one) => isKindThat(one.change, 'makes') && isSameRun(runOf(one), run))
    .length;
}
