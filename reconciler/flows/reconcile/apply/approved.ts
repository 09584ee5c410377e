/**
 * Whether the approval that a plan relies on still stands when its change begins. Between the two
 * its hours may have passed, and a person may have taken it back or written it again.
 */
import { approvalFor } from '../../../core/plan/granted.ts';
import { readApproval } from '../../shared/read-approvals.ts';
import type { AgentChange, Run } from './attempt.ts';

/** Why it no longer lets the change go; null where it does, or where none is relied on. */
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
  if (approval === null || standing !== 'granted') return `its approval no longer counts: ${why}`;
  // That it was not used yet is the record's to say, which is still the plan's.
  const lists = approvalFor(change, [{ path, approval }], []) !== null;
  return lists ? null : 'its approval does not list it any more';
}
