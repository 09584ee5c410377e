/**
 * Counts the rollbacks within an hour. A rollback ends a server that never ran, so it is never
 * refused and never counted as a destruction; but a fault that makes every create fail must not
 * create and delete servers without a bound.
 */

import { type AgentRecord, leaseIsLiveIn } from '../fleet/recorded.ts';
import type { World } from '../fleet/world.ts';
import { hourMs, timeMs } from '../text/time.ts';

type RollbackBasis = Pick<World, 'records' | 'policy' | 'nowMs' | 'runs'>;

/**
 * How many more may begin now. `except` is the agent to roll back: its own earlier lease is over.
 */
export function rollbacksLeft(basis: RollbackBasis, except: string | null = null): number {
  const begun = basis.records.reduce((sum, record) => sum + begunBy(record, basis, except), 0);
  return Math.max(0, basis.policy.limits.rollbacksPerHourMax - begun);
}

function begunBy(
  { name, destroyed, lease }: AgentRecord,
  basis: RollbackBasis,
  except: string | null,
): number {
  const done = destroyed.filter(
    ({ kind, at }) => kind === 'rollback' && timeMs(at) > basis.nowMs - hourMs,
  ).length;
  const isUnderWay = lease?.change === 'rollback' && name !== except && leaseIsLiveIn(basis, lease);
  return done + (isUnderWay ? 1 : 0);
}
