/** Finds the approval of a change, and whether it was used already. */
import type { ApprovalDecision } from '../../../schemas/generated/approval.ts';
import { endedServers, isChangeThat } from '../fleet/change-kinds.ts';
import type { AgentRecord } from '../fleet/recorded.ts';
import type { Change } from '../fleet/situation.ts';
import type { GrantedApproval } from '../fleet/world.ts';

type ApprovalEntry = ApprovalDecision['entries'][number];

/** The approval that lists exactly this change and has not been used for it; null without one. */
export function approvalFor(
  change: Change,
  approvals: readonly GrantedApproval[],
  records: readonly AgentRecord[],
): string | null {
  const wanted = approvalEntryOf(change);
  if (wanted === null) return null;
  for (const { path, approval } of approvals) {
    const listed = approval.entries.some(
      (entry) =>
        entry.agent === wanted.agent &&
        entry.server === wanted.server &&
        entry.change === wanted.change &&
        entry.file === wanted.file,
    );
    if (listed && !isUsed(path, wanted, records)) return path;
  }
  return null;
}

/** The entry that an approval needs for a change; null if the change needs no approval. */
export function approvalEntryOf(change: Change): ApprovalEntry | null {
  if (!isChangeThat(change, 'needsApproval')) return null;
  const { agent, basis, kind } = change;
  return { agent, server: serverOf(change), file: basis.file, change: kind };
}

/** Whether the server was destroyed under this approval. */
export function isUsed(
  path: string,
  { agent, server }: Pick<ApprovalEntry, 'agent' | 'server'>,
  records: readonly AgentRecord[],
): boolean {
  return records.some(
    (record) =>
      record.name === agent &&
      record.destroyed.some((one) => one.approval === path && one.server === server),
  );
}

/** Hetzner's id of the server that a destructive change ends; empty if it ends none. */
export function serverOf(change: Change): string {
  return endedServers(change)[0] ?? '';
}

/** The change with its approval, if it needs and has one. */
export function withApproval(
  change: Change,
  {
    approvals,
    records,
  }: { readonly approvals: readonly GrantedApproval[]; readonly records: readonly AgentRecord[] },
): Change {
  if (!isChangeThat(change, 'needsApproval')) return change;
  const approval = approvalFor(change, approvals, records);
  return approval === null ? change : { ...change, approval };
}
