/**
 * Counts the servers that never ran and were, or are being, taken back within an hour. Rolling back
 * ends nothing that anyone used, so it is never refused and never counted as a destruction; but a
 * fault that makes every create fail must not churn through servers without a bound.
 */

import { type AgentRecord, leaseIsLiveIn } from '../fleet/recorded.ts';
import type { World } from '../fleet/world.ts';
import { timeMs } from '../text/time.ts';

type RollbackBasis = Pick<World, 'records' | 'policy' | 'nowMs' | 'runs'>;

const hourMs = 3_600_000;

/** How many more may begin now. `except` is the agent that asks: its own earlier lease is over. */
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
