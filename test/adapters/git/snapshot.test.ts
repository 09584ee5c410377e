/** Which texts of a commit stay in memory, and which are read again. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { usualLimits } from '../../../reconciler/adapters/git/access.ts';
import type { Objects } from '../../../reconciler/adapters/git/objects.ts';
import { createOidCache } from '../../../reconciler/adapters/git/oid-cache.ts';
import { createGit } from '../../../reconciler/adapters/git/program.ts';
import { createSnapshot } from '../../../reconciler/adapters/git/snapshot.ts';
import { createTrees, fileMode, withEntry } from '../../../reconciler/adapters/git/trees.ts';

const [commit, tree, file] = ['c'.repeat(40), 'e'.repeat(40), 'b'.repeat(40)];
const root = withEntry(Buffer.of(), 'a.yaml', { mode: fileMode, oid: file });

/** A repository with one file; `reads` are those of its text. */
function repository() {
  let reads = 0;
  const objects: Objects = {
    async read(revision) {
      if (revision === `${commit}^{tree}`) return { oid: tree, type: 'tree', content: root };
      if (revision !== file) return null;
      reads += 1;
      return { oid: file, type: 'blob', content: Buffer.from('a text') };
    },
    close() {},
  };
  const git = createGit('/nowhere', {
    url: 'http://localhost/a.git',
    login: null,
    limits: usualLimits,
  });
  const contents = {
    git,
    objects,
    trees: createTrees(objects),
    texts: createOidCache<string>(1000),
  };
  return { snapshot: createSnapshot(commit, contents), reads: () => reads };
}

describe('the texts of a commit', () => {
  test('one that was read alone is read once', async () => {
    const { snapshot, reads } = repository();
    assert.deepEqual(await snapshot.read('a.yaml'), { oid: file, text: 'a text' });
    assert.deepEqual(await snapshot.read('a.yaml'), { oid: file, text: 'a text' });
    assert.deepEqual(await snapshot.readAll([file]), new Map([[file, 'a text']]));
    assert.equal(reads(), 1);
  });

  test('those that were read together do not stay in memory', async () => {
    const { snapshot, reads } = repository();
    assert.deepEqual(await snapshot.readAll([file, file]), new Map([[file, 'a text']]));
    assert.equal(reads(), 1);
    await snapshot.readAll([file]);
    assert.equal(reads(), 2);
  });
});
