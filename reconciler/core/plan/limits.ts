/**
 * Decides which of the wanted changes run now. A change beyond a limit stays in the plan: deferred
 * (oldest first, with its place in the queue) or refused (an end that needs an approval:
 * core/plan/ends-limit). The use of each limit is computed from the records and not stored.
 */
import type { PlanDocument } from '../../../schemas/generated/plan.ts';
import type { Breaker } from '../fleet/attempt.ts';
import { buildersSince } from '../fleet/builder.ts';
import { isChangeThat, type KindThat } from '../fleet/change-kinds.ts';
import type { Change } from '../fleet/situation.ts';
import { compareText, type World } from '../fleet/world.ts';
import { cents } from '../stack/cost.ts';
import { hourMs, timeMs } from '../text/time.ts';
import { breakerMessage, breakerOver } from './breaker-limit.ts';
import { beyondCreateLimits, serversOfOthers } from './create-limits.ts';
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
  /**
   * when deferred or refused changes may run, ms, sorted; only those that a time window holds back
   */
  readonly freeMoments: readonly number[];
};

type Maker = Change & { kind: KindThat<'makes'> };
type MakersBasis = {
  readonly world: World;
  readonly ends: LimitedEnds;
  readonly breakers: readonly Breaker[];
  /** whether a create or resume could be a breaker's trial */
  readonly isTried: boolean;
};
type Postponed = Omit<Deferred, 'place'>;

export function limit(
  wanted: readonly Change[],
  world: World,
  breakers: readonly Breaker[],
): Limited {
  const marked = wanted.map((change) => withApproval(change, world));
  const ends = limitEnds(marked, world);
  const refused = new Set<Change>(ends.refused.map(({ change }) => change));
  const isTried = wanted.some((change) => isChangeThat(change, 'bringsUp'));
  // Replacements that are refused take no place from the creates that wait for one.
  const allowed = marked.filter((change) => !refused.has(change));
  const makers = limitMakers(allowed, { world, ends, breakers, isTried });
  const late = new Set<Change>(makers.map(({ change }) => change));
  const isTrial = allowed.some((change) => change.kind === 'create' && !late.has(change));
  const queues: readonly (readonly Postponed[])[] = [
    makers,
    limitResumes(allowed, breakers, world.nowMs, isTrial),
    limitDisruptions(allowed, world),
    limitRollbacks(allowed, world),
    ends.deferred,
  ];
  const deferred = queues.flatMap((queue) =>
    queue.map((one, place) => ({ ...one, place: place + 1 })),
  );
  const waiting = new Set(deferred.map(({ change }) => change));
  return {
    changes: allowed.filter((change) => !waiting.has(change)).sort(byAgent),
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

/** Postpones all of a queue but its first `max`. */
function beyondFirst(
  max: number,
  queue: readonly Change[],
  reason: Omit<Postponed, 'change'>,
): readonly Postponed[] {
  return queue.slice(max).map((change) => ({ change, ...reason }));
}

function limitRollbacks(changes: readonly Change[], world: World): readonly Postponed[] {
  const queue = changes
    .filter(({ kind }) => kind === 'rollback')
    .sort((a, b) => compareText(a.agent, b.agent));
  return beyondFirst(rollbacksLeft(world), queue, {
    limit: 'rollbacksPerHour',
    message: `at most ${world.policy.limits.rollbacksPerHourMax} servers that never ran are rolled back in an hour`,
  });
}

/** Oldest first. A replacement whose new server exceeds a limit is deferred whole. */
function limitMakers(
  changes: readonly Change[],
  { world, ends, breakers, isTried }: MakersBasis,
): readonly Postponed[] {
  const queue = queueOf(
    changes.filter((change) => isChangeThat(change, 'makes')),
    ends,
  );
  const since = world.nowMs - hourMs;
  const perCustomer = startsPerCustomer(world.records, since);
  const promised = promisedCreates(world.records, world.nowMs);
  const startedThisHour = [...perCustomer.values()].reduce(
    (sum, count) => sum + count,
    buildersSince(world.builders, since),
  );
  const added = new Map<string, number>();
  let cost = queue.length === 0 ? 0 : costOfFleet(world);
  let passed = 0;
  const postponed: Postponed[] = [];
  for (const change of queue) {
    const customer = perCustomer.get(change.customer) ?? 0;
    // Its old server went for it: its place was taken then.
    const isPromised = promised.has(change.agent);
    const after = cents(cost + (isPromised ? 0 : addedCost(change, world)));
    const reason =
      breakerOver(change, breakers, world.nowMs, {
        isTaken: passed > 0,
        isTried,
      }) ??
      beyondCeiling(change, world) ??
      beyondCreateLimits(
        {
          inRun: passed,
          inHour: startedThisHour + passed,
          ofCustomer: customer,
          serversOfCustomer:
            serversOfOthers(world.records, change) + (added.get(change.customer) ?? 0),
          monthlyAfter: after,
          isPromised,
        },
        world.policy,
      );
    if (reason !== null) {
      postponed.push({ change, ...reason });
      continue;
    }
    // Last, so that only a replacement that no other limit defers takes a place in the budget.
    const waits = change.kind === 'replace' ? ends.takeReplace(change) : null;
    if (waits !== null) {
      postponed.push(waits);
      continue;
    }
    passed += 1;
    perCustomer.set(change.customer, customer + 1);
    if (change.kind === 'create') added.set(change.customer, (added.get(change.customer) ?? 0) + 1);
    cost = after;
  }
  return postponed;
}

/** By age; the replacements among them are reordered by when they were requested. */
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

function limitResumes(
  changes: readonly Change[],
  breakers: readonly Breaker[],
  nowMs: number,
  trialTaken: boolean,
): readonly Postponed[] {
  const shared = breakers.filter((breaker) => breaker.location === null);
  // The open breaker whose trial is due last counts.
  const open = shared.toSorted((a, b) => b.trialMs - a.trialMs)[0];
  if (open === undefined) return [];
  const resumes = changes.filter(({ kind }) => kind === 'resume');
  const trials = nowMs >= open.trialMs && !trialTaken ? 1 : 0;
  return beyondFirst(trials, resumes, { limit: 'breaker', message: breakerMessage(open) });
}

/**
 * Changes that interrupt a running agent, and repairs that open port 22 for a new join. Power-offs
 * come first, then power-ons, then repairs that close a port which a run left open.
 */
function limitDisruptions(changes: readonly Change[], world: World): readonly Postponed[] {
  const max = world.policy.limits.disruptionsPerRunMax;
  const queue = changes
    .filter((change) => isChangeThat(change, 'disturbs') || joinsAgain(change))
    .sort((a, b) => turnOf(a) - turnOf(b) || compareText(a.agent, b.agent));
  return beyondFirst(max, queue, {
    limit: 'disruptionsPerRun',
    message: `at most ${max} servers are disturbed in one run`,
  });
}

function joinsAgain(change: Change): boolean {
  return change.kind === 'repair' && change.drifts.includes('device');
}

function turnOf(change: Change): number {
  if (change.kind === 'power') return change.to === 'off' ? 0 : 1;
  if (change.kind !== 'repair') return 3;
  return change.drifts.includes('isolation') ? 0 : change.drifts.includes('bootstrap') ? 2 : 3;
}
