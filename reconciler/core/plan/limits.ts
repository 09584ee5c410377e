/**
 * Decides which of the wanted changes run now. What goes beyond a limit is in the plan all the
 * same: deferred (creates and disruptions, oldest first, with their place in the queue) or refused
 * (destructive changes, all of the pending set at once). Limits are computed, never written down.
 */
import type { LimitName, PlanDocument } from '../../../schemas/generated/plan.ts';
import { cents } from '../stack/cost.ts';
import type { Breaker } from '../world/attempt.ts';
import type { Change } from '../world/situation.ts';
import { compareText, type World } from '../world/world.ts';
import { breakerMessage, breakerOver } from './breaker-limit.ts';
import { approvalFor, countsAgainstWindows, judgeDestroys } from './destroy-window.ts';
import { addedCost, costOfFleet } from './fleet-cost.ts';
import { rollbacksLeft } from './rollbacks.ts';
import { promisedCreates, startsPerCustomer } from './starts.ts';

export type Deferred = PlanDocument['deferred'][number];
export type Refused = PlanDocument['refused'][number];
export type Limited = {
  readonly changes: readonly Change[];
  readonly deferred: readonly Deferred[];
  readonly refused: readonly Refused[];
  /** ms at which a window lets the refused set through; null where nothing is refused */
  readonly windowFreeMs: number | null;
};

type Maker = Change & { kind: 'create' | 'replace' };
type MakersBasis = {
  readonly world: World;
  readonly breakers: readonly Breaker[];
  /** whether something else than a replacement is there to be a breaker's trial */
  readonly isTried: boolean;
};
type Postponed = { readonly change: Change; readonly limit: LimitName; readonly message: string };

const hourMs = 3_600_000;

export function limit(
  wanted: readonly Change[],
  world: World,
  breakers: readonly Breaker[],
): Limited {
  const rest = wanted.filter(
    (change) =>
      !isMaker(change) && !disrupts(change) && !isRollback(change) && change.kind !== 'resume',
  );
  const isTried = wanted.some(({ kind }) => kind === 'create' || kind === 'resume');
  const makers = limitUnrefused(wanted.filter(isMaker), { rest, world, breakers, isTried });
  const isTrial = makers.passed.some(({ kind }) => kind === 'create');
  const resumes = limitResumes(wanted, breakers, world.nowMs, isTrial);
  const disruptions = limitDisruptions(wanted.filter(disrupts), world);
  const rollbacks = limitRollbacks(wanted.filter(isRollback), world);
  const groups = [makers, resumes, disruptions, rollbacks];
  const passed = [...rest, ...groups.flatMap((group) => group.passed)];
  const destroys = limitDestroys(passed, world);
  const postponed = groups.flatMap((group): readonly Postponed[] => group.postponed);
  return {
    changes: destroys.changes,
    deferred: postponed.map((one, place) => ({ ...one, place: place + 1 })),
    refused: destroys.refused,
    windowFreeMs: destroys.freeAtMs,
  };
}

function isMaker(change: Change): change is Maker {
  return change.kind === 'create' || change.kind === 'replace';
}

/** Replacements that the windows refuse take no place from the creates that wait for one. */
function limitUnrefused(
  makers: readonly Maker[],
  { rest, ...basis }: MakersBasis & { readonly rest: readonly Change[] },
) {
  const { world } = basis;
  const all = limitMakers(makers, basis);
  const { refused } = limitDestroys([...rest, ...all.passed], world);
  if (!refused.some(({ change }) => change.kind === 'replace')) return all;
  const creates = limitMakers(
    makers.filter(({ kind }) => kind === 'create'),
    basis,
  );
  const isReplace = ({ kind }: Change) => kind === 'replace';
  return {
    passed: [...creates.passed, ...all.passed.filter(isReplace)],
    postponed: [...creates.postponed, ...all.postponed.filter(({ change }) => isReplace(change))],
  };
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
function limitMakers(makers: readonly Maker[], { world, breakers, isTried }: MakersBasis) {
  const { limits } = world.policy;
  const queue = [...makers].sort(
    (a, b) => compareText(a.since, b.since) || compareText(a.agent, b.agent),
  );
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
    const ceiling = world.catalog.plans[change.choice.plan]?.monthlyCeiling ?? 0;
    const reason =
      breakerOver(change, breakers, world.nowMs, {
        isTaken: passed.length > 0,
        isTried,
      }) ??
      beyond(
        'planCost',
        change.monthlyCost > ceiling,
        `${change.monthlyCost} a month is more than plan ${change.choice.plan} may cost (${ceiling})`,
      ) ??
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
    passed.push(change);
    perCustomer.set(change.customer, customer + 1);
    cost = after;
  }
  return { passed, postponed };
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

function limitDestroys(passed: readonly Change[], world: World) {
  const marked = passed.map((change) => withApproval(change, world));
  const pending = marked.filter(countsAgainstWindows);
  const serversSeen = world.observed.servers.length;
  const verdict = judgeDestroys(pending, { ...world, serversSeen, plannedMs: world.nowMs });
  const order = (a: Change, b: Change) =>
    compareText(a.agent, b.agent) || compareText(a.kind, b.kind);
  if (verdict.kind === 'allowed')
    return { changes: marked.sort(order), refused: [], freeAtMs: null };
  const held = new Set(pending);
  const { freeAtMs } = verdict;
  const free = freeAtMs === null ? {} : { freeAt: new Date(freeAtMs).toISOString() };
  return {
    changes: marked.filter((change) => !held.has(change)).sort(order),
    refused: pending
      .sort(order)
      .map((change) => ({ change, limit: verdict.limit, message: verdict.message, ...free })),
    freeAtMs: verdict.freeAtMs,
  };
}

function withApproval(change: Change, world: World): Change {
  if (change.kind !== 'retire' && change.kind !== 'replace') return change;
  const approval = approvalFor(change, world.approvals, world.records);
  return approval === null ? change : { ...change, approval };
}
