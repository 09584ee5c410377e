/**
 * Writes one decision of a person as a commit on `main`, or as a pull request, decided on every new
 * tip. An open pull request is updated.
 */
import type { CommandDecision, Refused } from '../../core/commands/command-decision.ts';
import { bodyWithin, titleWithin } from '../../core/text/proposal-text.ts';
import type { CommitDraft, Snapshot } from '../../ports/desired-state.ts';
import type { Ports } from '../../ports/ports.ts';
import { pushOnTip, tipOf } from '../../ports/tip.ts';

type Said = Pick<Extract<CommandDecision, { readonly kind: 'write' }>, 'lost' | 'notes'>;
type Decided =
  | (Said & { readonly kind: 'write'; readonly draft: CommitDraft })
  | { readonly kind: 'unchanged'; readonly why: string }
  | Refused;
export type Decide = (main: Snapshot) => Promise<Decided>;
export type Written =
  | (Said & { readonly kind: 'committed'; readonly commit: string })
  | (Said & { readonly kind: 'proposed'; readonly url: string })
  | Exclude<Decided, { readonly kind: 'write' }>;

export async function commitOne(
  ports: Pick<Ports, 'state' | 'clock'>,
  decide: Decide,
): Promise<Written> {
  const { decided, commits } = await pushOnTip(ports, 'main', async (main) => {
    const decided = await decide(main);
    return { decided, drafts: decided.kind === 'write' ? [decided.draft] : [] };
  });
  if (decided.kind !== 'write') return decided;
  const { lost, notes } = decided;
  return { kind: 'committed', commit: commits[0] ?? '', lost, notes };
}

/** @param head the head branch, one per command and agent */
export async function proposeOne(
  ports: Pick<Ports, 'state' | 'clock' | 'forge'>,
  head: string,
  decide: Decide,
): Promise<Written> {
  const { state, forge } = ports;
  const main = await tipOf(ports, 'main');
  const decided = await decide(main);
  if (decided.kind !== 'write') return decided;
  const { draft, lost, notes } = decided;
  if ((await forge.openProposal(head)) === null) {
    // Left of an earlier one that was merged, closed, or never opened.
    await state.deleteBranch(head);
    await state.createBranch(head, main.commit);
  }
  await pushOnTip(ports, head, async (branch) => {
    const texts = await Promise.all(draft.edits.map(({ path }) => branch.read(path)));
    const same = draft.edits.every(({ text }, place) => (texts[place]?.text ?? null) === text);
    return { drafts: same ? [] : [draft] };
  });
  const { url } = await forge.propose({
    head,
    base: 'main',
    title: titleWithin(draft.subject),
    body: bodyWithin(draft.body, '\n\nMerge to apply it, close to decline it.\n'),
    label: 'aura/change',
  });
  return { kind: 'proposed', url, lost, notes };
}
