/**
 * Decides about files that a pull request's branch changed and that are no longer wanted: they were
 * decided on `main`, or the request ended. Unchanged they would revert later decisions or conflict.
 */
import { notPlainFile } from '../../../core/agent/file-content.ts';
import type { FileEdit, Snapshot } from '../../../ports/desired-state.ts';

/** The three sides of a merge. */
export type Answers = {
  readonly main: Snapshot;
  readonly branch: Snapshot;
  /** where the branch left main */
  readonly fork: Snapshot;
};
type Strays = {
  /** edits that undo the branch's changes of them */
  readonly edits: readonly FileEdit[];
  /** other changes of the branch, which it keeps */
  readonly own: readonly FileEdit[];
};
type Asked = {
  readonly folder: string;
  readonly alone: boolean;
  /** wanted paths */
  readonly asked: ReadonlySet<string>;
};

export async function strayEdits(answers: Answers, wanted: Asked): Promise<Strays> {
  const { main, branch, fork } = answers;
  const edits: FileEdit[] = [];
  const own: FileEdit[] = [];
  for (const path of await changedPaths(answers, wanted.folder)) {
    const [ours, theirs, before] = [
      (await branch.read(path))?.text ?? null,
      (await main.read(path))?.text ?? null,
      (await fork.read(path))?.text ?? null,
    ];
    // A symbolic link cannot be written, and is left as it is.
    if ([ours, theirs].includes(notPlainFile.text)) continue;
    if (wanted.asked.has(path)) own.push({ path, text: ours });
    else if (ours === theirs) continue;
    // With main's text nothing is left to merge.
    else if (theirs !== before) edits.push({ path, text: theirs });
    else if (wanted.alone && before === null) edits.push({ path, text: null });
    else own.push({ path, text: ours });
  }
  // A wanted file that a person removed from the branch is added again.
  return { edits, own: own.filter(({ path, text }) => text !== null || !wanted.asked.has(path)) };
}

async function changedPaths({ branch, fork }: Answers, folder: string): Promise<readonly string[]> {
  if (branch.commit === fork.commit) return [];
  const changes = await branch.changesSince(fork.commit, folder);
  if (changes !== null) return changes.map(({ path }) => path).sort();
  const [before, now] = [await fork.list(folder), await branch.list(folder)];
  const oids = new Map(before.map(({ path, oid }) => [path, oid]));
  const there = new Set(now.map(({ path }) => path));
  return [
    ...now.filter(({ path, oid }) => oids.get(path) !== oid),
    ...before.filter(({ path }) => !there.has(path)),
  ]
    .map(({ path }) => path)
    .sort();
}
