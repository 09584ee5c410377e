/**
 * Who sets a tombstone, and how long it holds.
 *
 * | tombstone | is set by | holds |
 * |---|---|---|
 * | `by: stripe` | the end of the subscription | while access has ended |
 * | `by: finalize` | access suspended for too long | while access is not granted |
 * | `by: person` | a person, or the removal of the file | until a person takes it away |
 * | `by: customer` | the customer's `cancel` | until a person takes it away |
 *
 * The first two depend on payments: `desire` lifts them once their cause no longer holds.
 */
import { impossible } from '../failure.ts';
import { timeMs } from '../text/time.ts';
import type { AccessState, AgentSpec, Retired } from './agent.ts';

export function followsMoney({ by }: Retired): boolean {
  return by === 'stripe' || by === 'finalize';
}

/** Whether the tombstone's cause lasts under this access. */
export function tombstoneHolds({ by }: Retired, access: AccessState): boolean {
  switch (by) {
    case 'stripe':
      return access === 'ended';
    case 'finalize':
      return access !== 'granted';
    case 'person':
    case 'customer':
      return true;
    default:
      return impossible(by);
  }
}

/**
 * Since when an agent has been both paid for and retired, ms; null if it is not. A customer's own
 * cancellation of paid access does not count, unless access was granted after it.
 */
export function paidButRetiredSince({
  access,
  retired,
}: Pick<AgentSpec, 'access' | 'retired'>): number | null {
  if (access.state !== 'granted' || retired === undefined) return null;
  const [paidMs, retiredMs] = [timeMs(access.since), timeMs(retired.at)];
  if (retired.by === 'customer' && paidMs <= retiredMs) return null;
  return Math.max(paidMs, retiredMs);
}

/** Whether a finalized agent gets a server again, because its tombstone was lifted. */
export function comesBack({ access, retired }: Pick<AgentSpec, 'access' | 'retired'>): boolean {
  return retired === undefined && access.state !== 'ended';
}
