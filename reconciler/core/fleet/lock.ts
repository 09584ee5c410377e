/**
 * Locks on states without a live lease. A run takes its lease before it takes a lock, so such a
 * lock was left by a run that died, or is held by a person at a terminal. A lock that is older than
 * any lease is released by a repair, under a lease.
 */
import type { PlanDocument } from '../../../schemas/generated/plan.ts';
import type { Policy } from '../agent/policy.ts';
import { timeMs } from '../text/time.ts';
import type { ObservedLock } from './fleet-resources.ts';
import { compareText, type World } from './world.ts';

type IdleLock = PlanDocument['locks'][number];

/** Sorted by key. */
export function idleLocks(world: World): readonly IdleLock[] {
  return world.locks
    .map((lock) => ({
      key: lock.key,
      agent: agentOfState(lock.key, world.policy.fleet),
      id: lock.id,
      who: lock.who,
      operation: lock.operation,
      since: new Date(timeMs(lock.created)).toISOString(),
      dead: outlivesLeases(lock, world.policy, world.nowMs),
    }))
    .sort((a, b) => compareText(a.key, b.key));
}

export function outlivesLeases(
  lock: Pick<ObservedLock, 'created'>,
  policy: Policy,
  nowMs: number,
): boolean {
  return nowMs - timeMs(lock.created) > policy.apply.leaseMinutes * 60_000;
}

/** The agent that a state's key belongs to; empty if it is not an agent's. */
export function agentOfState(key: string, fleet: string): string {
  const prefix = `${fleet}/agents/`;
  return key.startsWith(prefix) ? (key.slice(prefix.length).split('/')[0] ?? '') : '';
}
