/**
 * The plan: everything that one run decided, sorted and fingerprinted. `aura plan` prints it and
 * apply carries it out; equal fingerprints mean equal decisions.
 */
import type { PlanDocument } from '../../../schemas/generated/plan.ts';
import { digest } from '../agent/digest.ts';
import type { Policy } from '../agent/policy.ts';
import { Failure } from '../failure.ts';
import { type Breaker, openBreakers } from '../fleet/attempt.ts';
import { endedServers, isChangeThat } from '../fleet/change-kinds.ts';
import { idleLocks } from '../fleet/lock.ts';
import { type Offers, pricesAreKnown } from '../fleet/observed.ts';
import { showsRemovals } from '../fleet/plausible.ts';
import { priceListOf } from '../fleet/price-list.ts';
import { type PricedById, pricedServers } from '../fleet/priced.ts';
import type { Change } from '../fleet/situation.ts';
import { compareText, removedAgents, type World } from '../fleet/world.ts';
import { findOrphans, type OrphanFindings } from '../orphans/orphan.ts';
import { cents, fleetMonthlyCost } from '../stack/cost.ts';
import { breakerMessage, breakerMoments } from './breaker-limit.ts';
import { wantedEnds } from './burst.ts';
import { degradedAgents } from './degraded.ts';
import { type Diff, diff } from './diff.ts';
import { nextDue } from './due.ts';
import { unrecordedCost } from './fleet-cost.ts';
import { limit } from './limits.ts';
import { refundsOfDay } from './refund-turns.ts';

export type Plan = PlanDocument;

/** The decisions for every agent, before limits. */
type Decided = {
  readonly diff: Diff;
  readonly found: OrphanFindings;
  readonly breakers: readonly Breaker[];
};

/** @param found the orphans of this world, if they were found already */
export function decidedOf(world: World, found = findOrphans(world)): Decided {
  const breakers = openBreakers(world.records, world.policy, world.nowMs);
  return { diff: diff(world, breakers), found, breakers };
}

/**
 * `plan = limit(diff(world), policy)`: pure; the order of the world's lists does not matter.
 *
 * @param decided the decisions on this world, if they were made already
 */
export function planOf(world: World, decided: Decided = decidedOf(world)): Plan {
  const { diff, found, breakers } = decided;
  const limited = limit([...diff.changes, ...found.changes], world, breakers);
  const stop = world.stop ?? world.policy.pause?.reason;
  const draft = {
    apiVersion: 'aura.dev/v1' as const,
    kind: 'Plan' as const,
    fingerprint: '',
    basis: {
      fleet: world.policy.fleet,
      main: world.main,
      status: world.status,
      at: new Date(world.nowMs).toISOString(),
    },
    reading: mutableReading(world),
    ...(stop === undefined ? {} : { stop }),
    fleet: stop === undefined ? world.fleet : ('none' as const),
    changes: [...limited.changes],
    deferred: [...limited.deferred],
    refused: [...limited.refused],
    endings: wantedEnds(world).map(({ seenMs, ...end }) => ({
      ...end,
      seen: new Date(seenMs).toISOString(),
    })),
    idle: [...diff.idle],
    orphans: [...found.orphans],
    unreadable: world.unreadable.map(({ path, message }) => ({ path, message })),
    waiting: [...found.waiting],
    degraded: [...degradedAgents(world)],
    foreign: world.resources === null ? null : { ...world.resources.foreign },
    others: world.resources === null ? null : { ...world.resources.others },
    locks: [...idleLocks(world)],
    removed: showsRemovals(world.observed.reading) ? [...removedAgents(world)] : [],
    finished: [...diff.finished],
    breakers: breakers.map((breaker) => ({
      reason: breaker.reason,
      scope: breaker.location === null ? 'all creates' : `creates in ${breaker.location}`,
      since: new Date(breaker.sinceMs).toISOString(),
      trialAt: new Date(breaker.trialMs).toISOString(),
      message: breakerMessage(breaker),
    })),
    deepChecks: [],
    refunds: refundsOfDay(world, limited.changes),
    cost: costOf(world, limited.changes),
    prices: priceListOf(world.offers),
    counts: {
      files: world.files.length,
      records: world.records.length,
      servers: world.observed.servers.length,
      devices: world.observed.devices.length,
    },
    nextDueAt: nextDue({
      ...world,
      idle: diff.idle,
      moments: [...breakers.flatMap(breakerMoments), ...limited.freeMoments],
    }),
  };
  return { ...draft, fingerprint: fingerprintOf(draft) };
}

/** 64 hex over the decisions, without times, countdowns and results of mere readings. */
export function fingerprintOf(plan: Plan): string {
  const {
    fingerprint: _own,
    nextDueAt: _due,
    pace: _pace,
    deepChecks: _read,
    endings: _seen,
    prices: _listed,
    refunds: _today,
    others: _counted,
    basis,
    deferred,
    ...rest
  } = plan;
  const waiting = deferred.map(({ freeAt: _moves, ...one }) => one);
  return digest({ ...rest, deferred: waiting, basis: { ...basis, at: null } }, 64);
}

/** Throws `InvalidInput` if the plan was made for a fleet other than the agents repository's. */
export function refuseOtherFleet({ basis }: Plan, { fleet }: Policy): void {
  if (basis.fleet === fleet) return;
  const message = `the plan is for fleet ${basis.fleet}, and the agents repository is of ${fleet}`;
  throw new Failure('InvalidInput', message);
}

/**
 * What a run has to do, an item each, sorted. Refused and deferred changes do not count, nor what
 * only a person can do. An item of a change names its basis: after an attempt it is another one.
 */
export function workOf(plan: Plan): readonly string[] {
  const undecided = plan.orphans.filter(
    (orphan) => orphan.decision === 'new' || orphan.decision === 'adopt',
  );
  return [
    ...(plan.fleet === 'none' ? [] : [`${plan.fleet} the stack of the fleet`]),
    ...plan.changes.map((change) => {
      const id = change.kind === 'destroyOrphan' ? `${change.resource} ${change.id}` : change.agent;
      return `${change.kind} ${id} ${digest(change.basis, 8)}`;
    }),
    ...plan.removed.map(({ agent }) => `restore the removed file of ${agent}`),
    ...plan.finished.map(({ agent }) => `finalize ${agent}`),
    ...undecided.map(({ resource, id }) => `propose orphan ${resource} ${id}`),
  ].sort(compareText);
}

/** Whether there is nothing to apply or finalize. */
export function isEmptyPlan(plan: Plan): boolean {
  return workOf(plan).length === 0;
}

/** Whether a person has to look at something: exit code 3. */
export function needsAttention(plan: Plan): boolean {
  const frozen = plan.idle.some(
    (one) => one.reason === 'Invalid' || one.reason === 'HoldBlocksRetirement',
  );
  const doubted = plan.deepChecks.some(({ outcome }) => outcome === 'disagrees');
  const seen = plan.refused.length + plan.degraded.length + plan.unreadable.length;
  const isWrong = seen > 0 || frozen || doubted;
  return isWrong || plan.reading.kind === 'partial';
}

function mutableReading(world: World): Plan['reading'] {
  const { reading } = world.observed;
  if (reading.kind === 'complete') return { kind: 'complete' };
  if (reading.kind === 'named') return { kind: 'named', agents: [...reading.agents].sort() };
  return { kind: 'partial', reasons: reading.reasons.map((reason) => ({ ...reason })) };
}

/** null if prices could not be read. */
function costOf(world: World, changes: readonly Change[]): Plan['cost'] {
  const { offers } = world;
  if (!pricesAreKnown(offers)) return null;
  const servers = pricedServers(world);
  const before = fleetMonthlyCost(offers, servers);
  const monthlyAfter = costAfter(before, changes, { servers, offers });
  const monthlyUnrecorded = unrecordedCost(world);
  return { currency: offers.currency, monthlyBefore: before, monthlyAfter, monthlyUnrecorded };
}

function costAfter(
  before: number,
  changes: readonly Change[],
  priced: { readonly servers: readonly PricedById[]; readonly offers: Offers },
): number {
  const servers = new Map(priced.servers.map((server) => [server.id, server]));
  const ends = (id: string) => {
    const server = servers.get(id);
    return server === undefined ? 0 : fleetMonthlyCost(priced.offers, [server]);
  };
  let after = before;
  for (const change of changes) {
    if (isChangeThat(change, 'makes')) after += change.monthlyCost;
    for (const id of endedServers(change)) after -= ends(id);
  }
  return cents(after);
}
