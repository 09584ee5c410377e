/**
 * Decides which of the wanted changes run now. What goes beyond a limit is in the plan all the
 * same: deferred (oldest first, with its place in the queue) or refused (ends that a person has to
 * approve of: core/plan/ends-limit). Limits are computed, never written down.
 */
import type { LimitName, PlanDocument } from '../../../schemas/generated/plan.ts';
import type { Breaker } from '../fleet/attempt.ts';
import type { Change } from '../fleet/situation.ts';
import { compareText, type World } from '../fleet/world.ts';
import { cents } from '../stack/cost.ts';
import { timeMs } from '../text/time.ts';
import { breakerMessage, breakerOver } from './breaker-limit.ts';
import { takesBudget } from './destroy-budget.ts';
import { type LimitedEnds, limitEnds } from './ends-limit.ts';
import { addedCost, beyondCeiling, costOfFleet } from './fleet-cost.ts';
import { withApproval } from './granted.ts';
import { rollbacksLeft } from './rollbacks.ts';
import { promisedCreates, startsPerCustomer } from './starts.ts';

type Deferred = PlanDocument['deferred'][number];
type Refused = PlanDocument['refused'][number];
type Limited = {
  readonly changes: readonly Change[];
  readonly deferred: readonly Deferred[];
  readonly refused: readonly Refused[];
  /** when the next of the deferred or refused may run, ms, sorted, where a window decides that */
  readonly freeMoments: readonly number[];
};

type Maker = Change & { kind: 'create' | 'replace' };
type MakersBasis = {
  readonly world: World;
  readonly ends: LimitedEnds;
  readonly breakers: readonly Breaker[];
  /** whether something else than a replacement is there to be a breaker's trial */
  readonly isTried: boolean;
};
type Postponed = Omit<Deferred, 'place'>;

const hourMs = 3_600_000;

export function limit(
  wanted: readonly Change[],
  world: World,
  breakers: readonly Breaker[],
): Limited {
  const marked = wanted.map((change) => withApproval(change, world));
  const ends = limitEnds(marked, world);
  const refused = new Set<Change>(ends.refused.map(({ change }) => change));
  const rest = marked.filter(
    (change) =>
      !isMaker(change) &&
      !disrupts(change) &&
      !isRollback(change) &&
      change.kind !== 'resume' &&
      !takesBudget(change) &&
      !refused.has(change),
  );
  const isTried = wanted.some(({ kind }) => kind === 'create' || kind === 'resume');
  // Replacements that are refused take no place from the creates that wait for one.
  const queue = marked.filter(isMaker).filter((change) => !refused.has(change));
  const makers = limitMakers(queue, { world, ends, breakers, isTried });
  const isTrial = makers.passed.some(({ kind }) => kind === 'create');
  const groups: readonly { passed: readonly Change[]; postponed: readonly Postponed[] }[] = [
    makers,
    limitResumes(wanted, breakers, world.nowMs, isTrial),
    limitDisruptions(wanted.filter(disrupts), world),
    limitRollbacks(wanted.filter(isRollback), world),
    { passed: ends.retires, postponed: ends.deferred },
  ];
  const deferred = groups.flatMap(({ postponed }) =>
    postponed.map((one, place) => ({ ...one, place: place + 1 })),
  );
  return {
    changes: [...rest, ...groups.flatMap(({ passed }) => passed)].sort(byAgent),
    deferred,
    refused: ends.refused.toSorted((a, b) => byAgent(a.change, b.change)),
    freeMoments: [...deferred, ...ends.refused]
      .flatMap(({ freeAt }) => (freeAt === undefined ? [] : [timeMs(freeAt)]))
      .sort((a, b) => a - b),
  };
}

function byAgent(a: Change, b: Change): number {
  return compareText(a.agent, b.agent) || compareText(a.kind, b.kind);
}

function isMaker(change: Change): change is Maker {
  return change.kind === 'create' || change.kind === 'replace';
}

function disrupts(change: Change): boolean {
  return change.kind === 'power' || change.kind === 'resize' || change.kind === 'configure';
}

function isRollback(change: Change): boolean {
  return change.kind === 'rollback';
}

function limitRollbacks(rollbacks: readonly Change[], world: World) {
  const left = rollbacksLeft(world);
  const queue = [...rollbacks].sort((a, b) => compareText(a.agent, b.agent));
  const { rollbacksPerHourMax } = world.policy.limits;
  return {
    passed: queue.slice(0, left),
    postponed: queue.slice(left).map((change) => ({
      change,
      limit: 'rollbacksPerHour' as const,
      message: `at most ${rollbacksPerHourMax} servers that never ran are taken back in an hour`,
    })),
  };
}

/** Oldest first. A replacement's new server obeys the same limits, else it is deferred whole. */
function limitMakers(makers: readonly Maker[], { world, ends, breakers, isTried }: MakersBasis) {
  const { limits } = world.policy;
  const queue = queueOf(makers, ends);
  const since = world.nowMs - hourMs;
  const perCustomer = startsPerCustomer(world.records, since);
  const promised = promisedCreates(world.records, world.nowMs);
  const startedThisHour = [...perCustomer.values()].reduce((sum, count) => sum + count, 0);
  let cost = makers.length === 0 ? 0 : costOfFleet(world);
  const passed: Maker[] = [];
  const postponed: Postponed[] = [];
  for (const change of queue) {
    const customer = perCustomer.get(change.customer) ?? 0;
    // Its old server went for it: its place was taken then.
    const isPromised = promised.has(change.agent);
    const after = cents(cost + (isPromised ? 0 : addedCost(change, world)));
    const reason =
      breakerOver(change, breakers, world.nowMs, {
        isTaken: passed.length > 0,
        isTried,
      }) ??
      beyondCeiling(change, world) ??
      beyond(
        'createsPerRun',
        passed.length >= limits.createsPerRunMax,
        `at most ${limits.createsPerRunMax} a run`,
      ) ??
      beyond(
        'createsPerHour',
        !isPromised && startedThisHour + passed.length >= limits.createsPerHourMax,
        `at most ${limits.createsPerHourMax} an hour`,
      ) ??
      beyond(
        'createsPerCustomerPerHour',
        !isPromised && customer >= limits.createsPerCustomerPerHourMax,
        `at most ${limits.createsPerCustomerPerHourMax} an hour for one customer`,
      ) ??
      beyond(
        'fleetCost',
        !isPromised && after > limits.fleetCostMonthlyMax,
        `the fleet would cost ${after} a month, at most ${limits.fleetCostMonthlyMax} is allowed`,
      );
    if (reason !== null) {
      postponed.push({ change, ...reason });
      continue;
    }
    // Last: a place in its own budget is taken by what nothing else holds up.
    const waits = change.kind === 'replace' ? ends.takeReplace(change) : null;
    if (waits !== null) {
      postponed.push(waits);
      continue;
    }
    passed.push(change);
    perCustomer.set(change.customer, customer + 1);
    cost = after;
  }
  return { passed, postponed };
}

/** Creates by their age, and among them the replacements, these by when they were asked for. */
function queueOf(makers: readonly Maker[], { replaces }: LimitedEnds): readonly Maker[] {
  const place = new Map<string, number>(replaces.map(({ agent }, at) => [agent, at]));
  const queue = makers.toSorted(
    (a, b) => compareText(a.since, b.since) || compareText(a.agent, b.agent),
  );
  const inTurn = queue
    .filter(({ kind }) => kind === 'replace')
    .sort((a, b) => (place.get(a.agent) ?? -1) - (place.get(b.agent) ?? -1));
  return queue.map((one) => (one.kind === 'replace' ? (inTurn.shift() ?? one) : one));
}

function beyond(
  limit: LimitName,
  is: boolean,
  message: string,
): { limit: LimitName; message: string } | null {
  return is ? { limit, message } : null;
}

function limitResumes(
  wanted: readonly Change[],
  breakers: readonly Breaker[],
  nowMs: number,
  trialTaken: boolean,
) {
  const shared = breakers.filter((breaker) => breaker.location === null);
  // Of several the one whose trial is due last.
  const open = shared.toSorted((a, b) => b.trialMs - a.trialMs)[0];
  const resumes = wanted.filter((change) => change.kind === 'resume');
  if (open === undefined) return { passed: resumes, postponed: [] };
  const trials = nowMs >= open.trialMs && !trialTaken ? 1 : 0;
  return {
    passed: resumes.slice(0, trials),
    postponed: resumes
      .slice(trials)
      .map((change) => ({ change, limit: 'breaker' as const, message: breakerMessage(open) })),
  };
}

/** Cutting off who does not pay goes before everything else that disturbs a running agent. */
function limitDisruptions(disruptions: readonly Change[], world: World) {
  const max = world.policy.limits.disruptionsPerRunMax;
  const order = (change: Change) => (change.kind === 'power' ? (change.to === 'off' ? 0 : 1) : 2);
  const queue = [...disruptions].sort(
    (a, b) => order(a) - order(b) || compareText(a.agent, b.agent),
  );
  return {
    passed: queue.slice(0, max),
    postponed: queue.slice(max).map((change) => ({
      change,
      limit: 'disruptionsPerRun' as const,
      message: `at most ${max} servers are disturbed in one run`,
    })),
  };
}
