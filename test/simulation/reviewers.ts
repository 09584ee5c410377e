/** Reviewers, who merge proposals and approve what the limits refused. */
import { renderApprovalFile } from '../../reconciler/core/agent/decision-file.ts';
import { approvalEntryOf } from '../../reconciler/core/plan/granted.ts';
import type { Plan } from '../../reconciler/core/plan/plan.ts';
import type { FakeWorld } from '../fakes/world.ts';

/** Reviews proposals: orphans are destroyed or stay undecided, removed files are restored. */
export function reviews(world: FakeWorld, destroy: boolean): string | null {
  const titles: string[] = [];
  for (const proposal of world.forge.open()) {
    const tree = world.git.tip(proposal.head)?.tree ?? new Map<string, string>();
    const edits = [...tree]
      .filter(([path]) => path.startsWith('orphans/') && destroy)
      .map(([path, text]) => [path, text.replace('decision: undecided', 'decision: destroy')]);
    if (edits.length > 0)
      world.git.add(proposal.head, { subject: 'Decided', edits: Object.fromEntries(edits) });
    try {
      world.forge.merge(proposal.number);
    } catch {
      // It conflicts with later commits.
      continue;
    }
    titles.push(proposal.title);
  }
  return titles.length === 0 ? null : `merges ${titles.join(', ')}`;
}

/** A person approves exactly what the limits refused. */
export function approves(world: FakeWorld, { refused }: Plan): string | null {
  if (refused.length === 0) return null;
  const entries = refused.flatMap(({ change }) => approvalEntryOf(change) ?? []);
  const approval = { apiVersion: 'aura.dev/v1', kind: 'Approval', entries } as const;
  const number = world.forge.proposals.length + 1;
  const head = `approve-${number}`;
  const edits = { [`approvals/${number}.yaml`]: renderApprovalFile(approval) };
  world.git.branches.set(head, world.git.branches.get('main') ?? '');
  world.git.add(head, { subject: 'Approved', edits });
  world.forge.proposals.push({
    number,
    head,
    base: 'main',
    title: `Approve ${entries.length}`,
    body: '',
    state: 'open',
    labels: new Set<string>(),
    commit: null,
    mergedAt: null,
    onto: null,
    approvedBy: [],
  });
  world.forge.merge(number);
  return `approves ${entries.length}`;
}

/** Orphans that were merged undecided are decided in the end. */
export function decidesOrphans(world: FakeWorld): void {
  const edits = [...(world.git.tip('main')?.tree ?? [])]
    .filter(([path, text]) => path.startsWith('orphans/') && text.includes('decision: undecided'))
    .map(([path, text]) => [path, text.replace('decision: undecided', 'decision: destroy')]);
  if (edits.length > 0) world.forge.mergeReviewed('Decided', Object.fromEntries(edits));
}
