/**
 * Files that were removed while their agent is not gone. A removal is not a wish to destroy: the
 * file comes back byte for byte, and then a tombstone that cites the removal, in two commits of one
 * push, so that reverting the second alone restores the agent. A commit that removed several
 * agents, or a removal that history does not show, is a person's to decide: one pull request.
 */

import { restoration } from '../core/billing/restoration.ts';
import { agentIdOf } from '../core/desired/agent.ts';
import { parseAgentFile } from '../core/desired/agent-file.ts';
import { Failure } from '../core/failure.ts';
import type { Plan } from '../core/plan/plan.ts';
import { compareText } from '../core/world/world.ts';
import type { Removal, Snapshot } from '../ports.ts';
import { dropProposal, keepProposal, tipOf } from './proposal.ts';
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
  | Asked
  | { readonly kind: 'nothing' };
type Asked = { readonly kind: 'ask'; readonly removed: Removed; readonly why: string };

/** How often a lost push is decided again before the next tick takes over. */
const triesMax = 5;
const proposalHead = 'aura/removed-files';

export async function settleRemoved(
  ports: SettlePorts,
  plan: Pick<Plan, 'reading' | 'removed'>,
): Promise<Outcome> {
  // In a partial reading nothing counts as removed: what was asked before is asked still.
  if (plan.reading.kind !== 'complete') return { restored: [], proposals: [] };
  const asked: Asked[] = [];
  const restored: string[] = [];
  for (const one of plan.removed) {
    const outcome = await restoreOne(ports, one);
    if (outcome.kind === 'restore') restored.push(one.agent);
    if (outcome.kind === 'ask') asked.push(outcome);
  }
  if (asked.length > 0) return { restored, proposals: await propose(ports, asked) };
  await dropProposal(ports, proposalHead);
  return { restored, proposals: [] };
}

async function restoreOne(ports: SettlePorts, removed: Removed): Promise<Case> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const snapshot = await tipOf(ports, 'main');
    const found = await judge(ports, snapshot, removed);
    if (found.kind !== 'restore') return found;
    const at = new Date(await ports.cloud.now()).toISOString();
    const { removal, text } = found;
    const commits = restoration({ ...removed, commit: removal.commit, text }, at);
    const outcome = await ports.state.push('main', snapshot, commits);
    if (outcome.kind === 'pushed') return found;
  }
  throw new Failure('PushRejected', `main kept moving while ${removed.path} was restored`);
}

/** On the tip: is the file still gone, and who removed it? */
async function judge(ports: SettlePorts, snapshot: Snapshot, removed: Removed): Promise<Case> {
  const claimant = await claimantOf(snapshot, removed.agent);
  if (claimant !== null) {
    if (claimant !== removed.path)
      ports.log.warn({ ...removed, claimant }, 'the file of an agent stands in the wrong place');
    return { kind: 'nothing' };
  }
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
  const file = parseAgentFile({ path: removed.path, oid: '', text });
  if (file.kind === 'invalid')
    return { kind: 'ask', removed, why: 'its file was invalid before it was removed' };
  return { kind: 'restore', removed, removal, text };
}

/** The file that speaks for an agent: by its path or name or subscription, wherever it stands. */
async function claimantOf(snapshot: Snapshot, agent: string): Promise<string | null> {
  const entries = (await snapshot.list('agents/')).filter(({ path }) => /\.ya?ml$/.test(path));
  const texts = await snapshot.readAll(entries.map(({ oid }) => oid));
  const found = entries.find((entry) => {
    const text = texts.get(entry.oid) ?? '';
    const subscriptions = text.match(/\bsub_[A-Za-z0-9_]+/g) ?? [];
    const named =
      `${entry.path} ${text}`.includes(agent) ||
      subscriptions.some((id) => agentIdOf(id) === agent);
    if (!named) return false;
    // A valid file speaks for its own agent alone, whoever else is mentioned in it.
    const file = parseAgentFile({ ...entry, text });
    return file.kind === 'invalid' || file.id === agent;
  });
  return found?.path ?? null;
}

/** One pull request for all of them; it restores the files that can be found as they were. */
async function propose(ports: SettlePorts, asked: readonly Asked[]): Promise<readonly string[]> {
  const files = [];
  for (const { removed } of asked) {
    const removal = await ports.state.lastRemoval(removed.path);
    const text = removal === null ? null : await ports.state.textAt(removal.parent, removed.path);
    if (text !== null) files.push({ path: removed.path, text });
    else
      ports.log.error(
        { agent: removed.agent },
        'an agent has lost its file and history does not hold it',
      );
  }
  const lines = asked.map(({ removed, why }) => `- \`${removed.agent}\`: ${why}`).sort();
  const url = await keepProposal(ports, {
    head: proposalHead,
    title: `Removed files of ${asked.length} agents`,
    body: `These agents run and have no file. Nothing is done to them meanwhile.\n\n${lines.join('\n')}\n\nMerge to restore their files as they were. To end an agent, add a tombstone to its file.\n`,
    cause: 'restored',
    files: files.sort((a, b) => compareText(a.path, b.path)),
  });
  return url === null ? [] : [url];
}
