/** The first-parent history of a branch, read by git itself from complete history. */

import type { LogEntry } from '../../core/commands/history.ts';
import type { Removal } from '../../ports/desired-state.ts';
import type { Git } from './program.ts';

export async function readLog(
  git: Git,
  revision: string,
  options: { readonly max: number; readonly path?: string },
): Promise<readonly LogEntry[]> {
  const args = [...logArguments, '--full-diff', `--max-count=${options.max}`, revision, '--'];
  const { path } = options;
  const out = await git.run(path === undefined ? args : [...args, path]);
  return commitsIn(out).map(({ parents: _parents, ...entry }) => entry);
}

/** The last removal of the path in the history of `revision`, where it is not any more. */
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

/** So many removing commits are read first: what is missing now has mostly gone lately. */
const commitsAtFirst = 64;

/**
 * The same for many agents' files, none of which is at `revision`: one walk for all of them, and a
 * second one, through all of history, where the first did not meet every one.
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
    // The newest first: what is there of a path already is its last removal.
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
 * Six fields a commit, each ended by a zero byte, which no field can hold; then a pair for each
 * changed file, of which the first begins with a colon.
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
 * Seconds since the epoch, by which a time zone that no place has (`+2500`) is none of our business.
 * A commit whose line cannot be read at all counts as old, so that nothing holds for its sake.
 */
function timeOf(seconds: string): string {
  const ms = /^-?\d{1,13}$/.test(seconds) ? Number(seconds) * 1000 : Number.NaN;
  return Math.abs(ms) <= writableMsMax ? new Date(ms).toISOString() : unknownTime;
}
const unknownTime = '1970-01-01T00:00:00.000Z';
/** The year 9999: later ones are written with a sign. */
const writableMsMax = Date.UTC(9999, 11, 31);

function trailersIn(text: string): readonly (readonly [string, string])[] {
  return text.split('\n').flatMap((line) => {
    const colon = line.indexOf(':');
    return colon < 1 ? [] : [[line.slice(0, colon), line.slice(colon + 1).trim()] as const];
  });
}
