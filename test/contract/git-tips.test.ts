/** The first reading of a run, over a real git server: one exchange where nothing moved. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { accessOf } from '../../reconciler/adapters/git/access.ts';
import { createRemote } from '../../reconciler/adapters/git/remote.ts';
import type { Repository } from '../../reconciler/adapters/git/repository.ts';
import { createTipsReader } from '../../reconciler/adapters/git/tips.ts';
import { isFailure } from '../../reconciler/core/failure.ts';
import { createGitWorld, draft, type GitWorld, token } from './git-world.ts';

let world: GitWorld;
let repository: Repository;
beforeEach(async () => {
  world = await createGitWorld();
  repository = world.repository();
});
afterEach(() => world.close());

/** Requests to the git server while `doing` runs. */
async function requests(doing: () => Promise<unknown>): Promise<number> {
  const before = world.ledger.total('git');
  await doing();
  return world.ledger.total('git') - before;
}

async function commit(branch: string, path: string, text: string): Promise<void> {
  const writer = world.repository();
  const outcome = await writer.push(branch, await writer.fetch(branch), [
    draft(path, { [path]: text }),
  ]);
  assert.equal(outcome.kind, 'pushed');
}

describe('the tips of a repository', () => {
  test('of an empty one are none', async () => {
    await assert.rejects(repository.tips(), { reason: 'NotFound' });
  });

  test('come with the files there', async () => {
    await commit('main', 'a.yaml', 'one');
    await commit('status', 'b.yaml', 'two');
    const { main, status, stop } = await repository.tips();
    assert.equal((await main.read('a.yaml'))?.text, 'one');
    assert.equal((await status?.read('b.yaml'))?.text, 'two');
    assert.equal(stop, null);
  });

  test('cost one exchange where nothing moved, and more only for what did', async () => {
    await commit('main', 'a.yaml', 'one');
    await commit('status', 'b.yaml', 'two');
    await repository.tips();
    assert.equal(await requests(() => repository.tips()), 1);
    await commit('main', 'a.yaml', 'three');
    let text: string | undefined;
    const moved = await requests(async () => {
      text = (await (await repository.tips()).main.read('a.yaml'))?.text;
    });
    assert.equal(text, 'three');
    assert.ok(moved > 1 && moved <= 3, `${moved} requests`);
  });

  test('main and the stop cost one exchange too, whatever other branches do', async () => {
    await commit('main', 'a.yaml', 'one');
    await repository.tips();
    await commit('status', 'b.yaml', 'two');
    assert.equal(await requests(() => repository.mainAndStop()), 1);
    await commit('main', 'a.yaml', 'three');
    await commit('stop', 'why', 'trouble');
    const { main, stop } = await repository.mainAndStop();
    assert.equal((await main.read('a.yaml'))?.text, 'three');
    assert.match(stop ?? '', /./);
  });

  test('a stop is read with its reason, and its removal is read', async () => {
    await commit('main', 'a.yaml', 'one');
    await commit('stop', 'why', 'trouble');
    assert.match((await repository.tips()).stop ?? '', /./);
    await repository.resume();
    assert.equal((await repository.tips()).stop, null);
    await commit('stop/x', 'why', 'trouble below');
    assert.match((await repository.tips()).stop ?? '', /./);
    await repository.resume();
  });

  test('a stop whose reason cannot be read counts anyway', async () => {
    await commit('main', 'a.yaml', 'one');
    await commit('stop', 'why', 'trouble');
    const blind = createTipsReader(createRemote(accessOf({ url: world.url, token })), {
      fetch: repository.fetch,
      confirmed: repository.confirmed,
      async stop() {
        throw await repository.textAt('not a commit', 'x').catch((thrown: unknown) => thrown);
      },
    });
    for (const read of [blind.tips, blind.mainAndStop])
      assert.equal((await read()).stop, 'the stop ref could not be read');
  });

  test('a branch status that is gone after it was read is no new installation', async () => {
    await commit('main', 'a.yaml', 'one');
    await commit('status', 'b.yaml', 'two');
    await repository.tips();
    await world.bare.git(['update-ref', '-d', 'refs/heads/status']);
    await assert.rejects(repository.tips(), (thrown) => isFailure(thrown, 'BranchRewritten'));
  });

  test('a server that cannot be read is a failure', async () => {
    await commit('main', 'a.yaml', 'one');
    world.faults.add({ api: 'git', kind: 'status', status: 503, times: 5 });
    await assert.rejects(repository.tips(), (thrown) => isFailure(thrown, 'ProviderOutage'));
  });
});

describe('what changed between two commits', () => {
  test('is what two listings differ by', async () => {
    const writer = world.repository();
    const files = { 'agents/a/b/one.yaml': '1', 'agents/a/c/two.yaml': '2', 'agents/x': '3' };
    await writer.push('main', null, [draft('first', { ...files, 'policy.yaml': 'p' })]);
    const before = await writer.fetch('main');
    const edits = {
      'agents/a/b/one.yaml': null,
      'agents/a/c/two.yaml': '4',
      'agents/d/e.yaml': '5',
    };
    await writer.push('main', before, [draft('second', { ...edits, 'policy.yaml': 'q' })]);
    const after = await writer.fetch('main');
    assert.ok(before !== null && after !== null);
    const listed = new Map((await after.list('agents/')).map(({ path, oid }) => [path, oid]));
    assert.deepEqual(await after.changesSince(before.commit, 'agents/'), [
      { path: 'agents/a/b/one.yaml', oid: null },
      { path: 'agents/a/c/two.yaml', oid: listed.get('agents/a/c/two.yaml') },
      { path: 'agents/d/e.yaml', oid: listed.get('agents/d/e.yaml') },
    ]);
    assert.deepEqual(await after.changesSince(after.commit, 'agents/'), []);
    const everywhere = await after.changesSince(before.commit, '');
    assert.deepEqual(everywhere?.at(-1)?.path, 'policy.yaml');
    assert.equal(everywhere.length, 4);
  });

  test('is unknown for a missing commit', async () => {
    await commit('main', 'agents/a.yaml', '1');
    const main = await repository.fetch('main');
    assert.equal(await main?.changesSince('0'.repeat(40), 'agents/'), null);
    assert.equal(await main?.changesSince('HEAD', 'agents/'), null);
  });
});
