/** The first-parent history of a branch, read by git itself from complete history. */
import type { LogEntry, Removal } from '../../ports.ts';
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
  const cause = found.trailers.findLast(([name]) => name.toLowerCase() === 'aura-cause');
  return {
    commit: found.commit,
    parent,
    cause: cause?.[1] ?? null,
    at: found.at,
    agentsRemoved: gone
      .toString()
      .split('\0')
      .filter((one) => one.endsWith('.yaml')).length,
  };
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
  '--format=%H%x00%P%x00%cI%x00%an%x00%s%x00%(trailers:only,unfold)',
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
      at: new Date(at).toISOString(),
      author,
      subject,
      trailers: trailersIn(trailers),
      paths,
    });
  }
  return commits;
}

function trailersIn(text: string): readonly (readonly [string, string])[] {
  return text.split('\n').flatMap((line) => {
    const colon = line.indexOf(':');
    return colon < 1 ? [] : [[line.slice(0, colon), line.slice(colon + 1).trim()] as const];
  });
}
