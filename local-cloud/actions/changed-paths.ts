/** What a push changes, for the filters of paths. */
import type { GitRepository } from '../git-repository.ts';

/**
 * null for a new branch, and where the difference cannot be read: as on GitHub, such a push starts
 * every workflow of its branch.
 */
export async function changedPaths(
  repository: GitRepository,
  before: string | null,
  after: string,
): Promise<readonly string[] | null> {
  if (before === null) return null;
  const read = await repository.tryGit(['diff', '--name-only', '-z', before, after]);
  if (read.code !== 0) return null;
  return read.stdout
    .toString()
    .split('\0')
    .filter((path) => path !== '');
}
