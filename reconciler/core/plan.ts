/**
 * The plan as a value: everything that one tick decided, sorted and fingerprinted. A dry run prints
 * it, apply carries it out, an auditor compares fingerprints.
 */
import type { PlanDocument } from '../../schemas/generated/plan.ts';
import { openBreakers } from './attempt.ts';
import { cents, fleetMonthlyCost } from './cost.ts';
import { diff } from './diff.ts';
import { digest } from './digest.ts';
import { breakerMessage, limit } from './limits.ts';
import { findOrphans } from './orphan.ts';
import type { Change, Idle } from './situation.ts';
import { removedAgents, type World } from './world.ts';

export type Plan = PlanDocument;

/** `plan = limit(diff(world), policy)`: pure; the order of the world's lists does not matter. */
export function planOf(world: World): Plan {
  const decided = diff(world);
  const found = findOrphans(world);
  const limited = limit([...decided.changes, ...found.changes], world);
  const breakers = openBreakers(world.records, world.policy, world.nowMs);
  const stop = world.stop ?? world.policy.pause?.reason;
  const before = fleetMonthlyCost(world.offers, world.observed.servers);
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
    idle: [...decided.idle],
    orphans: [...found.orphans],
    removed: world.observed.reading.kind === 'complete' ? [...removedAgents(world)] : [],
    settled: [...decided.settled],
    breakers: breakers.map((breaker) => ({
      reason: breaker.reason,
      scope: breaker.location === null ? 'all creates' : `creates in ${breaker.location}`,
      since: new Date(breaker.sinceMs).toISOString(),
      trialAt: new Date(breaker.trialMs).toISOString(),
      message: breakerMessage(breaker),
    })),
    cost: {
      currency: world.offers.currency,
      monthlyBefore: before,
      monthlyAfter: costAfter(before, limited.changes, world),
    },
    counts: {
      files: world.files.length,
      records: world.records.length,
      servers: world.observed.servers.length,
      devices: world.observed.devices.length,
    },
    nextDueAt: nextDue(
      world,
      decided.idle,
      breakers.map((breaker) => breaker.trialMs),
      limited.windowFreeMs,
    ),
  };
  return { ...draft, fingerprint: fingerprintOf(draft) };
}

/** 64 hex over all but the fingerprint itself, the time and what merely counts down. */
export function fingerprintOf(plan: Plan): string {
  const { fingerprint: _own, nextDueAt: _due, basis, ...rest } = plan;
  return digest({ ...rest, basis: { ...basis, at: null } }, 64);
}

/** The i-th (from 1) of n parts: every agent in exactly one of them, whatever the plan's size. */
export function shard(plan: Plan, i: number, n: number): Plan {
  const mine = (agent: string) => Number.parseInt(digest(agent, 8), 16) % n === i - 1;
  return { ...plan, changes: plan.changes.filter((change) => mine(change.agent)) };
}

/** Nothing to apply and nothing to settle. Refusals and waiting agents are no changes. */
export function isEmptyPlan(plan: Plan): boolean {
  const undecided = plan.orphans.filter((orphan) => orphan.decision === 'new');
  return (
    plan.fleet === 'none' &&
    plan.changes.length + plan.removed.length + plan.settled.length + undecided.length === 0
  );
}

/** Something a person should look at: exit code 3. */
export function needsAttention(plan: Plan): boolean {
  const frozen = plan.idle.some(
    (one) => one.reason === 'Invalid' || one.reason === 'HoldBlocksRetirement',
  );
  return plan.refused.length > 0 || plan.reading.kind === 'partial' || frozen;
}

function mutableReading(world: World): Plan['reading'] {
  const { reading } = world.observed;
  if (reading.kind === 'complete') return { kind: 'complete' };
  return { kind: 'partial', reasons: reading.reasons.map((reason) => ({ ...reason })) };
}

function costAfter(before: number, changes: readonly Change[], world: World): number {
  const servers = new Map(world.observed.servers.map((server) => [server.id, server]));
  const ends = (id: string) => {
    const server = servers.get(id);
    return server === undefined ? 0 : fleetMonthlyCost(world.offers, [server]);
  };
  let after = before;
  for (const change of changes) {
    if (change.kind === 'create') after += change.monthlyCost;
    if (change.kind === 'retire') for (const id of change.servers) after -= ends(id);
    if (change.kind === 'rollback') after -= ends(change.server);
    if (change.kind === 'replace') after += change.monthlyCost - ends(change.server);
    if (change.kind === 'destroyOrphan' && change.resource === 'server') after -= ends(change.id);
  }
  return cents(after);
}

/** The earliest moment at which something becomes due without anybody's doing. */
function nextDue(
  world: World,
  idles: readonly Idle[],
  trials: readonly number[],
  windowFreeMs: number | null,
): string | null {
  const due = [
    ...idles.flatMap((idle) => (idle.until === undefined ? [] : [Date.parse(idle.until)])),
    ...trials,
    ...(windowFreeMs === null ? [] : [windowFreeMs]),
    ...world.files.flatMap((file) =>
      file.kind === 'valid' && file.agent.spec.access.until !== undefined
        ? [Date.parse(file.agent.spec.access.until)]
        : [],
    ),
  ].filter((at) => at > world.nowMs);
  const [first] = due.sort((a, b) => a - b);
  return first === undefined ? null : new Date(first).toISOString();
}
