/** Files that differ between two commits, as GitHub lists them. */
import { type GithubWorld, htmlUrl, repoUrl } from './world.ts';

export type CommitFile = {
  readonly filename: string;
  readonly status: string;
  readonly additions: number;
  readonly deletions: number;
} & Record<string, unknown>;

/** GitHub lists no more than this many. */
const filesMax = 3000;
const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** Against nothing where `from` does not exist. */
export async function filesBetween(
  world: GithubWorld,
  from: string,
  to: string,
): Promise<CommitFile[]> {
  const { repository } = world;
  const base = (await repository.resolve(from)) ?? emptyTree;
  const options = ['-M', '--no-color', '--no-ext-diff', base, to];
  const [raw, counts, patch] = await Promise.all([
    repository.git(['diff', '--raw', '--abbrev=40', '-z', ...options]),
    repository.git(['diff', '--numstat', '-z', ...options]),
    repository.git(['diff', '-p', ...options]),
  ]);
  const counted = numstatOf(counts);
  const patches = patchesOf(patch);
  return entriesOf(raw)
    .slice(0, filesMax)
    .map((entry, i) =>
      fileBody(world, { entry, counts: counted.get(entry.path), patch: patches[i], to }),
    );
}

type Entry = {
  readonly letter: string;
  readonly sha: string;
  readonly path: string;
  readonly previous: string | null;
};

function entriesOf(raw: string): Entry[] {
  const pieces = raw.split('\0').filter(Boolean);
  const entries: Entry[] = [];
  for (let i = 0; i < pieces.length; ) {
    const [, , before = '', after = '', kind = 'M'] = (pieces[i] ?? '').split(' ');
    const renamed = kind.startsWith('R') || kind.startsWith('C');
    const letter = kind.charAt(0);
    const path = pieces[i + (renamed ? 2 : 1)] ?? '';
    const previous = renamed ? (pieces[i + 1] ?? '') : null;
    entries.push({ letter, sha: letter === 'D' ? before : after, path, previous });
    i += renamed ? 3 : 2;
  }
  return entries;
}

type Counts = { readonly additions: number; readonly deletions: number };

function numstatOf(text: string): Map<string, Counts> {
  const pieces = text.split('\0').filter(Boolean);
  const found = new Map<string, Counts>();
  for (let i = 0; i < pieces.length; ) {
    const [additions, deletions, name = ''] = (pieces[i] ?? '').split('\t');
    // Of a renamed file both names follow as pieces of their own.
    const path = name === '' ? (pieces[i + 2] ?? '') : name;
    found.set(path, { additions: Number(additions) || 0, deletions: Number(deletions) || 0 });
    i += name === '' ? 3 : 1;
  }
  return found;
}

/** The hunks of each file, in the order of the raw listing; undefined where there are none. */
function patchesOf(text: string): (string | undefined)[] {
  return text
    .split(/^diff --git /m)
    .slice(1)
    .map((file) => {
      const hunks = file.indexOf('\n@@ ');
      return hunks < 0 ? undefined : file.slice(hunks + 1).replace(/\n$/, '');
    });
}

const statuses: Readonly<Record<string, string>> = {
  A: 'added',
  C: 'copied',
  D: 'removed',
  M: 'modified',
  R: 'renamed',
  T: 'changed',
};

function fileBody(
  world: GithubWorld,
  {
    entry,
    counts = { additions: 0, deletions: 0 },
    patch,
    to,
  }: { entry: Entry; counts: Counts | undefined; patch: string | undefined; to: string },
): CommitFile {
  const path = entry.path.split('/').map(encodeURIComponent).join('/');
  return {
    sha: entry.sha,
    filename: entry.path,
    status: statuses[entry.letter] ?? 'modified',
    ...counts,
    changes: counts.additions + counts.deletions,
    blob_url: htmlUrl(world, `/blob/${to}/${path}`),
    raw_url: htmlUrl(world, `/raw/${to}/${path}`),
    contents_url: repoUrl(world, `/contents/${path}?ref=${to}`),
    ...(patch === undefined ? {} : { patch }),
    ...(entry.previous === null ? {} : { previous_filename: entry.previous }),
  };
}
