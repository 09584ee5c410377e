/** Answers of the git server about its refs that are outdated when they arrive. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createRepository } from '../../reconciler/adapters/git/repository.ts';
import { isFailure } from '../../reconciler/core/failure.ts';
import type { Snapshot } from '../../reconciler/ports/desired-state.ts';
import { until } from '../support/until.ts';
import { createGitWorld, draft, type GitWorld, tip, token } from './git-world.ts';

const refs = { api: 'git', method: 'POST', path: '/aura/agents.git/git-upload-pack' };

describe('outdated answers about refs', () => {
  let world: GitWorld;
  before(async () => {
    world = await createGitWorld();
    await world.repository().push('main', null, [draft('first', { 'a.txt': '1' })]);
  });
  after(() => world.close());

  const attempts = 4;

  test(`B4: a fetch that a push of ours overtakes, ${attempts} times`, async () => {
    const repository = world.repository();
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const base = await tip(repository);
      world.faults.add({ ...refs, kind: 'delay', ms: 400, handledFirst: true });
      const overtaken = repository.fetch('main');
      await until(
        'the server was asked',
        () => world.faults.pending().length === 0,
        () => world.bare.git(['rev-parse', 'main']),
      );
      const pushed = await repository.push('main', base, [draft('x', { 'a.txt': `r${attempt}` })]);
      assert.equal(pushed.kind, 'pushed');
      const fetched = await overtaken;
      assert.equal(await fetched?.read('a.txt').then((file) => file?.text), `r${attempt}`);
    }
  });

  test('B4: a push that lost its race reads outdated refs', async () => {
    const repository = world.repository();
    const base = await tip(repository);
    const push = (on: Snapshot, text: string) =>
      repository.push('main', on, [draft(text, { 'a.txt': text })]);
    assert.equal((await push(base, 'second')).kind, 'pushed');
    const second = await tip(repository);
    world.faults.add({ ...refs, kind: 'delay', ms: 400, handledFirst: true });
    const lost = push(base, 'lost');
    await until(
      'the server was asked',
      () => world.faults.pending().length === 0,
      () => world.bare.git(['rev-parse', 'main']),
    );
    assert.equal((await push(second, 'third')).kind, 'pushed');
    assert.equal((await lost).kind, 'rejected');
  });

  /** The server returns an older tip for a number of further requests. */
  function behindFor(asks: number) {
    let waits = 0;
    let newest = '';
    const wait = async () => {
      waits += 1;
      if (waits === asks) await world.bare.git(['update-ref', 'refs/heads/main', newest]);
    };
    const repository = createRepository({
      url: world.url,
      token,
      folder: null,
      author: { name: 'Aura', email: 'aura@example.com' },
      clock: { now: () => Date.parse('2026-11-22T05:00:00Z'), wait },
    });
    return {
      repository,
      async goBack() {
        newest = (await tip(repository)).commit;
        await world.bare.git(['update-ref', 'refs/heads/main', `${newest}~1`]);
        return newest;
      },
      putRight: () => world.bare.git(['update-ref', 'refs/heads/main', newest]),
    };
  }

  test('B4: a server that is behind for a moment is read again', async () => {
    const { repository, goBack } = behindFor(1);
    const newest = await goBack();
    assert.equal((await tip(repository)).commit, newest);
    await repository.close();
  });

  test('B4: one that keeps an older tip has rewritten its branch', async () => {
    const { repository, goBack, putRight } = behindFor(99);
    await goBack();
    const isRewritten = (thrown: unknown) => isFailure(thrown, 'BranchRewritten');
    await assert.rejects(repository.fetch('main'), isRewritten);
    await putRight();
    await tip(repository);
    await repository.close();
  });
});
