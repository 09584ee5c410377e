/** The refs of a mirror, which other git processes read while they are written. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { accessOf } from '../../../reconciler/adapters/git/access.ts';
import { openMirror } from '../../../reconciler/adapters/git/mirror.ts';
import { createRemote } from '../../../reconciler/adapters/git/remote.ts';

const folder = mkdtempSync(join(tmpdir(), 'aura-git-refs-'));
after(() => rmSync(folder, { recursive: true, force: true }));

it('a ref is whole at any moment: `git fetch` of another branch dies of an empty one', async () => {
  const access = accessOf({ url: 'http://127.0.0.1:1/none.git', token: null });
  const gitDir = join(folder, 'mirror.git');
  const remote = createRemote(access);
  const mirror = await openMirror({ ...access, remote, gitDir, history: 'complete' });
  const tips = ['a', 'b'].map((digit) => digit.repeat(40));
  const ref = join(gitDir, 'refs/aura/stop%2Fnow');
  await mirror.note('stop/now', tips[0] ?? '');
  const read = new Set<string>();
  for (let n = 0; n < 400; n += 1) {
    const written = mirror.note('stop/now', tips[n % 2] ?? '');
    const looks = Array.from({ length: 4 }, async () => read.add(await readFile(ref, 'utf8')));
    await Promise.all([written, ...looks]);
  }
  assert.deepEqual(
    [...read].sort(),
    tips.map((tip) => `${tip}\n`),
  );
  assert.deepEqual(readdirSync(join(gitDir, 'refs/aura')), ['stop%2Fnow']);
  assert.deepEqual(readdirSync(join(gitDir, 'objects/pack')), []);
  await mirror.note('stop/now', null);
  await mirror.note('stop/now', null);
  assert.equal(await mirror.seen('stop/now'), null);
  await mirror.note('stop/now', tips[0] ?? '');
  assert.equal(await mirror.seen('stop/now'), tips[0]);
  mirror.objects.close();
});
