/** Branches that were rewritten on a real git server, and are followed from their new tips. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { createJournal } from '../../reconciler/adapters/journal/journal.ts';
import { isFailure } from '../../reconciler/core/failure.ts';
import { followRewritten } from '../../reconciler/flows/shared/rewritten-branch.ts';
import { createFakeLog } from '../fakes/log.ts';
import { createGitWorld, draft, type GitWorld, tip } from './git-world.ts';

describe('a rewritten branch', () => {
  let world: GitWorld;
  before(async () => {
    world = await createGitWorld();
  });
  after(() => world.close());

  const isRewritten = (thrown: unknown) => isFailure(thrown, 'BranchRewritten');

  for (const branch of ['main', 'status']) {
    test(`B7: ${branch} is inspected without being read, and followed once accepted`, async () => {
      const [reader, person] = [world.repository(), world.repository()];
      await person.push(branch, null, [draft('first', { 'a.txt': '1' })]);
      const first = await tip(person, branch);
      await person.push(branch, first, [draft('second', { 'a.txt': '2', 'b.txt': '2' })]);
      const lost = await tip(reader, branch);
      await world.bare.git(['update-ref', `refs/heads/${branch}`, first.commit]);
      const other = world.repository();
      const onto = await tip(other, branch);
      await other.push(branch, onto, [draft('repaired', { 'a.txt': '2', 'c.txt': '3' })]);

      await assert.rejects(reader.fetch(branch), isRewritten);
      const offered = await reader.offered(branch);
      assert.equal(await offered?.read('c.txt').then((file) => file?.text), '3');
      assert.equal((await reader.confirmed(branch))?.commit, lost.commit);
      await assert.rejects(reader.fetch(branch), isRewritten);

      await reader.accept(branch, offered?.commit ?? '');
      assert.equal((await tip(reader, branch)).commit, offered?.commit);
      assert.equal((await reader.log(branch, 1))[0]?.subject, 'repaired');
      const pushed = await reader.push(branch, offered, [draft('on', { 'd.txt': '4' })]);
      assert.equal(pushed.kind, 'pushed');
      await tip(reader, branch);
      await world.bare.git(['update-ref', `refs/heads/${branch}`, first.commit]);
      await assert.rejects(reader.fetch(branch), isRewritten);
    });
  }

  test('B7: a push that meets one is decided again on the accepted tip', async () => {
    const [reader, person] = [world.repository(), world.repository()];
    const clock = { now: () => Date.now(), wait: async () => {} };
    const log = createFakeLog([]);
    const journal = createJournal({ state: reader, clock, log });
    const state = followRewritten({ state: reader, journal, clock, log });
    const before = await tip(person);
    await person.push('main', before, [draft('lost', { 'e.txt': '1' })]);
    const lost = await state.fetch('main');
    await world.bare.git(['update-ref', 'refs/heads/main', before.commit]);
    const other = world.repository();
    await other.push('main', await tip(other), [draft('repaired', { 'e.txt': '1' })]);
    const pushed = await state.push('main', lost, [draft('ours', { 'f.txt': '1' })]);
    assert.equal(pushed.kind, 'rejected');
    const again = await state.push('main', await state.fetch('main'), [draft('ours', {})]);
    assert.equal(again.kind, 'pushed');
  });

  test('B7: a copy that outlives its process keeps the tip that was read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'aura-rewritten-'));
    const first = world.repository({ folder });
    const before = await tip(first, 'status');
    await first.push('status', before, [draft('more', { 'h.txt': '1' })]);
    const { commit } = await tip(first, 'status');
    await world.bare.git(['update-ref', 'refs/heads/status', `${commit}~1`]);
    const other = world.repository();
    await other.push('status', await tip(other, 'status'), [draft('another', { 'g.txt': '1' })]);
    assert.notEqual((await first.offered('status'))?.commit, commit);
    const second = world.repository({ folder });
    assert.equal((await second.confirmed('status'))?.commit, commit);
    await assert.rejects(second.fetch('status'), isRewritten);
    await first.close();
    await second.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  test('B7: a missing one offers nothing', async () => {
    assert.equal(await world.repository().offered('never'), null);
  });
});
