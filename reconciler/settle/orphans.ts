/**
 * Orphans are proposed in one pull request that is updated in place: a decision file each, to be
 * set to destroy, adopt or keep by whoever reviews it. Decisions that were carried out are removed.
 */
import { renderOrphanFile } from '../core/decision-file.ts';
import { Failure } from '../core/failure.ts';
import type { Orphan } from '../core/orphan.ts';
import type { Plan } from '../core/plan.ts';
import type { FileEdit, Snapshot } from '../ports.ts';
import type { SettlePorts } from './settle.ts';

const proposalHead = 'aura/orphans';
const triesMax = 5;

/** URLs of the pull requests that were opened or updated. */
export async function settleOrphans(ports: SettlePorts, plan: Plan): Promise<readonly string[]> {
  if (plan.reading.kind !== 'complete') return [];
  await removeExecuted(ports, plan);
  const fresh = plan.orphans.filter((orphan) => orphan.decision === 'new');
  const open = await ports.forge.openProposal(proposalHead);
  if (fresh.length === 0) {
    // What was proposed has gone by itself or was decided otherwise: the proposal asks for nothing.
    if (open !== null) await ports.forge.closeProposal(open.number);
    return [];
  }
  const changed = await writeProposal(ports, fresh, plan.basis.at, open !== null);
  const body = proposalBody(fresh);
  if (open !== null && !changed && open.body === body) return [];
  const proposal = await ports.forge.propose({
    head: proposalHead,
    base: 'main',
    title: `Orphans: ${fresh.length} to decide`,
    body,
  });
  return [proposal.url];
}

export function orphanPath(orphan: Pick<Orphan, 'resource' | 'id'>): string {
  return `orphans/${orphan.resource}-${orphan.id.replaceAll(/[^A-Za-z0-9.-]/g, '_')}.yaml`;
}

/** Brings the proposal's branch up to the listing; what people wrote in its files stays. */
async function writeProposal(
  ports: SettlePorts,
  orphans: readonly Orphan[],
  seen: string,
  isOpen: boolean,
): Promise<boolean> {
  if (!isOpen) {
    const main = await tipOf(ports, 'main');
    await ports.state.deleteBranch(proposalHead);
    await ports.state.createBranch(proposalHead, main.commit);
  }
  for (let tries = 0; tries < triesMax; tries += 1) {
    const head = await tipOf(ports, proposalHead);
    const edits = await proposalEdits(head, orphans, seen);
    if (edits.length === 0) return false;
    const outcome = await ports.state.push(proposalHead, head, [
      {
        subject: `Orphans: ${edits.length} to look at`,
        body: '',
        trailers: [['Aura-Cause', 'orphan']],
        edits,
      },
    ]);
    if (outcome.kind === 'pushed') return true;
  }
  throw new Failure('PushRejected', `${proposalHead} kept moving`);
}

async function proposalEdits(
  head: Snapshot,
  orphans: readonly Orphan[],
  seen: string,
): Promise<readonly FileEdit[]> {
  const there = new Set((await head.list('orphans/')).map((entry) => entry.path));
  return orphans
    .filter((orphan) => !there.has(orphanPath(orphan)))
    .map((orphan) => ({
      path: orphanPath(orphan),
      text: renderOrphanFile(decisionFor(orphan, seen)),
    }));
}

function decisionFor(orphan: Orphan, seen: string) {
  return {
    apiVersion: 'aura.dev/v1' as const,
    kind: 'Orphan' as const,
    resource: {
      kind: orphan.resource,
      id: orphan.id,
      name: orphan.name,
      ...(orphan.created === undefined ? {} : { created: orphan.created }),
      seen,
      ...(orphan.labels === undefined ? {} : { labels: { ...orphan.labels } }),
      ...(orphan.monthlyCost === undefined ? {} : { monthlyCost: orphan.monthlyCost }),
      why: orphan.why,
    },
    decision: 'undecided' as const,
  };
}

function proposalBody(orphans: readonly Orphan[]): string {
  const lines = orphans.map((orphan) => {
    const cost =
      orphan.monthlyCost === undefined ? '' : `, ${orphan.monthlyCost.toFixed(2)} a month`;
    return `- ${orphan.resource} \`${orphan.id}\` \`${orphan.name}\`${cost}, created ${orphan.created ?? 'at an unknown time'}: ${orphan.why}`;
  });
  return [
    'These carry our marks and belong to no agent. Nothing is done to them until a decision is merged.',
    '',
    ...lines,
    '',
    'Set `decision` in each file to `destroy`, `adopt` or `keep: {until: …}`, then merge.',
    '',
  ].join('\n');
}

/** A decision whose resource is gone has been carried out: its file goes. */
async function removeExecuted(ports: SettlePorts, plan: Plan): Promise<void> {
  const left = new Set(plan.orphans.map(orphanPath));
  for (let tries = 0; tries < triesMax; tries += 1) {
    const main = await tipOf(ports, 'main');
    const files = (await main.list('orphans/')).filter(
      (entry) => entry.path.endsWith('.yaml') && !left.has(entry.path),
    );
    if (files.length === 0) return;
    const outcome = await ports.state.push('main', main, [
      {
        subject: `Orphans: ${files.length} decisions carried out`,
        body: files.map((file) => file.path).join('\n'),
        trailers: [['Aura-Cause', 'settled']],
        edits: files.map((file) => ({ path: file.path, text: null })),
      },
    ]);
    if (outcome.kind === 'pushed') return;
  }
  throw new Failure('PushRejected', 'main kept moving while orphan decisions were removed');
}

async function tipOf(ports: SettlePorts, branch: string): Promise<Snapshot> {
  const snapshot = await ports.state.fetch(branch);
  if (snapshot === null)
    throw new Failure('NotFound', `the agents repository has no branch ${branch}`);
  return snapshot;
}
