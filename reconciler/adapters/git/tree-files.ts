/**
 * Lists the files below a folder of a commit, and their differences from another commit, by reading
 * the trees: in a large program a git process costs more than that.
 *
 * What is not a plain file is listed with the oid of `notPlainFile`, so that it is not overwritten.
 */
import { notPlainFile, textOfBytes } from '../../core/agent/file-content.ts';
import { Failure } from '../../core/failure.ts';
import { anyPath } from './path.ts';
import { entryOf, folderMode, isPlain, modeAt, type Trees } from './trees.ts';

type TreeFile = { readonly path: string; readonly oid: string };
type TreeChange = { readonly path: string; readonly oid: string | null };
type Entry = { readonly mode: string; readonly name: string; readonly oid: string };

/** A folder of a commit, without the slash at its end; `''` is all of it. */
type Folder = { readonly commit: string; readonly path: string };

/** Sorted by path. */
export async function filesBelow(trees: Trees, folder: Folder): Promise<readonly TreeFile[]> {
  const files: TreeFile[] = [];
  const tree = await treeAt(trees, folder);
  if (tree !== null) await collect(trees, { tree, path: inside(folder.path) }, files);
  return files.sort(byPath);
}

/** Sorted by path; the oid is null if the file is gone. Equal trees are not read. */
export async function changesBelow(
  trees: Trees,
  before: string,
  now: Folder,
): Promise<readonly TreeChange[]> {
  const { path } = now;
  const sides = [await treeAt(trees, { commit: before, path }), await treeAt(trees, now)] as const;
  const changes = new Map<string, string | null>();
  await compare(trees, { sides, path: inside(path) }, changes);
  return [...changes].map(([changed, oid]) => ({ path: changed, oid })).sort(byPath);
}

async function treeAt(trees: Trees, { commit, path }: Folder): Promise<string | null> {
  let tree = await trees.rootOf(commit);
  for (const part of path === '' ? [] : anyPath(path).split('/')) {
    const found = entryOf(await trees.read(tree), part);
    if (found === null || found.mode !== folderMode) return null;
    tree = found.oid;
  }
  return tree;
}

type Place = { readonly tree: string; readonly path: string };

async function collect(trees: Trees, { tree, path }: Place, files: TreeFile[]): Promise<void> {
  const folders: Place[] = [];
  for (const { mode, name, oid } of entriesIn(await trees.read(tree))) {
    const file = fileOid({ mode, name, oid });
    if (file !== null) files.push({ path: path + name, oid: file });
    if (mode === folderMode) folders.push({ tree: oid, path: `${path}${name}/` });
  }
  await Promise.all(folders.map((folder) => collect(trees, folder, files)));
}

type Sides = readonly [before: string | null, now: string | null];

async function compare(
  trees: Trees,
  { sides, path }: { readonly sides: Sides; readonly path: string },
  changes: Map<string, string | null>,
): Promise<void> {
  if (sides[0] === sides[1]) return;
  const [before, now] = await Promise.all(sides.map((tree) => byName(trees, tree)));
  for (const name of new Set([...(before?.keys() ?? []), ...(now?.keys() ?? [])])) {
    const [old, young] = [before?.get(name), now?.get(name)];
    if (old?.oid === young?.oid && old?.mode === young?.mode) continue;
    const [was, is] = [fileOid(old), fileOid(young)];
    if (was !== null || is !== null) changes.set(path + name, is);
    const folders: Sides = [folderOf(old), folderOf(young)];
    await compare(trees, { sides: folders, path: `${path}${name}/` }, changes);
  }
}

async function byName(trees: Trees, tree: string | null): Promise<ReadonlyMap<string, Entry>> {
  const entries = tree === null ? [] : entriesIn(await trees.read(tree));
  return new Map(entries.map((entry) => [entry.name, entry]));
}

function folderOf(entry: Entry | undefined): string | null {
  return entry?.mode === folderMode ? entry.oid : null;
}

/** Null for a folder, unless its name is that of a file. */
function fileOid(entry: Entry | undefined): string | null {
  if (entry === undefined) return null;
  if (isPlain(entry.mode)) return entry.oid;
  return entry.mode === folderMode && !entry.name.endsWith('.yaml') ? null : notPlainFile.oid;
}

const [zero, space, oidBytes] = [0, 32, 20];

function entriesIn(tree: Buffer): readonly Entry[] {
  const entries: Entry[] = [];
  for (let offset = 0; offset < tree.length; ) {
    const nameAt = tree.indexOf(space, offset) + 1;
    const nameEnd = tree.indexOf(zero, nameAt);
    const end = nameEnd + 1 + oidBytes;
    if (nameAt === 0 || nameEnd < 0 || end > tree.length)
      throw new Failure('UnexpectedAnswer', 'a tree of the repository cannot be read');
    entries.push({
      mode: modeAt(tree, offset, nameAt - 1),
      name: textOfBytes(tree.subarray(nameAt, nameEnd)),
      oid: tree.toString('hex', nameEnd + 1, end),
    });
    offset = end;
  }
  return entries;
}

function inside(folder: string): string {
  return folder === '' ? '' : `${folder}/`;
}

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : 1;
}
