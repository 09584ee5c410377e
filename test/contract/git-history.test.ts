import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createGitWorld, draft, type GitWorld, tip } from './git-world.ts';

const one = 'agents/0/0/agt-000000000000.yaml';
const two = 'agents/0/1/agt-010000000000.yaml';
const three = 'agents/0/1/agt-011000000000.yaml';

describe('history on a real git server', () => {
  let world: GitWorld;
  before(async () => {
    world = await createGitWorld();
  });
  after(() => world.close());

  async function commit(subject: string, files: Record<string, string | null>): Promise<string> {
    const repository = world.repository();
    const base = await repository.fetch('main');
    const outcome = await repository.push('main', base, [draft(subject, files)]);
    assert.ok(outcome.kind === 'pushed');
    return outcome.commits[0] ?? '';
  }

  test('the last removal on first-parent history, through a merge, with what else it removed', async () => {
    const made = await commit('three agents', { [one]: '1\n', [two]: '2\n', [three]: '3\n' });
    const removed = await commit('one goes', { [one]: null });
    const repository = world.repository();
    assert.deepEqual(await repository.lastRemoval(one), {
      commit: removed,
      parent: made,
      cause: 'test',
      at: '2026-11-22T05:00:00.000Z',
      agentsRemoved: 1,
    });
    assert.equal(await repository.textAt(made, one), '1\n');
    assert.equal(await repository.textAt(removed, one), null);
    assert.equal(await repository.lastRemoval(two), null);
    assert.equal(await repository.lastRemoval('agents/z/z/agt-zz0000000000.yaml'), null);

    await commit('one is back', { [one]: '1 again\n' });
    await tip(repository);
    assert.equal(await repository.lastRemoval(one), null);

    const before = await tip(repository);
    await repository.createBranch('side', before.commit);
    const side = await repository.push('side', before, [
      draft('two go', { [two]: null, [three]: null }),
    ]);
    const onMain = await commit('meanwhile', { other: 'x\n' });
    assert.ok(side.kind === 'pushed');
    const tree = await world.bare.git([
      'merge-tree',
      '--write-tree',
      onMain,
      side.commits[0] ?? '',
    ]);
    const merge = await world.bare.git(
      ['commit-tree', tree, '-p', onMain, '-p', side.commits[0] ?? '', '-m', 'Merge side'],
      {
        env: {
          GIT_AUTHOR_NAME: 'P',
          GIT_AUTHOR_EMAIL: 'p@example.com',
          GIT_COMMITTER_NAME: 'P',
          GIT_COMMITTER_EMAIL: 'p@example.com',
        },
      },
    );
    await world.bare.git(['update-ref', 'refs/heads/main', merge]);
    await tip(repository);
    const found = await repository.lastRemoval(two);
    assert.deepEqual(
      {
        commit: found?.commit,
        parent: found?.parent,
        cause: found?.cause,
        n: found?.agentsRemoved,
      },
      { commit: merge, parent: onMain, cause: null, n: 2 },
    );
  });

  test('the log: newest first, with trailers and files, and no field can forge another', async () => {
    const repository = world.repository();
    const hostile = 'x\u0001\u001f:100644 y';
    await repository.push('main', await tip(repository), [
      {
        subject: hostile,
        body: 'Aura-Cause: a body is no trailer',
        trailers: [
          ['Stripe-Event', 'evt_1\nAura-Cause: finalized'],
          ['Aura-Cause', 'desired'],
        ],
        edits: [{ path: two, text: '2\n' }],
      },
      draft('nothing in it', {}),
    ]);
    const [empty, full, ...older] = await repository.log('main', 4);
    assert.deepEqual([empty?.subject, empty?.paths], ['nothing in it', []]);
    assert.deepEqual(full?.paths, [two]);
    assert.deepEqual(full?.trailers, [
      ['Stripe-Event', 'evt_1 Aura-Cause: finalized'],
      ['Aura-Cause', 'desired'],
    ]);
    assert.equal(full?.author, 'Aura');
    assert.equal(older.length, 2);
    assert.deepEqual((await repository.lastCommitOf('main', two))?.commit, full?.commit);
    assert.equal(await repository.lastCommitOf('main', 'none.yaml'), null);
  });

  test('the log of one path: its commits alone, merges among them, each with all that it touched', async () => {
    const repository = world.repository();
    const whole = await repository.log('main', 100);
    for (const path of [one, two, three, 'other']) {
      const about = whole.filter(({ paths }) => paths.includes(path));
      assert.ok(about.length > 0 && about.length < whole.length, path);
      assert.deepEqual(await repository.log('main', 100, path), about);
      assert.deepEqual(await repository.log('main', 1, path), about.slice(0, 1));
    }
    assert.deepEqual(await repository.log('main', 100, 'none.yaml'), []);
    assert.deepEqual(await repository.log('nowhere', 100, one), []);
    assert.deepEqual(await repository.log('main', 100, ':(glob)**'), []);
  });

  test('status begins at its tip and has all of its history when needed', async () => {
    const writer = world.repository();
    for (const [number, base] of [[1], [2], [3]].entries()) {
      const outcome = await writer.push('status', await writer.fetch('status'), [
        draft(`status ${base[0]}`, { [one]: `${number}\n` }),
      ]);
      assert.equal(outcome.kind, 'pushed');
    }
    const reader = world.repository();
    const first = await tip(reader, 'status');
    assert.equal((await first.read(one))?.text, '2\n');
    assert.equal(
      (await reader.push('status', first, [draft('status 4', { [one]: '3\n' })])).kind,
      'pushed',
    );
    await tip(writer, 'status');
    const subjects = (await reader.log('status', 10)).map(({ subject }) => subject);
    assert.deepEqual(subjects, ['status 4', 'status 3', 'status 2', 'status 1']);
    assert.deepEqual((await reader.lastRemoval(one)) === null, true);
  });

  test('a mirror that is kept between runs still has what it read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'aura-kept-'));
    const first = world.repository({ folder });
    const seen = await tip(first);
    await first.close();
    const second = world.repository({ folder });
    world.ledger.clear();
    assert.equal((await tip(second)).commit, seen.commit);
    assert.equal(world.ledger.counts().git?.['POST /:repository/git-upload-pack'], 1);
    assert.equal((await (await tip(second)).read('other'))?.text, 'x\n');
    const parent = await world.bare.git(['rev-parse', 'main~1']);
    await world.bare.git(['update-ref', 'refs/heads/main', parent]);
    await assert.rejects(second.fetch('main'), /rewritten/);
    await world.bare.git(['update-ref', 'refs/heads/main', seen.commit]);
    await second.close();
    await rm(folder, { recursive: true, force: true });
  });
});
