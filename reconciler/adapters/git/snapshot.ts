/** Reads the files of one commit. Trees and texts that were read one by one are cached. */
import { notPlainFile, textOfBytes } from '../../core/agent/file-content.ts';
import { Failure } from '../../core/failure.ts';
import type { Snapshot } from '../../ports/desired-state.ts';
import type { Objects } from './objects.ts';
import type { OidCache } from './oid-cache.ts';
import { anyPath } from './path.ts';
import type { Git } from './program.ts';
import { changesBelow, filesBelow } from './tree-files.ts';
import type { Trees } from './trees.ts';

export type Contents = {
  readonly git: Git;
  readonly objects: Objects;
  readonly trees: Trees;
  /** of blobs */
  readonly texts: OidCache<string>;
};

export function createSnapshot(commit: string, contents: Contents): Snapshot {
  const { objects, trees, texts } = contents;

  async function textOf(oid: string): Promise<string | null> {
    if (oid === notPlainFile.oid) return notPlainFile.text;
    const known = texts.get(oid);
    if (known !== null) return known;
    const found = await objects.read(oid);
    return found?.type === 'blob' ? textOfBytes(found.content) : null;
  }

  return {
    commit,
    list: (prefix) => filesBelow(trees, { commit, path: folderOf(prefix) }),
    async changesSince(before, prefix) {
      if (!/^[0-9a-f]{40,64}$/.test(before)) return null;
      const folder = folderOf(prefix);
      const path = folder === '' ? '' : anyPath(folder);
      return changesBelow(trees, before, { commit, path }).catch(() => null);
    },
    async read(path) {
      const oid = await trees.find(commit, path);
      if (oid === null) return null;
      // A missing blob is an error: a file that counted as absent would be overwritten.
      const text = await textOf(oid);
      if (text === null) throw new Failure('UnexpectedAnswer', `git has no blob ${oid} of ${path}`);
      texts.keep(oid, text);
      return { oid, text };
    },
    // Not cached: a caller that reads all files keeps values, not texts.
    async readAll(oids) {
      const wanted = [...new Set(oids)];
      const read = wanted.map(async (oid) => [oid, await textOf(oid)] as const);
      const found = new Map<string, string>();
      for (const [oid, text] of await Promise.all(read)) {
        if (text === null) throw new Failure('UnexpectedAnswer', `git has no blob ${oid}`);
        found.set(oid, text);
      }
      return found;
    },
  };
}

function folderOf(prefix: string): string {
  return prefix.replace(/\/$/, '');
}
