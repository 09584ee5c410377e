/**
 * Trees in git's binary format. A file is found or changed by a search in a few small buffers, so
 * that a commit costs the same in a fleet of ten and of a hundred thousand.
 *
 * A tree is a sequence of `<mode> <name>\0<20 bytes of oid>`, sorted by name; a folder is sorted as
 * if its name ended with a slash.
 */
import { bytesOfText, notPlainFile } from '../../core/agent/file-content.ts';
import { Failure } from '../../core/failure.ts';
import type { Objects } from './objects.ts';
import { createOidCache } from './oid-cache.ts';
import { anyPath } from './path.ts';

export type TreeEntry = { readonly mode: string; readonly oid: string };

export type Trees = {
  /** The root tree of a commit. */
  rootOf(commit: string): Promise<string>;
  read(oid: string): Promise<Buffer>;
  /**
   * The oid of the file at a path; that of `notPlainFile` if something else is at the path or in
   * the place of its folder; null if nothing is there.
   */
  find(commit: string, path: string): Promise<string | null>;
  /** Caches the trees of a push that the server accepted. */
  remember(trees: ReadonlyMap<string, Buffer>): void;
};

/** Trees of a fleet of 100,000 take 5 MB. */
const bytesMax = 24 * 1024 * 1024;
const rootsMax = 100;
export const folderMode = '40000';
export const fileMode = '100644';

export function createTrees(objects: Objects): Trees {
  const kept = createOidCache<Buffer>(bytesMax);
  const roots = new Map<string, string>();

  async function read(oid: string): Promise<Buffer> {
    const known = kept.get(oid);
    if (known !== null) return known;
    const found = await objects.read(oid);
    if (found?.type !== 'tree') throw new Failure('UnexpectedAnswer', `no tree ${oid}`);
    kept.keep(oid, found.content);
    return found.content;
  }

  async function rootOf(commit: string): Promise<string> {
    const known = roots.get(commit);
    if (known !== undefined) return known;
    const found = await objects.read(`${commit}^{tree}`);
    if (found?.type !== 'tree')
      throw new Failure('UnexpectedAnswer', `git has no commit ${commit}`);
    kept.keep(found.oid, found.content);
    roots.set(commit, found.oid);
    const [oldest] = roots.keys();
    if (roots.size > rootsMax && oldest !== undefined) roots.delete(oldest);
    return found.oid;
  }

  return {
    rootOf,
    read,
    async find(commit, path) {
      const parts = anyPath(path).split('/');
      const name = parts.pop() ?? '';
      let tree = await rootOf(commit);
      for (const part of parts) {
        const folder = entryOf(await read(tree), part);
        if (folder === null) return null;
        if (folder.mode !== folderMode) return notPlainFile.oid;
        tree = folder.oid;
      }
      const file = entryOf(await read(tree), name);
      if (file === null) return null;
      return isPlain(file.mode) ? file.oid : notPlainFile.oid;
    },
    remember(trees) {
      for (const [oid, content] of trees) kept.keep(oid, content);
    },
  };
}

/** Links, submodules and folders have other modes. */
export function isPlain(mode: string): boolean {
  return mode.startsWith('10');
}

export function entryOf(tree: Buffer, name: string): TreeEntry | null {
  return placeOf(tree, name, false).found;
}

/** The tree with that entry in it, or without that name where `entry` is null. */
export function withEntry(tree: Buffer, name: string, entry: TreeEntry | null): Buffer {
  const { found, start, end } = placeOf(tree, name, entry?.mode === folderMode);
  if (entry === null) {
    return found === null ? tree : Buffer.concat([tree.subarray(0, start), tree.subarray(end)]);
  }
  // An entry of another mode may be sorted elsewhere.
  if (found !== null && found.mode !== entry.mode)
    return withEntry(withEntry(tree, name, null), name, entry);
  return Buffer.concat([
    tree.subarray(0, start),
    bytesOfText(`${entry.mode} ${name}\0`),
    Buffer.from(entry.oid, 'hex'),
    tree.subarray(end),
  ]);
}

type Place = {
  readonly found: TreeEntry | null;
  /** where it begins, or would begin */
  readonly start: number;
  readonly end: number;
};
const space = 32;
const slash = 47;
const zeroDigit = 48;
/** The first digit of each mode but that of a folder. */
const one = 49;
const oidBytes = 20;

/** Some old programs wrote a folder's mode with a leading zero; git accepts it. */
export function modeAt(tree: Buffer, start: number, end: number): string {
  return tree.toString('latin1', tree[start] === zeroDigit ? start + 1 : start, end);
}

/** Allocates nothing in its loop, which is most of the cost of a commit. */
function placeOf(tree: Buffer, name: string, folder: boolean): Place {
  const wanted = bytesOfText(name);
  const last = folder ? slash : 0;
  let before = tree.length;
  let offset = 0;
  while (offset < tree.length) {
    const nameAt = tree.indexOf(space, offset) + 1;
    let same = 0;
    while (same < wanted.length && tree[nameAt + same] === wanted[same]) same += 1;
    const zero = tree.indexOf(0, nameAt + same);
    const end = zero + 1 + oidBytes;
    if (nameAt === 0 || zero < 0 || end > tree.length)
      throw new Failure('UnexpectedAnswer', 'a tree of the repository cannot be read');
    if (same === wanted.length && nameAt + same === zero) {
      const mode = modeAt(tree, offset, nameAt - 1);
      const oid = tree.toString('hex', zero + 1, end);
      return { found: { mode, oid }, start: offset, end };
    }
    if (before === tree.length) {
      const isFolder = tree[offset] !== one;
      const own = nameAt + same < zero ? (tree[nameAt + same] ?? 0) : isFolder ? slash : 0;
      const other = same < wanted.length ? (wanted[same] ?? 0) : last;
      if (own > other) before = offset;
    }
    offset = end;
  }
  return { found: null, start: before, end: before };
}
