/**
 * Commits made without a working tree or an index: only the trees along the edited paths are read
 * and written, so that a commit costs the same in a fleet of ten and of a hundred thousand.
 */
import fs from 'node:fs';
import git, { type TreeEntry } from 'isomorphic-git';
import { Failure } from '../../core/failure.ts';
import type { CommitDraft, FileEdit } from '../../ports.ts';
import type { Objects } from './objects.ts';
import { plainPath } from './path.ts';

export type CommitContext = {
  readonly gitDir: string;
  readonly objects: Objects;
  readonly author: { readonly name: string; readonly email: string };
  /** seconds since the epoch */
  readonly timestamp: number;
};

export type WrittenCommits = {
  readonly commits: readonly string[];
  /** all objects that the base does not have, as one pack */
  readonly pack: Uint8Array;
};

/** @param base a commit, or null for a branch's first one */
export async function writeCommits(
  context: CommitContext,
  base: string | null,
  drafts: readonly CommitDraft[],
): Promise<WrittenCommits> {
  const { gitDir: gitdir } = context;
  const written = new Set<string>();
  const commits: string[] = [];
  let parent = base;
  let tree = base === null ? null : await treeOf(context.objects, base);
  for (const draft of drafts) {
    tree = await editTree(context, { tree, edits: checkedEdits(draft.edits), written });
    const root: string = tree ?? (await keep(written, git.writeTree({ fs, gitdir, tree: [] })));
    const person = { ...context.author, timestamp: context.timestamp, timezoneOffset: 0 };
    const commit = {
      tree: root,
      parent: parent === null ? [] : [parent],
      author: person,
      committer: person,
      message: messageOf(draft),
    };
    parent = await keep(written, git.writeCommit({ fs, gitdir, commit }));
    commits.push(parent);
  }
  return { commits, pack: await packOf(gitdir, [...written]) };
}

export async function packOf(gitdir: string, oids: string[]): Promise<Uint8Array> {
  const { packfile } = await git.packObjects({ fs, gitdir, oids });
  if (packfile === undefined) throw new Failure('Bug', 'no pack was made');
  return packfile;
}

async function keep(written: Set<string>, writing: Promise<string>): Promise<string> {
  const oid = await writing;
  written.add(oid);
  return oid;
}

async function treeOf(objects: Objects, commit: string): Promise<string> {
  const found = await objects.read(`${commit}^{tree}`);
  if (found?.type !== 'tree') throw new Failure('UnexpectedAnswer', `git has no commit ${commit}`);
  return found.oid;
}

type TreeEdit = {
  readonly tree: string | null;
  readonly edits: readonly SplitEdit[];
  readonly written: Set<string>;
};
type SplitEdit = { readonly parts: readonly string[]; readonly text: string | null };

/** The edited tree's oid; null where nothing is left in it. */
async function editTree(context: CommitContext, edit: TreeEdit): Promise<string | null> {
  const { gitDir: gitdir } = context;
  const { written } = edit;
  const entries = new Map<string, TreeEntry>();
  if (edit.tree !== null) {
    const found = await context.objects.read(edit.tree);
    if (found?.type !== 'tree') throw new Failure('UnexpectedAnswer', `no tree ${edit.tree}`);
    for (const entry of entriesIn(found.content)) entries.set(entry.path, entry);
  }
  for (const [name, inside] of byFirstPart(edit.edits)) {
    const file = inside.findLast(({ parts }) => parts.length === 1);
    const deeper = inside.filter(({ parts }) => parts.length > 1).map(withoutFirst);
    if (file !== undefined && file.text === null) entries.delete(name);
    if (file !== undefined && file.text !== null) {
      const blob = Buffer.from(file.text);
      const oid = await keep(written, git.writeBlob({ fs, gitdir, blob }));
      entries.set(name, { mode: '100644', path: name, oid, type: 'blob' });
    }
    if (deeper.length === 0) continue;
    const before = entries.get(name);
    const tree = before?.type === 'tree' ? before.oid : null;
    const oid = await editTree(context, { tree, edits: deeper, written });
    if (oid === null) entries.delete(name);
    else entries.set(name, { mode: '040000', path: name, oid, type: 'tree' });
  }
  if (entries.size === 0) return null;
  return keep(written, git.writeTree({ fs, gitdir, tree: [...entries.values()] }));
}

/** A tree object: `<mode> <name>\0<20 bytes of oid>` one after the other. */
function entriesIn(content: Buffer): readonly TreeEntry[] {
  const entries: TreeEntry[] = [];
  let offset = 0;
  while (offset < content.length) {
    const space = content.indexOf(32, offset);
    const zero = content.indexOf(0, space);
    const mode = content.subarray(offset, space).toString().padStart(6, '0');
    const path = content.subarray(space + 1, zero).toString();
    const oid = content.subarray(zero + 1, zero + 21).toString('hex');
    const type = mode === '040000' ? 'tree' : mode === '160000' ? 'commit' : 'blob';
    entries.push({ mode, path, oid, type });
    offset = zero + 21;
  }
  return entries;
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

function checkedEdits(edits: readonly FileEdit[]): readonly SplitEdit[] {
  return edits.map(({ path, text }) => {
    return { parts: plainPath(path).split('/'), text };
  });
}

/** Line breaks from outside can neither end the subject nor begin a trailer of their own. */
function messageOf({ subject, body, trailers }: CommitDraft): string {
  const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ').trim();
  const lines = trailers.map(([name, value]) => {
    if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(name)) throw new Failure('Bug', `trailer ${name}`);
    return `${name}: ${oneLine(value)}`;
  });
  const parts = [oneLine(subject), body.trim(), lines.join('\n')];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
