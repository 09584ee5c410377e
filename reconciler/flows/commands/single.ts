/**
 * One decision of a person, written: as a commit on `main`, or as a pull request that asks for it.
 * Decided anew on every tip; an open pull request is brought up to date and not opened twice.
 */

import type { CommandDecision, Refused } from '../../core/commands/wish.ts';
import { Failure } from '../../core/failure.ts';
import type { CommitDraft, Snapshot } from '../../ports/desired-state.ts';
import type { Ports } from '../../ports/ports.ts';

type Write = Extract<CommandDecision, { readonly kind: 'write' }>;
type Decided =
  | { readonly kind: 'write'; readonly decision: Write; readonly draft: CommitDraft }
  | Exclude<CommandDecision, Write>;
export type Decide = (main: Snapshot) => Promise<Decided>;
type Said = { readonly lost: string | null; readonly notes: readonly string[] };
export type Written =
  | ({ readonly kind: 'committed'; readonly commit: string } & Said)
  | ({ readonly kind: 'proposed'; readonly url: string } & Said)
  | { readonly kind: 'unchanged'; readonly why: string }
  | Refused;

const triesMax = 20;
const pauseMs = 100;

export async function commitOne(
  { state, clock }: Pick<Ports, 'state' | 'clock'>,
  decide: Decide,
): Promise<Written> {
  for (let tries = 1; tries <= triesMax; tries += 1) {
    const main = await tipOf({ state }, 'main');
    const decided = await decide(main);
    if (decided.kind !== 'write') return decided;
    const outcome = await state.push('main', main, [decided.draft]);
    const commit = outcome.kind === 'pushed' ? outcome.commits[0] : undefined;
    if (commit !== undefined) return { kind: 'committed', commit, ...saidOf(decided.decision) };
    await clock.wait(pauseMs * tries);
  }
  throw new Failure('PushRejected', 'main kept moving while this was written');
}

/** @param head the branch that asks: one a command and agent */
export async function proposeOne(
  ports: Pick<Ports, 'state' | 'forge'>,
  head: string,
  decide: Decide,
): Promise<Written> {
  const { state, forge } = ports;
  const main = await tipOf(ports, 'main');
  const decided = await decide(main);
  if (decided.kind !== 'write') return decided;
  const { draft } = decided;
  if ((await forge.openProposal(head)) === null) {
    // What was left of an earlier one: merged, closed, or cut short before it was opened.
    await state.deleteBranch(head);
    await state.createBranch(head, main.commit);
  }
  await complete(ports, head, draft);
  const { url } = await forge.propose({
    head,
    base: 'main',
    title: draft.subject,
    body: `${draft.body}\n\nMerge to go ahead, close to leave it.\n`,
  });
  return { kind: 'proposed', url, ...saidOf(decided.decision) };
}

async function complete(
  ports: Pick<Ports, 'state'>,
  head: string,
  draft: CommitDraft,
): Promise<void> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const branch = await tipOf(ports, head);
    const texts = await Promise.all(draft.edits.map(({ path }) => branch.read(path)));
    const same = draft.edits.every(({ text }, place) => (texts[place]?.text ?? null) === text);
    if (same) return;
    if ((await ports.state.push(head, branch, [draft])).kind === 'pushed') return;
  }
  throw new Failure('PushRejected', `${head} kept moving`);
}

async function tipOf({ state }: Pick<Ports, 'state'>, branch: string): Promise<Snapshot> {
  const snapshot = await state.fetch(branch);
  if (snapshot !== null) return snapshot;
  throw new Failure('NotFound', `the agents repository has no branch ${branch}`);
}

function saidOf({ lost, notes }: Write): Said {
  return { lost, notes };
}
