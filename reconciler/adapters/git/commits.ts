/**
 * Makes commits in memory, without a working tree or an index. Only the trees along the edited
 * paths are read, and nothing is written before the server accepts the push.
 */
import { bytesOfText, notPlainFile } from '../../core/agent/file-content.ts';
import { Failure } from '../../core/failure.ts';
import type { CommitDraft, FileEdit } from '../../ports/desired-state.ts';
import { createPackDraft, type PackDraft } from './pack.ts';
import { anyPath, writtenPath } from './path.ts';
import { entryOf, fileMode, folderMode, type Trees, withEntry } from './trees.ts';

type CommitContext = {
  readonly trees: Pick<Trees, 'rootOf' | 'read'>;
  readonly author: { readonly name: string; readonly email: string };
  /** seconds since the epoch */
  readonly timestamp: number;
};

type MadeCommits = {
  /** oldest first */
  readonly commits: readonly string[];
  /** all objects that the base does not have */
  readonly draft: PackDraft;
};

/** @param base a commit, or null for a branch's first one */
export async function makeCommits(
  context: CommitContext,
  base: string | null,
  drafts: readonly CommitDraft[],
): Promise<MadeCommits> {
  const draft = createPackDraft();
  const commits: string[] = [];
  let parent = base;
  let tree = base === null ? null : await context.trees.rootOf(base);
  for (const one of drafts) {
    if (one.merges !== undefined) tree = await context.trees.rootOf(one.merges);
    const edits = one.edits.map(({ path, text }) => {
      const checked = text === null ? anyPath(path) : writtenPath(path);
      return { parts: checked.split('/'), text };
    });
    tree = await editTree({ trees: context.trees, draft }, tree, edits);
    tree ??= draft.add('tree', Buffer.of());
    const parents = [parent, one.merges ?? null].filter((commit) => commit !== null);
    parent = draft.add('commit', commitOf(context, { tree, parents, message: messageOf(one) }));
    commits.push(parent);
  }
  return { commits, draft };
}

function commitOf(
  { author, timestamp }: CommitContext,
  {
    tree,
    parents,
    message,
  }: { readonly tree: string; readonly parents: readonly string[]; readonly message: string },
): Buffer {
  const person = `${author.name} <${author.email}> ${timestamp} +0000`;
  const lines = [
    `tree ${tree}`,
    ...parents.map((parent) => `parent ${parent}`),
    `author ${person}`,
    `committer ${person}`,
  ];
  return Buffer.from(`${lines.join('\n')}\n\n${message}`);
}

type Making = { readonly trees: Pick<Trees, 'read'>; readonly draft: PackDraft };
type SplitEdit = { readonly parts: readonly string[]; readonly text: FileEdit['text'] };

/** The edited tree's oid; null if the tree is empty. */
async function editTree(
  making: Making,
  oid: string | null,
  edits: readonly SplitEdit[],
): Promise<string | null> {
  const { draft } = making;
  let tree = oid === null ? Buffer.of() : (draft.get(oid) ?? (await making.trees.read(oid)));
  for (const [name, inside] of byFirstPart(edits)) {
    const file = inside.findLast(({ parts }) => parts.length === 1);
    const deeper = inside.filter(({ parts }) => parts.length > 1).map(withoutFirst);
    if (file !== undefined) {
      const { text } = file;
      if (text === notPlainFile.text) throw new Failure('Bug', `${name} has no text to be written`);
      const blob = text === null ? null : draft.add('blob', bytesOfText(text));
      tree = withEntry(tree, name, blob === null ? null : { mode: fileMode, oid: blob });
    }
    if (deeper.length === 0) continue;
    const before = entryOf(tree, name);
    const folder = before?.mode === folderMode ? before.oid : null;
    const after = await editTree(making, folder, deeper);
    tree = withEntry(tree, name, after === null ? null : { mode: folderMode, oid: after });
  }
  return tree.length === 0 ? null : draft.add('tree', tree);
}

function byFirstPart(edits: readonly SplitEdit[]): ReadonlyMap<string, SplitEdit[]> {
  const groups = new Map<string, SplitEdit[]>();
  for (const edit of edits) {
    const [name = ''] = edit.parts;
    groups.set(name, [...(groups.get(name) ?? []), edit]);
  }
  return groups;
}

function withoutFirst({ parts, text }: SplitEdit): SplitEdit {
  return { parts: parts.slice(1), text };
}

/** Line breaks in the input can neither end the subject nor start another trailer. */
function messageOf({ subject, body, trailers }: CommitDraft): string {
  const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ').trim();
  const lines = trailers.map(([name, value]) => {
    if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(name)) throw new Failure('Bug', `trailer ${name}`);
    return `${name}: ${oneLine(value)}`;
  });
  const parts = [oneLine(subject), body.trim(), lines.join('\n')];
  // A message of git contains no zero bytes.
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`.replaceAll('\0', '');
}
