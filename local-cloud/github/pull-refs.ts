/** The refs of a pull request: its head, and the commit that would merge it, while there is one. */
import { mergedTree } from './merging.ts';
import { signedBy } from './objects.ts';
import type { Pull } from './records.ts';
import type { GithubWorld } from './world.ts';

const webFlow = { name: 'GitHub', email: 'noreply@github.com' };

/** Returns the merge, if there is one. GitHub writes them some time after a push. */
export async function writePullRefs(world: GithubWorld, pull: Pull): Promise<string | null> {
  const { repository, clock } = world;
  const { number, headSha, baseSha } = pull;
  await repository.git(['update-ref', `refs/pull/${number}/head`, headSha]);
  const ref = `refs/pull/${number}/merge`;
  const tree = pull.closedMs === null ? await mergedTree(repository, baseSha, headSha) : null;
  if (tree === null) {
    await repository.git(['update-ref', '-d', ref]);
    return null;
  }
  const author = { ...webFlow, date: new Date(clock.now()).toISOString() };
  const sha = await repository.git(['commit-tree', tree, '-p', baseSha, '-p', headSha], {
    input: `Merge ${headSha} into ${baseSha}\n`,
    env: signedBy(author, author),
  });
  // Another push may have moved a side meanwhile: that one's merge counts.
  if (pull.headSha === headSha && pull.baseSha === baseSha)
    await repository.git(['update-ref', ref, sha]);
  return sha;
}
