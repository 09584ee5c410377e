/** Where a branch left `main`, and a `main` that is merged into it, in real git. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { CommitDraft } from '../../reconciler/ports/desired-state.ts';
import { createGitWorld, draft, type GitWorld, tip } from './git-world.ts';

const [first, second] = ['agents/0/0/agt-000000000000.yaml', 'agents/0/1/agt-010000000000.yaml'];
const side = 'aura/removed-files';

describe('a branch beside a main that moves', () => {
  let world: GitWorld;
  before(async () => {
    world = await createGitWorld();
  });
  after(() => world.close());

  async function commit(branch: string, ...drafts: CommitDraft[]): Promise<readonly string[]> {
    const repository = world.repository();
    const outcome = await repository.push(branch, await repository.fetch(branch), drafts);
    assert.ok(outcome.kind === 'pushed');
    return outcome.commits;
  }
  /** The files after git itself has merged the branch into main. */
  async function merged(): Promise<string> {
    const tree = await world.bare.git(['merge-tree', '--write-tree', 'main', side]);
    return world.bare.git(['ls-tree', '-r', '--name-only', tree.trim()]);
  }

  test('its fork is where it left, until main is merged into it', async () => {
    await commit('main', draft('Files', { [first]: '1\n', [second]: '2\n', 'notes.md': 'a\n' }));
    const [fork = ''] = await commit('main', draft('One goes', { [first]: null }));
    const repository = world.repository();
    await repository.createBranch(side, fork);
    await commit(side, draft('One is back', { [first]: '1\n' }));
    const [main = ''] = await commit(
      'main',
      draft('Another', { [second]: null, 'notes.md': 'b\n' }),
    );
    await tip(repository);
    await tip(repository, side);
    assert.equal((await repository.forkOf(side))?.commit, fork);
    assert.equal(await merged(), [first, 'notes.md'].join('\n'), 'its own file is not enough');

    const merge = { ...draft('main is merged', { [first]: '1\n' }), merges: main };
    const drafts = [merge, draft('The other', { [second]: '2\n' })];
    await repository.push(side, await tip(repository, side), drafts);
    await tip(repository, side);
    assert.equal((await repository.forkOf(side))?.commit, main);
    assert.equal(await merged(), [first, second, 'notes.md'].join('\n'));
    assert.equal(await world.bare.git(['show', `${side}:notes.md`]), 'b');
    const parents = await world.bare.git(['show', '--no-patch', '--format=%P', `${side}~1`]);
    assert.equal(parents.trim().split(' ')[1], main);
    await world.bare.git(['fsck', '--strict']);
  });

  test('a branch that is not there has none', async () => {
    assert.equal(await world.repository().forkOf('aura/nowhere'), null);
  });
});
