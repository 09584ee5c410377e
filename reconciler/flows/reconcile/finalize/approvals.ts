/**
 * Proposes approvals of refused changes in one pull request, updated in place and closed once
 * nothing is refused. A person's closing it declines that set. Used and expired approvals are
 * removed from `main`.
 */

import { parseApprovalFile, renderApprovalFile } from '../../../core/agent/decision-file.ts';
import { digest } from '../../../core/agent/digest.ts';
import {
  type AgentRecord,
  type RecordFile,
  readableRecords,
} from '../../../core/fleet/recorded.ts';
import {
  approvalBody,
  approvalPath,
  approvalTitle,
  isUsedUp,
  refusedEntries,
} from '../../../core/plan/approval.ts';
import type { Plan } from '../../../core/plan/plan.ts';
import type { Snapshot } from '../../../ports/desired-state.ts';
import { pushOnTip, tipOf } from '../../../ports/tip.ts';
import { readApprovals } from '../../shared/read-approvals.ts';
import { readCatalogAndPolicy } from '../../shared/read-catalog.ts';
import type { FinalizePorts } from './finalize-ports.ts';
import { dropProposal, keepProposal } from './proposal.ts';

const proposalHead = 'aura/approvals';
const folder = 'approvals/';

/** URLs of the pull requests that were opened or updated. */
export async function finalizeApprovals(
  ports: FinalizePorts,
  plan: Plan,
  files: readonly RecordFile[],
): Promise<readonly string[]> {
  const records = readableRecords(files);
  await removeOver(ports, records);
  // Only a complete reading shows all refused changes.
  if (plan.reading.kind !== 'complete') return [];
  const entries = refusedEntries(plan.refused);
  if (entries.length === 0) {
    await dropProposal(ports, proposalHead);
    return [];
  }
  const main = await tipOf(ports, 'main');
  const { policy } = await readCatalogAndPolicy(main);
  const taken = new Set((await main.list(folder)).map(({ path }) => path));
  const approval = { apiVersion: 'aura.dev/v1' as const, kind: 'Approval' as const };
  const path = approvalPath(entries, (one) => taken.has(one));
  // The existing approval cannot be read: the plan names it.
  if (await isAnsweredUnreadably(main, entries, taken)) return [];
  return keepProposal(ports, {
    head: proposalHead,
    title: approvalTitle(entries),
    body: approvalBody(plan.refused, records, {
      validHours: policy.approvals.validHours,
      currency: plan.cost?.currency ?? '',
    }),
    cause: 'approval',
    files: [{ path, text: renderApprovalFile({ ...approval, entries: [...entries] }) }],
    folder,
    alone: true,
    about: digest(entries, 16),
  });
}

async function isAnsweredUnreadably(
  main: Snapshot,
  entries: Parameters<typeof approvalPath>[0],
  taken: ReadonlySet<string>,
): Promise<boolean> {
  const first = approvalPath(entries, () => false);
  const file = taken.has(first) ? await main.read(first) : null;
  return file !== null && !parseApprovalFile({ path: first, ...file }).ok;
}

/** One commit for all of them, with the reason of each. */
async function removeOver(ports: FinalizePorts, records: readonly AgentRecord[]): Promise<void> {
  await pushOnTip(ports, 'main', async (main) => {
    const over = await overIn(ports, main, records);
    if (over.length === 0) return { drafts: [] };
    const subject = `Remove ${over.length} approvals: used or expired`;
    const body = over.map(({ path, why }) => `${path}: ${why}`).join('\n');
    const edits = over.map(({ path }) => ({ path, text: null }));
    return { drafts: [{ subject, body, trailers: [['Aura-Cause', 'finalized']], edits }] };
  });
}

async function overIn(
  ports: FinalizePorts,
  main: Snapshot,
  records: readonly AgentRecord[],
): Promise<readonly { readonly path: string; readonly why: string }[]> {
  if ((await main.list(folder)).length === 0) return [];
  const { policy } = await readCatalogAndPolicy(main);
  const nowMs = await ports.cloud.now();
  const read = await readApprovals(ports, main, { policy, nowMs });
  return read.flatMap(({ path, approval, standing, why }) => {
    if (approval === null) return [];
    if (isUsedUp(path, approval, records))
      return [{ path, why: 'all its changes were carried out' }];
    return standing === 'over' ? [{ path, why }] : [];
  });
}
