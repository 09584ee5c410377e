/**
 * Decides what becomes of files that a pull request's branch has changed and that are not asked for
 * any more: there is an answer on `main`, or the question has gone by itself. Left as they are
 * they would bring back what was decided since, or keep the whole from being merged.
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
  /** what makes the branch as if it had never touched them */
  readonly edits: readonly FileEdit[];
  /** what the branch has changed besides, by itself or by a person, and keeps */
  readonly own: readonly FileEdit[];
};
type Asked = {
  readonly folder: string;
  readonly alone: boolean;
  /** paths that are asked for */
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
    // A link cannot be written, and what it should be is not ours to say.
    if ([ours, theirs].includes(notPlainFile.text)) continue;
    if (wanted.asked.has(path)) own.push({ path, text: ours });
    else if (ours === theirs) continue;
    // The very words of main: then the two agree, and nothing is left to merge.
    else if (theirs !== before) edits.push({ path, text: theirs });
    else if (wanted.alone && before === null) edits.push({ path, text: null });
    else own.push({ path, text: ours });
  }
  // One that a person took out of the branch is asked for once more: it has its file again.
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
