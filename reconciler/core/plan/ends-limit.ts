/**
 * Decides which changes that end a server may run now. The first row that applies counts:
 *
 * | the end | result |
 * |---|---|
 * | is approved | runs, and is not counted |
 * | belongs to a burst (core/plan/burst) | refused |
 * | was requested by a commit about several agents | refused |
 * | is within the budget, the longest known first | runs |
 * | is beyond the budget | deferred, with its place and the time of its turn |
 *
 * Refused ends wait for a person: one approval lists them, and reverting the commit keeps the
 * agent. Messages have no counts, so that they stay equal when the set grows.
 */
import type { PlanDocument } from '../../../schemas/generated/plan.ts';
import type { Change } from '../fleet/situation.ts';
import { compareText, type World } from '../fleet/world.ts';
import { type Burst, burstOf, type WantedEnd, wantedEnds } from './burst.ts';
import {
  type Budget,
  budgetOf,
  budgetText,
  type DestroyBasis,
  type EndChange,
  takesBudget,
} from './destroy-budget.ts';
import { serverOf } from './granted.ts';

type End = Change & { kind: EndChange };
type Waiting = Omit<PlanDocument['deferred'][number], 'place'>;
type Refused = PlanDocument['refused'][number];

/** The result of the limits on ends, which are applied before the other limits. */
export type LimitedEnds = {
  /** replacements that were not refused, the longest known first; their creates have limits too */
  readonly replaces: readonly End[];
  readonly deferred: readonly Waiting[];
  readonly refused: readonly Refused[];
  /** takes a place for a replacement; the reason to wait, or null */
  takeReplace(change: Change): Waiting | null;
};

export function limitEnds(changes: readonly Change[], world: World): LimitedEnds {
  const basis: DestroyBasis = { ...world, serversSeen: world.observed.servers.length };
  const ends = changes.filter(takesBudget);
  const wanted = wantedEnds(world);
  const burst = burstOf(wanted, new Set(ends.map(({ agent }) => agent)), basis);
  const refused = [...ends, ...endsOfRecorded(changes, world)].flatMap(
    (change) => refusedBy(change, burst, world) ?? [],
  );
  const out = new Set<Change>(refused.map(({ change }) => change));
  const queue = inOrder(
    ends.filter((change) => !out.has(change)),
    wanted,
  );
  const retireBudget = budgetOf('retire', basis);
  const replaceBudget = budgetOf('replace', basis);
  const deferred: Waiting[] = [];
  for (const change of queue) {
    if (change.kind !== 'retire') continue;
    const waits = takePlace(change, retireBudget, world);
    if (waits !== null) deferred.push(waits);
  }
  return {
    replaces: queue.filter(({ kind }) => kind === 'replace'),
    deferred,
    refused,
    takeReplace: (change) => (takesBudget(change) ? takePlace(change, replaceBudget, world) : null),
  };
}

export const burstMessage = ({ policy: { limits } }: Pick<World, 'policy'>): string =>
  `the ends of more agents were requested within an hour than the limit on bursts allows (${limits.burstCount}, or ` +
  `${limits.burstPercent} % of the fleet, and of a small fleet ${limits.missingPercentMax} %); none of them is ended ` +
  'until a person approves, or fewer are requested';

/**
 * Retirements of leftovers whose record names a server that the listing lacks. They can be refused,
 * because the listing may be wrong, but take no place.
 */
function endsOfRecorded(changes: readonly Change[], { records }: World): readonly End[] {
  const leftovers = changes.flatMap((change) =>
    change.kind === 'retire' && change.servers.length === 0 && change.approval === undefined
      ? [change]
      : [],
  );
  if (leftovers.length === 0) return [];
  const recorded = new Set(
    records.flatMap(({ name, server }) => (server === undefined ? [] : [name])),
  );
  return leftovers.filter(({ agent }) => recorded.has(agent));
}

function refusedBy(change: End, burst: Burst, world: World): Refused | null {
  const found = burst.of(change.agent);
  if (found !== null) {
    const { freeMs } = found;
    const waits = freeMs === null || world.unprovenAlone.has(change.agent);
    const free = waits ? {} : { freeAt: new Date(freeMs).toISOString() };
    return { change, limit: 'burst', message: burstMessage(world), ...free };
  }
  if (!world.unprovenAlone.has(change.agent)) return null;
  return {
    change,
    limit: 'unprovenAlone',
    message:
      'the commit that asks for it is about several agents, or was not found; it takes an approval, or a ' +
      'commit of its own',
  };
}

/** The longest known first. */
function inOrder(ends: readonly End[], wanted: readonly WantedEnd[]): readonly End[] {
  const seen = new Map(wanted.map(({ agent, seenMs }) => [agent, seenMs]));
  const seenOf = ({ agent }: End) => seen.get(agent) ?? Number.POSITIVE_INFINITY;
  return ends.toSorted((a, b) => seenOf(a) - seenOf(b) || compareText(a.agent, b.agent));
}

function takePlace(change: End, budget: Budget, world: World): Waiting | null {
  if (budget.holdsPlace(change.agent, serverOf(change))) return null;
  const { atMs, limit } = budget.take();
  if (atMs <= world.nowMs) return null;
  const free = Number.isFinite(atMs) ? { freeAt: new Date(atMs).toISOString() } : {};
  return { change, limit, message: budgetText(limit, world.policy), ...free };
}
