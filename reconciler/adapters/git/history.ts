/** The first-parent history of a branch, read by git itself from complete history. */
import type { LogEntry } from '../../core/commands/history.ts';
import type { Removal } from '../../ports/desired-state.ts';
import type { Git } from './program.ts';

export async function readLog(
  git: Git,
  revision: string,
  { max, path }: { readonly max: number; readonly path: string | null },
): Promise<readonly LogEntry[]> {
  const args = [...logArguments, '--full-diff', `--max-count=${max}`, revision, '--'];
  const out = await git.run(path === null ? args : [...args, path]);
  return commitsIn(out).map(({ parents: _parents, ...entry }) => entry);
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
  '--format=%H%x00%P%x00%ct%x00%an%x00%s%x00%(trailers:only,unfold)',
];

type Commit = LogEntry & { readonly parents: readonly string[] };

/**
 * Six fields for each commit, each ended by a zero byte, then two tokens for each changed file, the
 * first of which begins with a colon.
 */
function commitsIn(out: Buffer): readonly Commit[] {
  const tokens = out.toString().split('\0');
  const commits: Commit[] = [];
  let next = 0;
  while (next + 6 <= tokens.length - 1) {
    const [commit = '', parents = '', at = '', author = '', subject = '', trailers = ''] =
      tokens.slice(next, next + 6);
    next += 6;
    const paths: string[] = [];
    while (/^\n?:/.test(tokens[next] ?? '')) {
      paths.push(tokens[next + 1] ?? '');
      next += 2;
    }
    commits.push({
      commit,
      parents: parents.split(' ').filter((parent) => parent !== ''),
      at: timeOf(at),
      author,
      subject,
      trailers: trailersIn(trailers),
      paths,
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
