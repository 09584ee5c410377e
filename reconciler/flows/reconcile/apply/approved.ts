/**
 * Checks whether the approval that a plan relies on is still valid when its change begins: it may
 * have expired, or a person may have removed or changed it.
 */
import { approvalFor } from '../../../core/plan/granted.ts';
import { readApproval } from '../../shared/read-approvals.ts';
import type { AgentChange, Run } from './attempt.ts';

/** Why the approval is no longer valid; null where it is, or where the change relies on none. */
export async function lapsedApproval(
  { ports, policy }: Pick<Run, 'ports' | 'policy'>,
  change: AgentChange,
  nowMs: number,
): Promise<string | null> {
  const path = 'approval' in change ? change.approval : undefined;
  if (path === undefined) return null;
  const main = await ports.state.fetch('main');
  const read = main === null ? null : await readApproval(ports, main, path, { policy, nowMs });
  if (read === null) return 'its approval is no longer on main';
  const { approval, standing, why } = read;
  if (approval === null || standing !== 'granted') return `its approval is no longer valid: ${why}`;
  // The record shows whether it was used, and has not changed since the plan.
  const lists = approvalFor(change, [{ path, approval }], []) !== null;
  return lists ? null : 'its approval no longer lists it';
}
