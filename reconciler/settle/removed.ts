/**
 * Files that were removed while their agent is not gone. A removal is not a wish to destroy: the
 * file comes back byte for byte, and then a tombstone that cites the removal, in two commits of one
 * push, so that reverting the second alone restores the agent. A commit that removed several
 * agents, or a removal that history does not show, is a person's to decide: one pull request.
 */
import { withRetired } from '../core/agent-file.ts';
import { Failure } from '../core/failure.ts';
import type { Plan } from '../core/plan.ts';
import type { CommitDraft, Removal, Snapshot } from '../ports.ts';
import type { SettlePorts } from './settle.ts';

type Removed = Plan['removed'][number];
type Outcome = { readonly restored: readonly string[]; readonly proposals: readonly string[] };
type Case =
  | {
      readonly kind: 'restore';
      readonly removed: Removed;
      readonly removal: Removal;
      readonly text: string;
    }
  | { readonly kind: 'ask'; readonly removed: Removed; readonly why: string }
  | { readonly kind: 'nothing' };

/** How often a lost push is decided again before the next tick takes over. */
const triesMax = 5;
const proposalHead = 'aura/removed-files';

export async function settleRemoved(
  ports: SettlePorts,
  removed: readonly Removed[],
): Promise<Outcome> {
  const asked: Case[] = [];
  const restored: string[] = [];
  for (const one of removed) {
    const outcome = await restoreOne(ports, one);
    if (outcome.kind === 'restore') restored.push(one.agent);
    if (outcome.kind === 'ask') asked.push(outcome);
  }
  return { restored, proposals: await propose(ports, asked) };
}

async function restoreOne(ports: SettlePorts, removed: Removed): Promise<Case> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const snapshot = await tip(ports);
    const found = await judge(ports, snapshot, removed);
    if (found.kind !== 'restore') return found;
    const at = new Date(await ports.cloud.now()).toISOString();
    const outcome = await ports.state.push('main', snapshot, restoration(found, at));
    if (outcome.kind === 'pushed') return found;
  }
  throw new Failure('PushRejected', `main kept moving while ${removed.path} was restored`);
}

/** On the tip: is the file still gone, and who removed it? */
async function judge(ports: SettlePorts, snapshot: Snapshot, removed: Removed): Promise<Case> {
  if ((await snapshot.read(removed.path)) !== null) return { kind: 'nothing' };
  const removal = await ports.state.lastRemoval(removed.path);
  if (removal === null) return { kind: 'ask', removed, why: 'history does not show its removal' };
  if (removal.cause === 'settled') return { kind: 'nothing' };
  if (removal.agentsRemoved !== 1) {
    return {
      kind: 'ask',
      removed,
      why: `commit ${removal.commit.slice(0, 10)} removed ${removal.agentsRemoved} agents at once`,
    };
  }
  const text = await ports.state.textAt(removal.parent, removed.path);
  if (text === null)
    return { kind: 'ask', removed, why: `commit ${removal.parent.slice(0, 10)} does not hold it` };
  return { kind: 'restore', removed, removal, text };
}

function restoration(found: Case & { kind: 'restore' }, at: string): readonly CommitDraft[] {
  const { removed, removal, text } = found;
  const short = removal.commit.slice(0, 10);
  const tombstone = withRetired(text, {
    at,
    by: 'settle',
    reason: `its file was removed by commit ${short}`,
    cites: removal.commit,
  });
  return [
    {
      subject: `${removed.agent}: file restored as it was before ${short}`,
      body: 'A removed file destroys nothing by itself. The next commit retires the agent; revert that one to keep it.',
      trailers: [
        ['Aura-Cause', 'restored'],
        ['Aura-Cites', removal.commit],
      ],
      edits: [{ path: removed.path, text }],
    },
    {
      subject: `${removed.agent}: retired, its file was removed by ${short}`,
      body: 'Reverting this commit before the grace is over keeps the agent and its data.',
      trailers: [
        ['Aura-Cause', 'retired'],
        ['Aura-Cites', removal.commit],
      ],
      edits: [{ path: removed.path, text: tombstone }],
    },
  ];
}

/** One pull request for all of them, updated in place; it restores the files that can be found. */
async function propose(ports: SettlePorts, cases: readonly Case[]): Promise<readonly string[]> {
  const asked = cases.filter((one) => one.kind === 'ask');
  if (asked.length === 0) return [];
  const snapshot = await tip(ports);
  const edits = [];
  for (const { removed } of asked) {
    const removal = await ports.state.lastRemoval(removed.path);
    const text = removal === null ? null : await ports.state.textAt(removal.parent, removed.path);
    if (text !== null) edits.push({ path: removed.path, text });
  }
  if (edits.length === 0) {
    ports.log.error(
      { agents: asked.map((one) => one.removed.agent) },
      'agents have lost their files and history does not hold them',
    );
    return [];
  }
  const open = await ports.forge.openProposal(proposalHead);
  if (open === null) {
    await ports.state.deleteBranch(proposalHead);
    await ports.state.createBranch(proposalHead, snapshot.commit);
    const head = await ports.state.fetch(proposalHead);
    const draft = {
      subject: `Restore ${edits.length} removed agents`,
      body: '',
      trailers: [['Aura-Cause', 'restored'] as const],
      edits,
    };
    await ports.state.push(proposalHead, head, [draft]);
  }
  const lines = asked.map(({ removed, why }) => `- \`${removed.agent}\`: ${why}`).sort();
  const proposal = await ports.forge.propose({
    head: proposalHead,
    base: 'main',
    title: `Removed files of ${asked.length} agents`,
    body: `These agents run and have no file. Nothing is done to them meanwhile.\n\n${lines.join('\n')}\n\nMerge to restore their files as they were. To end an agent, add a tombstone to its file.\n`,
  });
  return [proposal.url];
}

async function tip(ports: SettlePorts): Promise<Snapshot> {
  const snapshot = await ports.state.fetch('main');
  if (snapshot === null) throw new Failure('NotFound', 'the agents repository has no branch main');
  return snapshot;
}
