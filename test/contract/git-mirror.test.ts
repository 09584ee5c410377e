/** Our copy of the agents repository between two runs: whole, or half made when a run died. */
import assert from 'node:assert/strict';
import { existsSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createGitWorld, draft, type GitWorld, tip } from './git-world.ts';

describe('a copy that an earlier run has left', () => {
  let world: GitWorld;
  const folder = mkdtempSync(join(tmpdir(), 'aura-git-mirror-'));
  before(async () => {
    world = await createGitWorld();
  });
  after(async () => {
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is used as it is where it is whole', async () => {
    await world.repository().push('main', null, [draft('a', { 'a.yaml': 'a\n' })]);
    await tip(world.repository({ folder }));
    const [extra = ''] = globSync(`${folder}/*.git/description`);
    // Making it anew would bring back what only git itself puts there.
    rmSync(extra);
    assert.equal((await (await tip(world.repository({ folder }))).read('a.yaml'))?.text, 'a\n');
    assert.ok(!existsSync(extra));
  });

  for (const part of ['objects/info', 'config', 'HEAD'])
    it(`is made anew where ${part} is missing`, async () => {
      const [found = ''] = globSync(`${folder}/*.git/${part}`);
      rmSync(found, { recursive: true });
      assert.equal((await (await tip(world.repository({ folder }))).read('a.yaml'))?.text, 'a\n');
      assert.ok(existsSync(found));
    });
});
