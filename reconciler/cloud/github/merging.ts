/** Merges on the bare repository: real commits with real parents, or a conflict. */
import type { GitRepository } from '../git-repository.ts';
import type { Person } from './world.ts';

export type MergeResult =
  | { readonly kind: 'merged'; readonly sha: string }
  | { readonly kind: 'conflict' }
  /** the branch moved meanwhile */
  | { readonly kind: 'raced' };

/** The tree that merging gives; null where the two sides conflict. */
export async function mergedTree(
  repository: GitRepository,
  base: string,
  head: string,
): Promise<string | null> {
  const merged = await repository.tryGit(['merge-tree', '--write-tree', base, head]);
  return merged.code === 0 ? (merged.stdout.toString().split('\n')[0] ?? null) : null;
}

export async function mergeInto(
  repository: GitRepository,
  merge: {
    readonly branch: string;
    readonly head: string;
    readonly method: 'merge' | 'squash';
    readonly message: string;
    readonly by: Person;
    readonly atMs: number;
  },
): Promise<MergeResult> {
  const ref = `refs/heads/${merge.branch}`;
  const base = await repository.resolve(ref);
  if (base === null) return { kind: 'raced' };
  const tree = await mergedTree(repository, base, merge.head);
  if (tree === null) return { kind: 'conflict' };
  const parents = merge.method === 'merge' ? [base, merge.head] : [base];
  const seconds = Math.floor(merge.atMs / 1000);
  const sha = await repository.git(
    ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent])],
    {
      input: `${merge.message.trim()}\n`,
      env: {
        GIT_AUTHOR_NAME: merge.by.login,
        GIT_AUTHOR_EMAIL: `${merge.by.id}+${merge.by.login}@users.noreply.github.com`,
        GIT_AUTHOR_DATE: `${seconds} +0000`,
        GIT_COMMITTER_NAME: 'GitHub',
        GIT_COMMITTER_EMAIL: 'noreply@github.com',
        GIT_COMMITTER_DATE: `${seconds} +0000`,
      },
    },
  );
  const moved = await repository.tryGit(['update-ref', ref, sha, base]);
  if (moved.code !== 0) return { kind: 'raced' };
  await repository.noticeChanges();
  return { kind: 'merged', sha };
}
