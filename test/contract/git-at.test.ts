/** An earlier commit of `status`, of which a mirror that begins at the tip knows nothing. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createGitWorld, draft, type GitWorld, tip } from './git-world.ts';

describe('an earlier commit', () => {
  let world: GitWorld;
  const commits: string[] = [];
  before(async () => {
    world = await createGitWorld();
    const writer = world.repository();
    for (let n = 0; n < 5; n += 1) {
      const base = n === 0 ? null : await tip(writer, 'status');
      const files = { 'agents/a.yaml': `${n}\n`, [`agents/b/${n}.yaml`]: 'b\n' };
      const pushed = await writer.push('status', base, [draft(String(n), files)]);
      assert.ok(pushed.kind === 'pushed');
      commits.push(...pushed.commits);
    }
  });
  after(() => world.close());

  it('is fetched alone, and compared with the tip', async () => {
    const reader = world.repository();
    const now = await tip(reader, 'status');
    const [, second = ''] = commits;
    assert.equal(await now.changesSince(second, 'agents'), null, 'it is not here yet');
    const then = await reader.at('status', second);
    assert.equal((await then?.read('agents/a.yaml'))?.text, '1\n');
    const changes = await now.changesSince(second, 'agents');
    assert.deepEqual(
      changes?.map(({ path }) => path),
      ['agents/a.yaml', 'agents/b/2.yaml', 'agents/b/3.yaml', 'agents/b/4.yaml'],
    );
    // The branch is followed as before, and its history is whole.
    const writer = world.repository();
    await writer.push('status', await tip(writer, 'status'), [
      draft('5', { 'agents/c.yaml': 'c' }),
    ]);
    assert.equal((await (await tip(reader, 'status')).read('agents/c.yaml'))?.text, 'c');
    assert.equal((await reader.log('status', 99)).length, 6);
  });

  it('that the server does not have is null, and without an answer that is not known', async () => {
    const reader = world.repository();
    await tip(reader, 'status');
    assert.equal(await reader.at('status', 'f'.repeat(40)), null);
    await assert.rejects(() => reader.at('status', 'HEAD'), { reason: 'InvalidInput' });
    world.faults.add({ api: 'git', kind: 'cut', times: 10 });
    await assert.rejects(() => reader.at('status', commits[0] ?? ''));
    world.faults.clear();
    assert.notEqual(await reader.at('status', commits[0] ?? ''), null);
  });
});
