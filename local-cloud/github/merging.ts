/** Merges on the bare repository: real commits with real parents, or a conflict. */
import type { GitRepository } from '../git-repository.ts';
import type { Account } from './accounts.ts';
import { signedBy } from './objects.ts';

export type MergeMethod = 'merge' | 'squash' | 'rebase';

type MergeResult =
  | { readonly kind: 'merged'; readonly sha: string }
  | { readonly kind: 'conflict' };

type Merge = {
  readonly base: string;
  readonly head: string;
  readonly method: MergeMethod;
  readonly message: string;
  readonly by: Account;
  readonly atMs: number;
};

/** Writes the merge's commits. No branch moves. */
export async function writeMerge(repository: GitRepository, merge: Merge): Promise<MergeResult> {
  if (merge.method === 'rebase') return rebase(repository, merge);
  const tree = await mergedTree(repository, merge.base, merge.head);
  if (tree === null) return { kind: 'conflict' };
  const parents = merge.method === 'merge' ? [merge.base, merge.head] : [merge.base];
  const sha = await commit(repository, { ...merge, tree, parents });
  return { kind: 'merged', sha };
}

/** The tree that merging gives; null where the two sides conflict. */
export async function mergedTree(
  repository: GitRepository,
  base: string,
  head: string,
): Promise<string | null> {
  return treeOf(await repository.tryGit(['merge-tree', '--write-tree', base, head]));
}

function treeOf({ code, stdout }: { code: number; stdout: Buffer }): string | null {
  return code === 0 ? (stdout.toString().split('\n')[0] ?? null) : null;
}

function commit(
  repository: GitRepository,
  made: Merge & { tree: string; parents: readonly string[] },
): Promise<string> {
  const { login, id } = made.by;
  const date = new Date(made.atMs).toISOString();
  const author = { name: login, email: `${id}+${login}@users.noreply.github.com`, date };
  const parents = made.parents.flatMap((parent) => ['-p', parent]);
  return repository.git(['commit-tree', made.tree, ...parents], {
    input: `${made.message.trim()}\n`,
    env: signedBy(author, { name: 'GitHub', email: 'noreply@github.com', date }),
  });
}

const webFlow = { name: 'GitHub', email: 'noreply@github.com', date: '1970-01-01T00:00:00Z' };

/** Every commit again on top of the base, with its author, and GitHub as its committer. */
async function rebase(repository: GitRepository, merge: Merge): Promise<MergeResult> {
  const range = `${merge.base}..${merge.head}`;
  const listed = await repository.git(['rev-list', '--reverse', '--no-merges', range]);
  let tip = merge.base;
  for (const sha of listed.split('\n').filter(Boolean)) {
    // A temporary commit with the tip's files on the commit's own parent: merging the two picks the
    // commit, because older versions of git cannot be given the base.
    const stand = await repository.git(['commit-tree', `${tip}^{tree}`, '-p', `${sha}^`], {
      env: signedBy(webFlow, webFlow),
    });
    const tree = await mergedTree(repository, stand, sha);
    if (tree === null) return { kind: 'conflict' };
    tip = await recommit(repository, { sha, tree, parent: tip, by: merge.by, atMs: merge.atMs });
  }
  return { kind: 'merged', sha: tip };
}

async function recommit(
  repository: GitRepository,
  again: { sha: string; tree: string; parent: string; by: Account; atMs: number },
): Promise<string> {
  const text = await repository.git(['log', '-1', '--format=%an%x00%ae%x00%at%x00%B', again.sha]);
  const [name = '', email = '', at = '0', message = ''] = text.split('\0');
  const { login, id } = again.by;
  const committer = {
    name: login,
    email: `${id}+${login}@users.noreply.github.com`,
    date: new Date(again.atMs).toISOString(),
  };
  return repository.git(['commit-tree', again.tree, '-p', again.parent], {
    input: `${message.trimEnd()}\n`,
    env: signedBy({ name, email, date: new Date(Number(at) * 1000).toISOString() }, committer),
  });
}
