/** The first-parent history of a branch, read by git itself from complete history. */
import { textOfBytes } from '../../core/agent/file-content.ts';
import type { FileVersion, LogEntry } from '../../core/commands/history.ts';
import type { Removal } from '../../ports/desired-state.ts';
import type { Objects } from './objects.ts';
import type { Git } from './program.ts';

export async function readLog(
  git: Git,
  revision: string,
  { max, path }: { readonly max: number; readonly path: string | null },
): Promise<readonly LogEntry[]> {
  return (await readPage(git, revision, { max, path })).map(entryOf);
}

async function readPage(
  git: Git,
  revision: string,
  { max, path }: { readonly max: number; readonly path: string | null },
): Promise<readonly Commit[]> {
  const args = [...logArguments, '--full-diff', `--max-count=${max}`, revision, '--'];
  return commitsIn(await git.run(path === null ? args : [...args, path]));
}

/** Bounds the memory of a walk over all of history. */
const pageSize = 500;

export async function* walkLog(
  git: Git,
  revision: string,
  path: string | null,
): AsyncIterable<readonly LogEntry[]> {
  let next: string | undefined = revision;
  while (next !== undefined) {
    const page: readonly Commit[] = await readPage(git, next, { max: pageSize, path });
    if (page.length > 0) yield page.map(entryOf);
    next = page.length < pageSize ? undefined : page.at(-1)?.parents[0];
  }
}

export async function* readVersions(
  { git, objects }: { readonly git: Git; readonly objects: Objects },
  revision: string,
  path: string,
): AsyncIterable<FileVersion> {
  const out = await git.run([...logArguments, '--reverse', revision, '--', path]);
  for (const commit of commitsIn(out)) {
    const oid = commit.oids[0] ?? '';
    const found = /^0*$/.test(oid) ? null : await objects.read(oid);
    const text = found?.type === 'blob' ? textOfBytes(found.content) : null;
    yield { commit: entryOf(commit), text };
  }
}

function entryOf({ parents: _parents, oids: _oids, ...entry }: Commit): LogEntry {
  return entry;
}

/** The last removal of the path in the history of `revision`, which no longer contains it. */
export async function readLastRemoval(
  git: Git,
  revision: string,
  path: string,
): Promise<Removal | null> {
  const only = ['--max-count=1', '--diff-filter=D'];
  const out = await git.run([...logArguments, ...only, revision, '--', path]);
  const [found] = commitsIn(out);
  const parent = found?.parents[0];
  if (found === undefined || parent === undefined) return null;
  const compare = ['diff-tree', '-r', '-z', '--no-renames', '--diff-filter=D', '--name-only'];
  const gone = await git.run([...compare, parent, found.commit, '--', 'agents/']);
  return removalBy(found, gone.toString().split('\0'));
}

/** How many removing commits are read first: most missing files were removed recently. */
const commitsAtFirst = 64;

/**
 * The same for the files of many agents, none of which is at `revision`: one limited walk for all
 * of them, and a walk through all of history if that did not find every one.
 */
export async function readLastRemovals(
  git: Git,
  revision: string,
  paths: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Removal>> {
  const removals = new Map<string, Removal>();
  if (paths.size === 0) return removals;
  for (const limit of [[`--max-count=${commitsAtFirst}`], []]) {
    const range = [...logArguments, ...limit, '--diff-filter=D', revision, '--', 'agents/'];
    // Newest first: the first removal of a path in this list is its last one.
    for (const commit of commitsIn(await git.run(range))) {
      const removal = removalBy(commit, commit.paths);
      for (const path of commit.paths)
        if (removal !== null && paths.has(path) && !removals.has(path)) removals.set(path, removal);
    }
    if (removals.size === paths.size) break;
  }
  return removals;
}

/** @param gone what the commit removed below `agents/` */
function removalBy(
  { commit, parents, at, trailers }: Commit,
  gone: readonly string[],
): Removal | null {
  const [parent] = parents;
  if (parent === undefined) return null;
  const cause = trailers.findLast(([name]) => name.toLowerCase() === 'aura-cause');
  const agentsRemoved = gone.filter((one) => one.endsWith('.yaml')).length;
  return { commit, parent, cause: cause?.[1] ?? null, at, agentsRemoved };
}

const logArguments = [
  'log',
  '--first-parent',
  '--diff-merges=first-parent',
  '--root',
  '--raw',
  '--no-abbrev',
  '--no-renames',
  '-z',
  '--format=%H%x00%P%x00%ct%x00%an%x00%s%x00%b%x00%(trailers:only,unfold)',
];

type Commit = LogEntry & {
  readonly parents: readonly string[];
  /** of the files at `paths` after it; zeros where it removed one */
  readonly oids: readonly string[];
};

const fieldCount = 7;

/**
 * Seven fields for each commit, each ended by a zero byte, then two tokens for each changed file, the
 * first of which begins with a colon.
 */
function commitsIn(out: Buffer): readonly Commit[] {
  const tokens = out.toString().split('\0');
  const commits: Commit[] = [];
  let next = 0;
  while (next + fieldCount <= tokens.length - 1) {
    const fields = tokens.slice(next, next + fieldCount);
    const [commit = '', parents = '', at = '', author = '', subject = ''] = fields;
    const [body = '', trailers = ''] = fields.slice(5);
    next += fieldCount;
    const paths: string[] = [];
    const oids: string[] = [];
    while (/^\n?:/.test(tokens[next] ?? '')) {
      // `:100644 100644 <oid before> <oid after> M`
      oids.push(tokens[next]?.split(' ')[3] ?? '');
      paths.push(tokens[next + 1] ?? '');
      next += 2;
    }
    commits.push({
      commit,
      parents: parents.split(' ').filter((parent) => parent !== ''),
      at: timeOf(at),
      author,
      subject,
      body: body.trim(),
      trailers: trailersIn(trailers),
      paths,
      oids,
    });
  }
  return commits;
}

/**
 * Converts seconds since the epoch, which do not depend on an invalid time zone (`+2500`). A commit
 * with an unreadable time counts as old, so that nothing waits for it.
 */
function timeOf(seconds: string): string {
  const ms = /^-?\d{1,13}$/.test(seconds) ? Number(seconds) * 1000 : Number.NaN;
  return Math.abs(ms) <= writableMsMax ? new Date(ms).toISOString() : unknownTime;
}
const unknownTime = '1970-01-01T00:00:00.000Z';
/** The year 9999: ISO 8601 writes later years with a sign. */
const writableMsMax = Date.UTC(9999, 11, 31);

function trailersIn(text: string): readonly (readonly [string, string])[] {
  return text.split('\n').flatMap((line) => {
    const colon = line.indexOf(':');
    return colon < 1 ? [] : [[line.slice(0, colon), line.slice(colon + 1).trim()] as const];
  });
}
