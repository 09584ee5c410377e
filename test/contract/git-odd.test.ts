/** What others may push, and git takes: read as it is, or reported alone, and never in anybody's way. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createGitWorld, draft, type GitWorld, tip } from './git-world.ts';

const one = 'agents/0/0/agt-000000000000.yaml';

describe('a commit whose time is odd', () => {
  let world: GitWorld;
  before(async () => {
    world = await createGitWorld();
  });
  after(() => world.close());

  /** Removes the file at {@link one}, with that line for its committer. */
  async function removalBy(committer: string): Promise<string> {
    const repository = world.repository();
    const made = await repository.push('main', await repository.fetch('main'), [
      draft('there', { [one]: '1\n' }),
    ]);
    assert.equal(made.kind, 'pushed');
    const { bare } = world;
    const parent = await bare.git(['rev-parse', 'main']);
    const tree = await bare.git(['hash-object', '-t', 'tree', '-w', '--stdin'], { input: '' });
    const lines = [`tree ${tree}`, `parent ${parent}`, `author ${committer}`];
    const input = `${[...lines, `committer ${committer}`].join('\n')}\n\ngone\n`;
    const args = ['hash-object', '-t', 'commit', '-w', '--stdin', '--literally'];
    const commit = await bare.git(args, { input });
    await bare.git(['update-ref', 'refs/heads/main', commit]);
    return commit;
  }

  for (const [what, committer, at] of [
    ['of a time zone +2500', 'P <p@example.com> 1795986000 +2500', '2026-11-29T21:00:00.000Z'],
    [
      'past what can be written',
      'P <p@example.com> 99999999999999 +0000',
      '1970-01-01T00:00:00.000Z',
    ],
    ['of none at all', 'P <p@example.com>', '1970-01-01T00:00:00.000Z'],
  ] as const)
    test(`${what} is shown with the time that it can have`, async () => {
      const commit = await removalBy(committer);
      const repository = world.repository();
      await tip(repository);
      const [newest] = await repository.log('main', 1);
      assert.deepEqual([newest?.commit, newest?.at], [commit, at]);
      const removal = await repository.lastRemoval(one);
      assert.deepEqual([removal?.commit, removal?.at], [commit, at]);
      assert.equal((await repository.lastRemovals([one])).get(one)?.at, at);
    });
});
