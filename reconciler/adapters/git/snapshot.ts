/** The files of one commit. Trees and texts that were read once are read from memory. */
import { Failure } from '../../core/failure.ts';
import type { Snapshot } from '../../ports.ts';
import type { Objects } from './objects.ts';
import { plainPath } from './path.ts';
import type { Git } from './program.ts';
import type { Trees } from './trees.ts';

export type Contents = {
  readonly git: Git;
  readonly objects: Objects;
  readonly trees: Trees;
  readonly texts: Texts;
};

export function createSnapshot(commit: string, contents: Contents): Snapshot {
  const { git, objects, trees, texts } = contents;

  async function textOf(oid: string): Promise<string | null> {
    const known = texts.get(oid);
    if (known !== null) return known;
    const found = await objects.read(oid);
    return found?.type === 'blob' ? texts.keep(oid, found.content.toString()) : null;
  }

  return {
    commit,
    async list(prefix) {
      const path = prefix.replace(/\/$/, '');
      const args = ['ls-tree', '-r', '-z', '--full-tree', commit, '--'];
      const out = await git.run(path === '' ? args : [...args, `${plainPath(path)}/`]);
      return filesIn(out);
    },
    async changesSince(before, prefix) {
      if (!/^[0-9a-f]{40,64}$/.test(before)) return null;
      const only = `${plainPath(prefix.replace(/\/$/, ''))}/`;
      const compare = ['diff-tree', '-r', '-z', '--raw', '--no-abbrev', '--no-renames'];
      const out = await git.run([...compare, before, commit, '--', only]).catch(() => null);
      return out === null ? null : changesIn(out);
    },
    async read(path) {
      const oid = await trees.find(commit, path);
      const text = oid === null ? null : await textOf(oid);
      return oid === null || text === null ? null : { oid, text };
    },
    async readAll(oids) {
      const wanted = [...new Set(oids)];
      const read = wanted.map(async (oid) => [oid, await textOf(oid)] as const);
      const found = await Promise.all(read);
      return new Map(found.flatMap(([oid, text]) => (text === null ? [] : [[oid, text] as const])));
    },
  };
}

/** `<mode> <type> <oid>\t<path>\0`; submodules have no text and are left out. */
function filesIn(out: Buffer): readonly { readonly path: string; readonly oid: string }[] {
  const files = out
    .toString()
    .split('\0')
    .flatMap((line) => {
      const [, type, oid, path] = /^\d+ (\w+) ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
      return type !== 'blob' || oid === undefined || path === undefined ? [] : [{ path, oid }];
    });
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** `:<mode> <mode> <oid> <oid> <status>\0<path>\0`; what is no plain file any more is gone. */
function changesIn(out: Buffer): readonly { readonly path: string; readonly oid: string | null }[] {
  const tokens = out.toString().split('\0');
  const changes: { path: string; oid: string | null }[] = [];
  for (let place = 0; place + 1 < tokens.length; place += 2) {
    const [, mode, oid] =
      /^:\d+ (\d+) [0-9a-f]+ ([0-9a-f]+) [A-Z]\d*$/.exec(tokens[place] ?? '') ?? [];
    if (mode === undefined || oid === undefined)
      throw new Failure('UnexpectedAnswer', 'git compares two commits in words of its own');
    changes.push({ path: tokens[place + 1] ?? '', oid: /^1[02]/.test(mode) ? oid : null });
  }
  return changes;
}

/** Texts by blob oid. */
export type Texts = {
  get(oid: string): string | null;
  /** Resolves with the text, for the caller to go on with. */
  keep(oid: string, text: string): string;
};

/** The files of 100,000 agents; past it the oldest are read again. */
const charactersMax = 80_000_000;

export function createTexts(): Texts {
  const kept = new Map<string, string>();
  let characters = 0;
  return {
    get: (oid) => kept.get(oid) ?? null,
    keep(oid, text) {
      if (kept.has(oid)) return text;
      kept.set(oid, text);
      characters += text.length;
      for (const [oldest, { length }] of kept) {
        if (characters <= charactersMax) break;
        kept.delete(oldest);
        characters -= length;
      }
      return text;
    },
  };
}
